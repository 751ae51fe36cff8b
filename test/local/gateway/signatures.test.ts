import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { GatewayOptions } from '../../../local/gateway/options.ts';
import { echoService } from './echo-service.ts';
import { type Plain, presign, send, sign } from './signed-request.ts';
import { newContext, openTestGateway } from './test-gateway.ts';

const context = newContext();
const answer = () => ({ status: 200, body: '{}' });
const [dynamodb, s3, lambda, sns] = ['dynamodb', 's3', 'lambda', 'sns'].map((name) => echoService(name, answer)) as [
  ReturnType<typeof echoService>,
  ReturnType<typeof echoService>,
  ReturnType<typeof echoService>,
  ReturnType<typeof echoService>,
];
/** Callers of the HTTP API. */
const reached: (string | undefined)[] = [];
let gateway: Awaited<ReturnType<typeof openTestGateway>>;

beforeAll(async () => {
  const api: GatewayOptions['api'] = async ({ caller }) => {
    reached.push(caller?.arn);
    return { status: 200, body: '{}' };
  };
  gateway = await openTestGateway(context, [dynamodb.service, s3.service, lambda.service, sns.service], { api });
});
afterAll(() => gateway.close());

const listTables: Plain = {
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.ListTables' },
  body: '{"Limit":1}',
};

