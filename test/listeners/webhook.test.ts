import { createHmac } from 'node:crypto';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  connection,
  context,
  openWorld,
  pipelineId,
  pipelineItem,
  sample,
  type World,
  written,
} from '../handlers/world.ts';
import { flippedBits } from './flipped-bits.ts';

/** The secret of the samples: any text that both sides know. */
const secret = 'sample-webhook-secret';
const short = JSON.stringify({
  ref: 'refs/heads/main',
  after: 'a'.repeat(40),
  repository: { full_name: 'sample/hello-site' },
});

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put({
    pk: `CONNECTION#${connection}`,
    sk: 'CONNECTION',
    id: connection,
    arn: `arn:aws:codeconnections:us-east-1:123456789012:connection/${connection}`,
    kind: 'GitHub',
    host: 'https://git.example.com',
    webhookSecret: 'webhook-secret',
  });
  follow('Fetch');
  world.put({ ...pipelineItem(''), sequence: 0 });
});
afterEach(() => world.close());

function follow(action: string): void {
  const sk = `${pipelineId}#${action}`;
  const follower = { pipelineId, pipelineName: 'hello-site', action, branch: 'main' };
  world.put({ pk: `SOURCE#${connection}#sample/hello-site`, sk, ...follower });
}

function sign(body: string): string {
  return `sha256=${createHmac('sha256', secret).update(Buffer.from(body, 'latin1')).digest('hex')}`;
}

/** A request with this body, as API Gateway hands over what it does not take for text. */
function request(body: string, headers: Readonly<Record<string, string>> = {}): APIGatewayProxyEventV2 {
  const event = sample<APIGatewayProxyEventV2>('webhook');
  return {
    ...event,
    headers: { ...event.headers, 'x-hub-signature-256': sign(body), ...headers },
    body: Buffer.from(body, 'latin1').toString('base64'),
    isBase64Encoded: true,
  };
}

async function post(event: APIGatewayProxyEventV2) {
  const { handler } = await import('../../functions/listeners/webhook.ts');
  return handler(event, context);
}

const started = () => world.sfn.commandCalls(StartExecutionCommand).length;
const transactions = () => world.table.commandCalls(TransactWriteCommand).length;

