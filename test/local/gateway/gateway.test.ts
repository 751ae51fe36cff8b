import { createConnection } from 'node:net';
import { Readable } from 'node:stream';
import { CodeBuildClient, ListProjectsCommand } from '@aws-sdk/client-codebuild';
import { CodePipelineClient, ListPipelinesCommand } from '@aws-sdk/client-codepipeline';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openGateway } from '../../../local/gateway/gateway.ts';
import type { ApiRequest, ObservedCall, Page } from '../../../local/gateway/options.ts';
import { readBody, ServiceError } from '../../../local/service.ts';
import { echoService } from './echo-service.ts';
import { send, sign } from './signed-request.ts';
import { newContext, openTestGateway } from './test-gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function opened(...parameters: Parameters<typeof openTestGateway>) {
  const gateway = await openTestGateway(...parameters);
  open.push(gateway);
  return gateway;
}

function page(prefix: string): Page {
  return {
    prefix,
    serve: async ({ method, path, query, body }) => {
      return { status: 200, body: [prefix, method, path, query, await readBody(body)].join(' ') };
    },
  };
}

describe('what is signed for the API', () => {
  it('goes to it with the caller, by codepipeline and by execute-api', async () => {
    const asked: ApiRequest[] = [];
    const api = async (request: ApiRequest) => {
      asked.push(request);
      return { status: 200, body: '{"pipelines":[]}' };
    };
    const { client, port } = await opened(newContext(), [], { api });

    await new CodePipelineClient(client).send(new ListPipelinesCommand({}));
    await send(
      port,
      await sign({ method: 'POST', path: '/StartPipelineExecution/my%20pipe', query: { a: 'b c' }, body: '{}' }, port, {
        service: 'execute-api',
      }),
    );

    expect(asked).toMatchObject([
      { method: 'POST', path: '/', query: '', caller: { accessKeyId: 'test' }, sourceIp: '127.0.0.1' },
      { path: '/StartPipelineExecution/my%20pipe', query: 'a=b%20c', caller: { accessKeyId: 'test' } },
    ]);
    expect((await readBody(asked[1]?.body ?? Readable.from([]))).toString()).toBe('{}');
  });

  it('goes to it without a caller when it is unsigned', async () => {
    const api = async ({ caller, body }: ApiRequest) => ({ status: 200, body: `${caller} ${await readBody(body)}` });
    const { port } = await opened(newContext(), [], { api });

    const { body } = await send(port, { method: 'POST', path: '/webhooks/w', body: 'payload' });

    expect(body).toBe('undefined payload');
  });

  it('is answered with a refusal as the API throws it', async () => {
    const api = async () => {
      throw new ServiceError('PipelineNotFoundException', 'There is no such pipeline.');
    };
    const { client } = await opened(newContext(), [], { api });

    const call = new CodePipelineClient(client).send(new ListPipelinesCommand({}));

    await expect(call).rejects.toMatchObject({ name: 'PipelineNotFoundException' });
  });
});

describe('a service that is not there', () => {
  it.each([
    ['JSON', (client: object) => new CodeBuildClient(client).send(new ListProjectsCommand({})), 'CODEBUILD'],
    ['REST', (client: object) => new SchedulerClient(client).send(new ListSchedulesCommand({})), 'SCHEDULER'],
    ['S3', (client: object) => new S3Client(client).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })), 'S3'],
  ])('is named to a client of %s, with the variable that points elsewhere', async (_, call, variable) => {
    const { client } = await opened(newContext(), []);

    const failure = call(client);

    await expect(failure).rejects.toMatchObject({
      name: 'UnknownServiceException',
      message: expect.stringContaining(`Set AWS_ENDPOINT_URL_${variable} to`),
    });
  });

  it.each([
    ['monitoring', { 'smithy-protocol': 'rpc-v2-cbor' }, 'AWS_ENDPOINT_URL_CLOUDWATCH'],
    ['iam', { 'content-type': 'application/x-www-form-urlencoded' }, '<Code>UnknownServiceException'],
  ])('is named for %s', async (service, headers, words) => {
    const { port } = await opened(newContext(), []);
    const request = await sign({ method: 'POST', path: '/', headers, body: 'Action=GetUser' }, port, { service });

    const { status, body } = await send(port, request);

    expect(status).toBe(404);
    expect(body).toContain(words);
  });
});