describe('a signed request', () => {
  it('is handed to its service with its caller', async () => {
    const request = await sign(listTables, gateway.port, { service: 'dynamodb' });

    const { status } = await send(gateway.port, request);

    expect(status).toBe(200);
    expect(dynamodb.calls.at(-1)).toMatchObject({
      body: '{"Limit":1}',
      caller: { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' },
    });
  });

  it.each<[string, (request: Plain) => Plain]>([
    ['method', (request) => ({ ...request, method: 'PUT' })],
    ['path', (request) => ({ ...request, path: '/other' })],
    ['query', (request) => ({ ...request, query: { a: 'b' } })],
    ['body', (request) => ({ ...request, body: '{"Limit":2}' })],
    ['target', (request) => withHeader(request, 'x-amz-target', 'DynamoDB_20120810.DeleteTable')],
    ['content type', (request) => withHeader(request, 'content-type', 'application/x-amz-json-1.1')],
    ['host', (request) => withHeader(request, 'host', 'localhost:1')],
    ['time of day', (request) => withHeader(request, 'x-amz-date', laterBySecond(request))],
    ['region', (request) => inAuthorization(request, 'eu-west-1', 'eu-west-2')],
    ['service', (request) => inAuthorization(request, '/dynamodb/', '/lambda/')],
    ['list of signed headers', (request) => inAuthorization(request, 'x-amz-target', 'x-amz-tarzan')],
    ['signature', (request) => inAuthorization(request, /Signature=./, 'Signature=x')],
    ['length of the signature', (request) => inAuthorization(request, /Signature=../, 'Signature=')],
    ['headers by an unsigned one', (request) => withHeader(request, 'x-amz-meta', 'sneaked in')],
    ['body hash', (request) => withHeader(request, 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD')],
  ])('is refused when its %s is changed', async (_, change) => {
    const request = change(await sign(listTables, gateway.port, { service: 'dynamodb' }));
    const before = dynamodb.calls.length;

    const { status, body } = await send(gateway.port, request);

    expect([status, JSON.parse(body).__type]).toEqual([400, 'InvalidSignatureException']);
    expect(dynamodb.calls.length).toBe(before);
  });

  it.each<[string, RegExp | string, string]>([
    ['a scope without a region', '/eu-west-1/', '//'],
    ['a region of capitals', 'eu-west-1', 'EU'],
    ['a scope of another day', /test\/\d{8}/, 'test/20200101'],
    ['another end of the scope', 'aws4_request', 'aws5_request'],
    ['another algorithm', 'AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'],
    ['no signature', /, Signature=.*/, ''],
    ['no signed host', 'host;', ''],
  ])('is refused as incomplete with %s', async (_, part, other) => {
    const request = inAuthorization(await sign(listTables, gateway.port, { service: 'dynamodb' }), part, other);

    const { status, body } = await send(gateway.port, request);

    expect([status, JSON.parse(body).__type]).toEqual([400, 'IncompleteSignatureException']);
  });

  it.each([
    ['dynamodb', listTables, 400, /"__type":"UnrecognizedClientException"/],
    ['lambda', { method: 'GET', path: '/2015-03-31/functions' }, 403, /security token.*invalid/],
    ['sns', { method: 'GET', path: '/', query: { Action: 'ListTopics' } }, 403, /<Code>InvalidClientTokenId</],
    ['s3', { method: 'GET', path: '/b/k' }, 403, /<Code>InvalidAccessKeyId</],
  ] as const)('of an unknown key is refused in the words of %s', async (service, plain, status, words) => {
    const request = await sign(hashed(plain), gateway.port, { service, accessKeyId: 'AKIAUNKNOWN' });

    const response = await send(gateway.port, request);

    expect(response.status).toBe(status);
    expect(response.body).toMatch(words);
  });

  it('of a wrong secret is refused, for S3 as SignatureDoesNotMatch', async () => {
    const plain = hashed({ method: 'GET', path: '/b/k' });
    const request = await sign(plain, gateway.port, { service: 's3', secretAccessKey: 'guess' });

    const { status, body, headers } = await send(gateway.port, request);

    expect([status, /<Code>(\w+)</.exec(body)?.[1]]).toEqual([403, 'SignatureDoesNotMatch']);
    expect(headers['x-amz-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('for S3 must name the hash of its body', async () => {
    const request = await sign({ method: 'GET', path: '/b/k' }, gateway.port, { service: 's3' });
    delete request.headers?.['x-amz-content-sha256'];

    const { status, body } = await send(gateway.port, request);

    expect([status, /<Code>(\w+)</.exec(body)?.[1]]).toEqual([400, 'InvalidRequest']);
  });

  it('with its query in another order and spelling is the same request', async () => {
    const plain = hashed({ method: 'GET', path: '/b', query: { 'list-type': '2', prefix: 'a b/ü~*' } });
    const { headers = {} } = await sign(plain, gateway.port, { service: 's3' });
    const path = '/b?prefix=a+b/%c3%bc%7E*&list-type=2';

    const { status } = await send(gateway.port, { method: 'GET', path, headers });

    expect(status).toBe(200);
  });

  it('with a header sent twice is signed by both values', async () => {
    const request = await sign(hashed({ method: 'GET', path: '/b/k' }), gateway.port, { service: 's3' });
    const { headers = {} } = request;
    const twice = { ...headers, 'x-amz-date': [headers['x-amz-date'], headers['x-amz-date']] as unknown as string };

    const { status } = await send(gateway.port, { ...request, headers: twice });

    expect(status).toBeGreaterThanOrEqual(400);
  });

  it('is not buffered beyond 16 MB', async () => {
    const headers = { ...listTables.headers, 'content-length': String(16 * 1024 * 1024 + 1) };
    const request = await sign({ ...listTables, body: '' }, gateway.port, { service: 'dynamodb' });
    const body = 'x'.repeat(16 * 1024 * 1024 + 1);

    const { status } = await send(gateway.port, { ...request, headers: { ...request.headers, ...headers }, body });

    expect(status).toBe(413);
  });
});

describe('C03 the time of a signature', () => {
  it.each([
    [-301, 403],
    [-300, 200],
    [300, 200],
    [301, 403],
  ])('%i seconds from the clock answers the API with %i', async (seconds, expected) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_795_244_400_000 });
    const plain = { method: 'POST', path: '/ListPipelines', headers: listTables.headers ?? {}, body: '{}' };
    const signingDate = new Date(Date.now() + seconds * 1000);
    const { 'x-amz-target': _, ...headers } = plain.headers;
    const request = await sign({ ...plain, headers }, gateway.port, { service: 'execute-api', signingDate });
    const before = reached.length;

    const { status } = await send(gateway.port, request);
    vi.useRealTimers();

    expect(status).toBe(expected);
    expect(reached.length - before).toBe(expected === 200 ? 1 : 0);
  });

  it.each([
    [-4, 200],
    [4, 200],
    [-6, 400],
    [6, 400],
  ])('%i minutes from the clock answers %i', async (minutes, expected) => {
    const signingDate = new Date(Date.now() + minutes * 60_000);
    const request = await sign(listTables, gateway.port, { service: 'dynamodb', signingDate });

    const { status } = await send(gateway.port, request);

    expect(status).toBe(expected);
  });

  it('may be by the machine or by the turned clock of the stack', async () => {
    const turned = newContext();
    turned.clock.turn(7 * 86_400_000);
    const later = await openTestGateway(turned, [dynamodb.service]);
    const dates = [Date.now(), turned.clock.now(), Date.now() + 86_400_000];

    const statuses = [];
    for (const date of dates) {
      const request = await sign(listTables, later.port, { service: 'dynamodb', signingDate: new Date(date) });
      statuses.push((await send(later.port, request)).status);
    }

    expect(statuses).toEqual([200, 200, 400]);
    await later.close();
  });

  it('is refused for S3 as RequestTimeTooSkewed', async () => {
    const signingDate = new Date(Date.now() - 3_600_000);
    const request = await sign(hashed({ method: 'GET', path: '/b/k' }), gateway.port, { service: 's3', signingDate });

    const { status, body } = await send(gateway.port, request);

    expect([status, /<Code>(\w+)</.exec(body)?.[1]]).toEqual([403, 'RequestTimeTooSkewed']);
  });
});

describe('a presigned link', () => {
  const link = hashed({ method: 'GET', path: '/bucket/a%20key', query: { 'response-content-type': 'text/plain' } });

  it('is let in, with the session token in its query', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = gateway.sts.assumeRole(
      'arn:aws:iam::000000000000:role/R',
      'session',
      900,
    );
    const request = await presign(link, gateway.port, { service: 's3', accessKeyId, secretAccessKey, sessionToken });

    const { status } = await send(gateway.port, request);

    expect(status).toBe(200);
    expect(s3.calls.at(-1)?.caller.arn).toBe('arn:aws:sts::000000000000:assumed-role/R/session');
  });

  it.each<[string, (request: Plain) => Plain]>([
    ['path', (request) => ({ ...request, path: '/bucket/other' })],
    ['method', (request) => ({ ...request, method: 'DELETE' })],
    ['query', (request) => withQuery(request, 'response-content-type', 'text/html')],
    ['parameters by another', (request) => withQuery(request, 'versionId', '1')],
    ['lifetime', (request) => withQuery(request, 'X-Amz-Expires', '901')],
  ])('is refused when its %s is changed', async (_, change) => {
    const request = change(await presign(link, gateway.port, { service: 's3' }));

    const { status, body } = await send(gateway.port, request);

    expect([status, /<Code>(\w+)</.exec(body)?.[1]]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it.each([
    [899, 200],
    [901, 403],
  ])('after %i of its 900 seconds answers %i', async (age, expected) => {
    const signingDate = new Date(Date.now() - age * 1000);
    const request = await presign(link, gateway.port, { service: 's3', expiresIn: 900, signingDate });

    const { status, body } = await send(gateway.port, request);

    expect(status).toBe(expected);
    if (expected === 403) expect(body).toContain('Request has expired');
  });

  it('is not valid for longer than a week', async () => {
    const request = withQuery(await presign(link, gateway.port, { service: 's3' }), 'X-Amz-Expires', '604801');

    const { status } = await send(gateway.port, request);

    expect(status).toBe(400);
  });

  it('bears no second signature in its header', async () => {
    const request = await presign(link, gateway.port, { service: 's3' });
    const { headers = {} } = await sign(link, gateway.port, { service: 's3' });

    const { status, body } = await send(gateway.port, { ...request, headers });

    expect(status).toBe(400);
    expect(body).toContain('Only one auth mechanism');
  });
});

describe('temporary credentials', () => {
  const role = 'arn:aws:iam::000000000000:role/R';

  it.each([
    ['no token', undefined],
    ['the token of another session', 'other'],
  ])('with %s are refused', async (_, token) => {
    const { accessKeyId, secretAccessKey } = gateway.sts.assumeRole(role, 'session', 900);
    const sessionToken = token && gateway.sts.assumeRole(role, token, 900).sessionToken;
    const signing = { service: 'dynamodb', accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };

    const { status, body } = await send(gateway.port, await sign(listTables, gateway.port, signing));

    expect([status, JSON.parse(body).__type]).toEqual([400, 'UnrecognizedClientException']);
  });

  it('expire by the clock of the stack', async () => {
    const turned = newContext();
    const later = await openTestGateway(turned, [dynamodb.service]);
    const { accessKeyId, secretAccessKey, sessionToken } = later.sts.assumeRole(role, 'session', 900);
    const signing = { service: 'dynamodb', accessKeyId, secretAccessKey, sessionToken };
    turned.clock.turn(900_000);

    const { status, body } = await send(later.port, await sign(listTables, later.port, signing));

    expect([status, JSON.parse(body).__type]).toEqual([400, 'ExpiredTokenException']);
    await later.close();
  });
});

function withHeader(request: Plain, name: string, value: string): Plain {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

function withQuery(request: Plain, name: string, value: string): Plain {
  return { ...request, query: { ...request.query, [name]: value } };
}

function inAuthorization(request: Plain, part: RegExp | string, other: string): Plain {
  return withHeader(request, 'authorization', request.headers?.['authorization']?.replace(part, other) ?? '');
}

function laterBySecond({ headers }: Plain): string {
  const date = headers?.['x-amz-date'] ?? '';
  return date.replace(/\d\dZ$/, (found) => `${found === '00Z' ? '01' : '00'}Z`);
}

function hashed(plain: Plain): Plain {
  return { ...plain, headers: { ...plain.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } };
}
