import { createHmac } from 'node:crypto';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebhookDefinition } from '../../functions/domain/webhook.ts';
import { context, now, openWorld, pipelineItem, sample, type World, written } from '../handlers/world.ts';
import { flippedBits } from './flipped-bits.ts';

const secret = 'the secret of a test';
const urlId = 'aB3-_aB3-_aB3-_aB3-_aB3-_aB3-_aB';
const arn = 'arn:aws:codepipeline:us-east-1:123456789012:webhook:hook';
const short = JSON.stringify({ ref: 'refs/heads/main' });
const definition: WebhookDefinition = {
  name: 'hook',
  targetPipeline: 'hello-site',
  targetAction: 'Fetch',
  filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/main' }],
  authentication: 'GITHUB_HMAC',
  authenticationConfiguration: { SecretToken: secret },
};

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put({ ...pipelineItem(''), sequence: 0 });
  listen({});
});
afterEach(() => world.close());

function listen(more: Partial<WebhookDefinition>): void {
  const text = JSON.stringify({ ...definition, ...more });
  world.put({ pk: `WEBHOOK#${urlId}`, sk: 'WEBHOOK', definition: text, arn });
}

const sign = (body: string) =>
  `sha256=${createHmac('sha256', secret).update(Buffer.from(body, 'latin1')).digest('hex')}`;

function request(body: string, headers: Readonly<Record<string, string>> = {}, name = urlId): APIGatewayProxyEventV2 {
  const event = sample<APIGatewayProxyEventV2>('webhook');
  return {
    ...event,
    pathParameters: { name },
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(body), ...headers },
    body: Buffer.from(body, 'latin1').toString('base64'),
    isBase64Encoded: true,
  };
}

function from(sourceIp: string): APIGatewayProxyEventV2 {
  const { requestContext, ...event } = request(short);
  return { ...event, requestContext: { ...requestContext, http: { ...requestContext.http, sourceIp } } };
}

async function post(event: APIGatewayProxyEventV2) {
  const { handler } = await import('../../functions/listeners/webhook.ts');
  return handler(event, context);
}

const started = () => world.sfn.commandCalls(StartExecutionCommand).length;
const transactions = () => world.table.commandCalls(TransactWriteCommand).length;
const noted = () => world.table.commandCalls(UpdateCommand).map(({ args }) => args[0].input);