describe('what is not signed', () => {
  it('is served by the page with the longest prefix of whole segments', async () => {
    const pages = [page('/git'), page('/mail'), page('/mail/raw')];
    const { port } = await opened(newContext(), [], { pages });
    const paths = ['/mail', '/mail/1?x=%20', '/mail/raw/1%2F2', '/mailbox', '/git/'];

    const bodies = [];
    for (const path of paths) bodies.push((await send(port, { method: 'GET', path })).body);

    expect(bodies).toEqual([
      '/mail GET   ',
      '/mail GET /1 x=%20 ',
      '/mail/raw GET /1%2F2  ',
      'no API here',
      '/git GET /  ',
    ]);
  });

  it('keeps the Authorization of other schemes for the page', async () => {
    const git: Page = {
      prefix: '/git',
      serve: async ({ headers }) => ({ status: 200, body: headers.authorization ?? '' }),
    };
    const { port } = await opened(newContext(), [], { pages: [git] });

    const { body } = await send(port, { method: 'GET', path: '/git/r', headers: { authorization: 'Basic dGVzdA==' } });

    expect(body).toBe('Basic dGVzdA==');
  });

  it('is told to sign when it asks for an operation of AWS', async () => {
    const { port } = await opened(newContext(), []);
    const headers = { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-type': 'application/x-amz-json-1.0' };

    const response = await send(port, { method: 'POST', path: '/', headers, body: '{}' });

    expect(response.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-errortype': 'MissingAuthenticationTokenException',
    });
    expect(JSON.parse(response.body).__type).toBe('MissingAuthenticationTokenException');
  });

  it.each([
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.', 403],
    ['localhost', 200],
    ['LOCALHOST:1234', 200],
    ['[::1]:80', 200],
  ])('is answered for the host %s with %i', async (host, expected) => {
    const { port } = await opened(newContext(), [], { pages: [page('/mail')] });

    const { status } = await send(port, { method: 'GET', path: '/mail', headers: { host } });

    expect(status).toBe(expected);
  });

  it.each([
    ['POST', 'https://evil.example', 403],
    ['POST', 'null', 403],
    ['POST', 'http://127.0.0.1:4566', 200],
    ['GET', 'https://evil.example', 200],
  ])('%s to a page from %s is answered with %i', async (method, origin, expected) => {
    const { port } = await opened(newContext(), [], { pages: [page('/mail')] });

    const { status } = await send(port, { method, path: '/mail', headers: { origin } });

    expect(status).toBe(expected);
  });

  it('is refused when its target is no path', async () => {
    const { port } = await opened(newContext(), []);

    const { status } = await send(port, { method: 'GET', path: 'http://evil.example/' });

    expect(status).toBe(400);
  });
});

describe('observe', () => {
  it('is awaited before the handler and before the answer', async () => {
    const order: string[] = [];
    const observe = async ({ service, operation, phase, caller }: ObservedCall) => {
      await Promise.resolve();
      order.push(`${phase} ${service} ${operation} ${caller.accessKeyId}`);
    };
    const s3 = echoService('s3', () => {
      order.push('handled');
      return { status: 200 };
    });
    const { client } = await opened(newContext(), [s3.service], { observe });

    await new S3Client(client).send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' }));
    await new STSClient(client).send(new GetCallerIdentityCommand({}));

    expect(order).toEqual([
      'before s3 PutObject test',
      'handled',
      'after s3 PutObject test',
      'before sts GetCallerIdentity test',
      'after sts GetCallerIdentity test',
    ]);
  });

  it('that fails before is a fault, and the handler is not called', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const s3 = echoService('s3', () => ({ status: 200 }));
    const observe = () => Promise.reject(new Error('injected'));
    const { client } = await opened(newContext(), [s3.service], { observe });

    const call = new S3Client(client).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));

    await expect(call).rejects.toMatchObject({ name: 'InternalError' });
    expect(s3.calls).toEqual([]);
  });
});