describe('a webhook', () => {
  it('C01 refuses a body of which any one bit was changed, reads nothing of it and nothing but the connection', async () => {
    const signature = sign(short);
    const parse = vi.spyOn(JSON, 'parse');

    const statuses = new Set<unknown>();
    let refused = 0;
    for (const body of flippedBits(short)) {
      const event = request(body, { 'x-hub-signature-256': signature });
      parse.mockClear();
      statuses.add((await post(event)).statusCode);
      expect(parse).not.toHaveBeenCalled();
      refused++;
    }

    expect([...statuses]).toEqual([401]);
    expect(refused).toBe(short.length * 8);
    expect([started(), transactions()]).toEqual([0, 0]);
    expect(world.table.calls()).toHaveLength(refused);
    expect(world.table.commandCalls(GetCommand)).toHaveLength(refused);
    parse.mockRestore();
  });

  it('C01 refuses a signature of which any one bit was changed, and one of another length', async () => {
    const signatures = [...flippedBits(sign(short)), '', 'sha256=', `${sign(short)}0`, sign(short).slice(0, -1)];

    const statuses = new Set<unknown>();
    for (const signature of signatures) {
      statuses.add((await post(request(short, { 'x-hub-signature-256': signature }))).statusCode);
    }

    expect([...statuses]).toEqual([401]);
    expect(short.length * 8 + signatures.length).toBeGreaterThan(1000);
    expect([started(), transactions()]).toEqual([0, 0]);
  });

  it('C01 refuses a SHA-1 signature, a missing one, and a name that nobody has', async () => {
    const sha1 = `sha1=${createHmac('sha1', secret).update(short).digest('hex')}`;
    const { 'x-hub-signature-256': _, ...unsigned } = request(short).headers;

    const answers = await Promise.all([
      post(request(short, { 'x-hub-signature-256': sha1, 'x-hub-signature': sha1 })),
      post({ ...request(short), headers: unsigned }),
      post({ ...request(short), pathParameters: { name: 'nobody' } }),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401]);
  });

  it('C48 reads nothing for a name or a signature that cannot be one, and once for one that nobody has', async () => {
    const nobody = '10ca1000-0000-4000-8000-00000000dead';
    const names = ['', 'nobody', `${nobody}0`, nobody.toUpperCase(), '#', 'é'.repeat(3000), '__proto__', `${nobody}\n`];
    const signatures = ['', 'sha256=', 'sha1=0', `sha256=${'g'.repeat(64)}`, `sha256=${'a'.repeat(1_000_000)}`];
    const events = [
      ...names.map((name) => ({ ...request(short), pathParameters: { name } })),
      ...signatures.map((signature) => request(short, { 'x-hub-signature-256': signature })),
    ];

    const impossible = await Promise.all(events.map(post));
    const reads = world.table.calls().length;
    const unknown = await post({ ...request(short), pathParameters: { name: nobody } });

    expect(new Set(impossible.map(({ statusCode }) => statusCode))).toEqual(new Set([401]));
    expect(reads).toBe(0);
    expect(unknown.statusCode).toBe(401);
    expect(world.table.calls()).toHaveLength(1);
  });

  it('C04 takes a body of 4 MiB, and refuses a larger one before anything of it is read', async () => {
    const padded = (length: number) => `${short.slice(0, -1)}${' '.repeat(length - short.length)}}`;
    const parse = vi.spyOn(JSON, 'parse');
    const large = request(padded(4 * 1024 * 1024 + 1));
    parse.mockClear();

    const refused = await post(large);

    expect(refused.statusCode).toBe(413);
    expect(refused.body).toContain('4194305 bytes; at most 4194304');
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    expect(world.table.calls()).toHaveLength(0);
    expect((await post(request(padded(4 * 1024 * 1024)))).statusCode).toBe(202);
  });

  it('C04 takes a signed body that is nested without end for no push', async () => {
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    const keys = JSON.stringify(
      Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index])),
    );

    const statuses = await Promise.all([deep, keys].map(async (body) => (await post(request(body))).statusCode));

    expect(statuses).toEqual([400, 400]);
    expect([started(), transactions()]).toEqual([0, 0]);
  });

  it('starts a run for the same body with the right signature, whose run fetches the commit that was pushed', async () => {
    const { statusCode } = await post(request(short));

    expect(statusCode).toBe(202);
    const [run] = written(world, 'RUN#');
    expect(run).toMatchObject({ trigger: { type: 'WebhookV2', git: { commitId: 'a'.repeat(40), branch: 'main' } } });
    expect(JSON.parse(String(run?.['sourceOverrides']))).toEqual([
      { actionName: 'Fetch', revisionType: 'COMMIT_ID', revisionValue: 'a'.repeat(40) },
    ]);
    expect(started()).toBe(1);
  });

  it('C02 takes the same body with another delivery header for the same push', async () => {
    await post(request(short, { 'x-github-delivery': 'one' }));
    await post(request(short, { 'x-github-delivery': 'two' }));

    expect(written(world, 'RUN#')).toHaveLength(1);
  });

  it('starts again where the branch is put back to a commit that it had', async () => {
    await post(request(short));
    await post(request(JSON.stringify({ ...JSON.parse(short), before: 'b'.repeat(40) })));

    expect(written(world, 'RUN#')).toHaveLength(2);
  });

  it.each([
    ['ping', 200, { message: 'pong' }],
    ['issues', 202, { started: [], message: 'Only pushes of branches and tags, and pull requests, start pipelines.' }],
  ])('starts nothing for a signed %s', async (event, status, says) => {
    const { statusCode, body } = await post(request(short, { 'x-github-event': event }));

    expect(statusCode).toBe(status);
    expect(JSON.parse(body ?? '')).toEqual(says);
    expect([started(), transactions()]).toEqual([0, 0]);
  });

  it.each([{}, { 'x-github-event': 'issues' }])(
    'reads nothing of the body of a signed event of something else: %j',
    async (headers) => {
      const { 'x-github-event': _, ...rest } = request('no JSON').headers;

      const { statusCode } = await post({ ...request('no JSON'), headers: { ...rest, ...headers } });

      expect(statusCode).toBe(202);
    },
  );

  it('refuses a name with more around an id', async () => {
    const { statusCode } = await post({ ...request(short), pathParameters: { name: `0${connection}` } });

    expect(statusCode).toBe(401);
    expect(world.table.calls()).toHaveLength(0);
  });

  it('lets a pipeline start although another that follows the branch cannot be, and then says that it failed', async () => {
    follow('Another');
    world.put({ ...pipelineItem(''), sequence: 0 });
    let first = true;
    const table = world.table.on(TransactWriteCommand);
    table.callsFake(async ({ TransactItems }) => {
      const isFirst = first;
      first = false;
      if (isFirst) throw new Error('The table is not there.');
      // The other start takes longer.
      await new Promise((resolve) => setTimeout(resolve, 20));
      return TransactItems && {};
    });

    const { statusCode } = await post(request(short));

    expect(statusCode).toBe(500);
    expect(started()).toBe(1);
  });

  it('is recorded as a start of each pipeline, by the name of the webhook, with the run', async () => {
    follow('Other');

    const event = request(short);
    await post(event);

    const { requestId } = event.requestContext;
    const records = [...world.items.values()].filter(({ pk }) => pk.startsWith('AUDIT#'));
    expect(records).toEqual([
      expect.objectContaining({
        requestId: `${requestId}#1`,
        caller: `webhook/${connection}`,
        operation: 'StartPipelineExecution',
        resource: 'hello-site',
        sourceIp: expect.stringMatching(/^[\d.]+$/),
        input: expect.objectContaining({ repository: 'sample/hello-site', event: "push to branch 'main'" }),
        result: 'Succeeded',
        output: { pipelineExecutionId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      }),
      expect.objectContaining({ requestId: `${requestId}#2`, input: expect.objectContaining({ action: 'Other' }) }),
    ]);
  });

  it('tells which pipeline refused to start', async () => {
    world.put({ ...pipelineItem(''), deleted: true });

    const { statusCode, body } = await post(request(short));

    expect(statusCode).toBe(202);
    expect(JSON.parse(body ?? '')).toEqual({
      started: [
        { pipeline: 'hello-site', refused: expect.stringContaining("does not have a pipeline with name 'hello-site'") },
      ],
    });
  });
});