describe('a webhook (v1)', () => {
  it('C01 C48 refuses each flipped bit of a body after one read, and reads nothing of the body', async () => {
    const signature = sign(short);
    const statuses = new Set<unknown>();
    const parsed: unknown[] = [];
    const parse = vi.spyOn(JSON, 'parse');

    let refused = 0;
    for (const body of flippedBits(short)) {
      const event = request(body, { 'x-hub-signature-256': signature });
      parse.mockClear();
      statuses.add((await post(event)).statusCode);
      parsed.push(
        ...parse.mock.calls
          .map(([text]) => text)
          .filter((text) => text.includes('refs/') && !text.includes('jsonPath')),
      );
      refused++;
    }

    parse.mockRestore();
    expect([...statuses]).toEqual([401]);
    expect(parsed).toEqual([]);
    expect(refused).toBe(short.length * 8);
    expect(world.table.calls()).toHaveLength(refused);
    expect(world.table.commandCalls(GetCommand)).toHaveLength(refused);
    expect(started()).toBe(0);
  });

  it('C01 refuses each flipped bit of a signature, SHA-1, and none', async () => {
    const sha1 = `sha1=${createHmac('sha1', secret).update(short).digest('hex')}`;
    const signatures = [...flippedBits(sign(short)), '', 'sha256=', sha1, `${sign(short)}0`];

    const statuses = new Set<unknown>();
    for (const signature of signatures)
      statuses.add(
        (await post(request(short, { 'x-hub-signature-256': signature, 'x-hub-signature': sha1 }))).statusCode,
      );

    expect([...statuses]).toEqual([401]);
    expect([started(), transactions()]).toEqual([0, 0]);
  });

  it('C28 is recorded as a start, by the name of the webhook, with the run; its URL and secret are not told', async () => {
    const { body = '' } = await post(request(short));

    const records = [...world.items.values()].filter(({ pk }) => pk.startsWith('AUDIT#'));
    expect(records).toEqual([
      expect.objectContaining({
        caller: 'webhook/hook',
        operation: 'StartPipelineExecution',
        resource: 'hello-site',
        sourceIp: expect.stringMatching(/^[\d.]+$/),
        input: { webhook: arn, action: 'Fetch' },
        result: 'Succeeded',
        output: JSON.parse(body),
      }),
    ]);
    expect(JSON.stringify(world.table.commandCalls(PutCommand).map(({ args }) => args[0].input))).not.toMatch(
      new RegExp(`${urlId}|${secret}`),
    );
  });

  it('is recorded with the error of a pipeline that does not start', async () => {
    world.put({ ...pipelineItem(''), deleted: true });

    await post(request(short));

    const records = [...world.items.values()].filter(({ pk }) => pk.startsWith('AUDIT#'));
    expect(records).toEqual([
      expect.objectContaining({ result: 'Failed', errorCode: 'PipelineNotFoundException', resource: 'hello-site' }),
    ]);
  });

  it('C48 leaves no record of a request that is not authentic, or fits no filter', async () => {
    await post(request(short, { 'x-hub-signature-256': sign('other') }));
    await post(request(JSON.stringify({ ref: 'refs/heads/other' })));
    await post(request(short, { 'x-github-event': 'ping' }));

    expect(world.table.commandCalls(PutCommand)).toEqual([]);
  });

  it('C48 costs no read for what cannot be its URL, and one for what is nobody’s', async () => {
    const impossible = [urlId.slice(1), `${urlId}a`, `${urlId.slice(1)}.`, `${urlId.slice(1)}\n`, '', '#'];

    const refused = await Promise.all(impossible.map((name) => post(request(short, {}, name))));
    const reads = world.table.calls().length;
    const unknown = await post(request(short, {}, urlId.toLowerCase()));

    expect(new Set([...refused, unknown].map(({ statusCode }) => statusCode))).toEqual(new Set([401]));
    expect(reads).toBe(0);
    expect(world.table.calls()).toHaveLength(1);
  });

  it('answers a stranger of every kind of webhook, and of none, alike', async () => {
    const unsigned = await post(request(short, { 'x-hub-signature-256': '' }));
    listen({ authentication: 'IP', authenticationConfiguration: { AllowedIPRange: '10.0.0.0/8' } });
    const elsewhere = await post(request(short));
    const unknown = await post(request(short, {}, urlId.toLowerCase()));

    expect(elsewhere).toEqual(unsigned);
    expect(unknown).toEqual(unsigned);
  });

  it('C04 takes no body over 4 MiB, and reads nothing for one', async () => {
    const { statusCode } = await post(request(`"${'a'.repeat(4 * 1024 * 1024)}"`));

    expect(statusCode).toBe(413);
    expect(world.table.calls()).toEqual([]);
  });

  it('starts a run of the newest revision, told of as Webhook with its ARN, and notes when', async () => {
    const { statusCode } = await post(request(short));

    expect(statusCode).toBe(202);
    const [run] = written(world, 'RUN#');
    expect(run).toMatchObject({
      pipelineName: 'hello-site',
      trigger: { type: 'Webhook', detail: arn },
      sourceOverrides: '[]',
    });
    expect(started()).toBe(1);
    expect(noted()).toMatchObject([
      { Key: { pk: 'WEBHOOKS', sk: 'hook' }, ExpressionAttributeValues: { ':now': now, ':urlId': urlId } },
    ]);
  });

  it('C02 starts no second run for the same body, whatever its headers, and notes the first alone', async () => {
    const first = await post(request(short, { 'x-github-delivery': 'one' }));
    const second = await post(request(short, { 'x-github-delivery': 'two' }));

    expect(second.body).toBe(first.body);
    expect(written(world, 'RUN#')).toHaveLength(1);
    expect(noted()).toHaveLength(1);
  });

  it('starts nothing for what its filters do not fit, and notes nothing', async () => {
    const { statusCode, body } = await post(request('{"ref":"refs/heads/other"}'));

    expect(statusCode).toBe(202);
    expect(body).toContain('ignored');
    expect([started(), transactions(), noted().length]).toEqual([0, 0, 0]);
  });

  it('compares with the configuration that the target action has now', async () => {
    listen({ filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/{BranchName}' }] });

    const other = await post(request('{"ref":"refs/heads/other"}'));
    const main = await post(request(short));
    listen({ targetAction: 'Gone', filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/{BranchName}' }] });
    const gone = await post(request('{"ref":"refs/heads/main","number":2}'));

    expect([other.body, gone.body]).toEqual([expect.stringContaining('ignored'), expect.stringContaining('ignored')]);
    expect(main.body).toContain('pipelineExecutionId');
    expect(written(world, 'RUN#')).toHaveLength(1);
  });

  it.each([
    ['GITHUB_HMAC', {}],
    ['IP', {}],
  ] as const)('takes nothing where it has not what %s wants', async (authentication, authenticationConfiguration) => {
    listen({ authentication, authenticationConfiguration });

    const { statusCode } = await post(request(short));

    expect(statusCode).toBe(401);
  });

  it('takes a request from anybody where it asks for nothing', async () => {
    listen({ authentication: 'UNAUTHENTICATED', authenticationConfiguration: {} });

    const { statusCode } = await post(request(short, { 'x-hub-signature-256': '' }));

    expect(statusCode).toBe(202);
    expect(started()).toBe(1);
  });

  it('says pong to a ping', async () => {
    const { statusCode, body } = await post(request(short, { 'x-github-event': 'ping' }));

    expect([statusCode, body]).toEqual([200, '{"message":"pong"}']);
  });

  it('starts a run for each body, by the body alone', async () => {
    await post(request(short));
    await post(request(`${short} `));

    expect(written(world, 'RUN#')).toHaveLength(2);
  });

  it('reads the configuration where one filter of several names a member of it', async () => {
    const filters = [
      { jsonPath: '$.ref', matchEquals: 'refs/heads/{BranchName}' },
      { jsonPath: '$.ref', matchEquals: 'refs/heads/main' },
    ];
    listen({ filters });

    const { body } = await post(request(short));

    expect(body).toContain('pipelineExecutionId');
  });

  it('notes that its pipeline is gone, whose configuration a filter names', async () => {
    listen({ targetPipeline: 'gone', filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/{BranchName}' }] });

    const { statusCode, body } = await post(request(short));

    expect([statusCode, body]).toEqual([
      202,
      '{"message":"The pipeline of this webhook could not be started: ListWebhooks says why."}',
    ]);
    expect(noted()).toMatchObject([{ ExpressionAttributeValues: { ':code': 'PipelineNotFoundException' } }]);
  });

  it('reads no pipeline where no filter names its configuration', async () => {
    listen({ targetPipeline: 'gone' });

    const { body } = await post(request('{"ref":"refs/heads/other"}'));

    expect(body).toContain('ignored');
  });

  it('takes a request from its addresses, with whatever signature', async () => {
    listen({ authentication: 'IP', authenticationConfiguration: { AllowedIPRange: '2001:db8::/32' } });

    const outside = await Promise.all(['2001:db9::1', '203.0.113.7', ''].map((address) => post(from(address))));
    const inside = await post(from('2001:db8::7'));

    expect(outside.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401]);
    expect(inside.statusCode).toBe(202);
    expect(started()).toBe(1);
  });

  it('notes why its pipeline did not start, and tells the stranger nothing of it', async () => {
    world.put({ ...pipelineItem(''), deleted: true });

    const { statusCode, body } = await post(request(short));

    expect(statusCode).toBe(202);
    expect(body).not.toContain('hello-site');
    expect(noted()).toMatchObject([
      {
        Key: { pk: 'WEBHOOKS', sk: 'hook' },
        ExpressionAttributeValues: {
          ':code': 'PipelineNotFoundException',
          ':message': expect.stringContaining('hello-site'),
        },
      },
    ]);
  });

  it('answers a fault with 500, so that the host shows the delivery as failed', async () => {
    world.table.on(TransactWriteCommand).rejects(new Error('The table is not there.'));

    const { statusCode, body } = await post(request(short));

    expect(statusCode).toBe(500);
    expect(body).not.toContain('table');
    expect(noted()).toEqual([]);
  });
});