describe('the connection', () => {
  it('sends a streamed answer', async () => {
    const s3 = echoService('s3', () => ({ status: 200, body: Readable.from([Buffer.from('a'), Buffer.from('b')]) }));
    const { client } = await opened(newContext(), [s3.service]);

    const { Body } = await new S3Client(client).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));

    expect(await Body?.transformToString()).toBe('ab');
  });

  it('breaks when a streamed answer breaks off', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const broken = async function* () {
      yield Buffer.from('a');
      throw new Error('disk');
    };
    const s3 = echoService('s3', () => ({ status: 200, body: Readable.from(broken()) }));
    const { client } = await opened(newContext(), [s3.service]);

    const read = new S3Client(client)
      .send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))
      .then(({ Body }) => Body?.transformToString());

    await expect(read).rejects.toThrow();
  });

  it('carries the answer of a service that did not read the body', async () => {
    const refusing = {
      ...echoService('s3', () => ({ status: 200 })).service,
      handle: async () => {
        throw new ServiceError('NoSuchBucket', 'No such bucket.', 404);
      },
    };
    const { client } = await opened(newContext(), [refusing]);
    const s3 = new S3Client(client);

    for (const _ of [1, 2]) {
      const put = s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: Buffer.alloc(3_000_000) }));
      await expect(put).rejects.toMatchObject({ name: 'NoSuchBucket' });
    }
  });

  it('carries the answer of a service that gave up in the middle of the body', async () => {
    const service = {
      ...echoService('s3', () => ({ status: 200 })).service,
      handle: async ({ body }: { body: Readable }) => {
        await readBody(body, 10);
        return { status: 200 };
      },
    };
    const { client } = await opened(newContext(), [service]);

    const put = new S3Client(client).send(
      new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: Buffer.alloc(3_000_000) }),
    );

    await expect(put).rejects.toMatchObject({ name: 'RequestEntityTooLargeException' });
  });

  it('ends with the gateway, idle or not', async () => {
    const never = { ...echoService('s3', () => ({ status: 200 })).service, handle: () => new Promise<never>(() => {}) };
    const gateway = await openTestGateway(newContext(), [never]);
    const idle = createConnection({ port: gateway.port, host: '127.0.0.1' });
    const ended = new Promise((resolve) => idle.on('close', resolve));
    await new Promise((resolve) => idle.on('connect', resolve));
    const hanging = new S3Client(gateway.client)
      .send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))
      .catch(() => 'cut');

    await gateway.close();

    await ended;
    expect(await hanging).toBe('cut');
  });

  it('refuses a port that is taken', async () => {
    const { port } = await opened(newContext(), []);
    const { clock } = newContext();
    const api = async () => ({ status: 404 });

    const second = openGateway({
      port,
      clock,
      services: () => new Map(),
      credentials: { find: () => undefined },
      api,
      pages: [],
      denialOf: () => undefined,
    });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', message: expect.stringContaining(String(port)) });
  });
});

it('C04 refuses headers of over 16 KiB before it looks at them', async () => {
  const api = vi.fn(async () => ({ status: 200, body: '{}' }));
  const { port } = await opened(newContext(), [], { api });
  const statusWith = async (length: number) =>
    (await send(port, { method: 'GET', path: '/', headers: { host: '127.0.0.1', filler: 'x'.repeat(length) } })).status;

  const statuses = [await statusWith(8 * 1024), await statusWith(17 * 1024)];

  expect(statuses).toEqual([200, 431]);
  expect(api).toHaveBeenCalledTimes(1);
});
