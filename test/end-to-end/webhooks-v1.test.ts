import { createHmac } from 'node:crypto';
import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  DeleteWebhookCommand,
  GetPipelineExecutionCommand,
  ListPipelineExecutionsCommand,
  type ListWebhookItem,
  ListWebhooksCommand,
  PutWebhookCommand,
  type WebhookDefinition,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator } from '../../local/sample/connection.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const secret = 'the secret of a test';

let test: TestStack;
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp() });
  await make('hooked');
});
afterAll(() => test?.close());

async function make(name: string): Promise<void> {
  const [begin] = noOpSourceStage.actions;
  const configuration = { Value: 'main', Secret: 'planted' };
  const source = {
    name: 'Source',
    actions: [{ ...begin, name: 'Begin', actionTypeId: begin?.actionTypeId, configuration }],
  };
  const stages = [source, { name: 'Do', actions: [noOpAction('Do')] }];
  await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, name, stages) }));
}

const signed: WebhookDefinition = {
  name: 'signed',
  targetPipeline: 'hooked',
  targetAction: 'Begin',
  filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/{Value}' }],
  authentication: 'GITHUB_HMAC',
  authenticationConfiguration: { SecretToken: secret },
};
const open = { authentication: 'UNAUTHENTICATED' as const, authenticationConfiguration: {}, filters: [] };

async function put(more: Partial<WebhookDefinition> = {}): Promise<ListWebhookItem & { url: string }> {
  const { webhook } = await test.client.send(new PutWebhookCommand({ webhook: { ...signed, ...more } }));
  if (webhook?.url === undefined) throw new Error('PutWebhook answered no URL.');
  return { ...webhook, url: webhook.url };
}

const sign = (text: string | Uint8Array, key = secret) =>
  `sha256=${createHmac('sha256', key).update(text).digest('hex')}`;

/** Posts, and again while API Gateway throttles. */
async function post(url: string, text: string | Uint8Array, headers: Record<string, string> = {}): Promise<number> {
  for (;;) {
    const all = { 'content-type': 'application/json', ...headers };
    const response = await fetch(url, { method: 'POST', headers: all, body: text as string });
    await response.arrayBuffer();
    if (response.status !== 429) return response.status;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
const postSigned = (url: string, text: string, key = secret) =>
  post(url, text, { 'x-hub-signature-256': sign(text, key) });

async function runsOf(pipelineName: string, arn = ''): Promise<readonly string[]> {
  const { pipelineExecutionSummaries = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries
    .filter(({ trigger }) => trigger?.triggerType === 'Webhook' && trigger.triggerDetail === arn)
    .map(({ pipelineExecutionId = '' }) => pipelineExecutionId);
}

async function listed(name: string): Promise<ListWebhookItem | undefined> {
  const { webhooks = [] } = await test.client.send(new ListWebhooksCommand({}));
  return webhooks.find(({ definition }) => definition?.name === name);
}

let count = 0;
const push = (ref = 'refs/heads/main') => JSON.stringify({ ref, number: ++count });

describe('PutWebhook, ListWebhooks and DeleteWebhook', () => {
  it('make a webhook that is listed with its secret masked, and keep its URL when it is put again', async () => {
    const tags = [{ key: 'team', value: 'web' }];
    const { webhook } = await test.client.send(new PutWebhookCommand({ webhook: { ...signed, name: 'kept' }, tags }));

    const again = await put({ name: 'kept', filters: [] });

    const authenticationConfiguration = { SecretToken: '****' };
    expect(webhook).toMatchObject({ definition: { ...signed, name: 'kept', authenticationConfiguration }, tags });
    expect(webhook?.arn).toBe(`arn:aws:codepipeline:${test.stack.region}:${test.stack.account}:webhook:kept`);
    expect(webhook?.url).toMatch(new RegExp(`^${test.stack.endpoint}/webhooks/[A-Za-z0-9_-]{32}$`));
    expect(again).toEqual({ ...webhook, definition: { ...webhook?.definition, filters: [] } });
    expect(await listed('kept')).toEqual(again);
  });

  it('give another URL to a webhook that was deleted and put again; the old one is nobody’s', async () => {
    const first = await put({ name: 'renewed', ...open });

    await test.client.send(new DeleteWebhookCommand({ name: 'renewed' }));
    await test.client.send(new DeleteWebhookCommand({ name: 'renewed' }));
    const between = await listed('renewed');
    const second = await put({ name: 'renewed', ...open });

    expect(between).toBeUndefined();
    expect(second.url).not.toBe(first.url);
    expect(await post(first.url, push())).toBe(401);
    expect(await post(second.url, push())).toBe(202);
  });

  it('page in the order of names, by members in capitals', async () => {
    await put({ name: 'page-1' });
    await put({ name: 'page-2' });
    const names: (string | undefined)[] = [];

    let NextToken: string | undefined;
    do {
      const page = await test.client.send(
        new ListWebhooksCommand({ MaxResults: 1, ...(NextToken === undefined ? {} : { NextToken }) }),
      );
      names.push(...(page.webhooks ?? []).map(({ definition }) => definition?.name));
      ({ NextToken } = page);
    } while (NextToken !== undefined && names.length < 50);

    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['page-1', 'page-2']));
    await expect(test.client.send(new ListWebhooksCommand({ NextToken: 'foreign' }))).rejects.toMatchObject({
      name: 'InvalidNextTokenException',
    });
  });

  it.each<[string, string, Partial<WebhookDefinition>]>([
    ['a pipeline that is not there', 'PipelineNotFoundException', { targetPipeline: 'nobody' }],
    ['an action that is not there', 'ValidationException', { targetAction: 'Nobody' }],
    ['an action of a later stage', 'ValidationException', { targetAction: 'Do' }],
    ['a path that is a script', 'InvalidWebhookFilterPatternException', { filters: [{ jsonPath: '$[(@.length-1)]' }] }],
    [
      'a member that the action has not',
      'InvalidWebhookFilterPatternException',
      { filters: [{ jsonPath: '$.ref', matchEquals: '{Branch}' }] },
    ],
    [
      'a member that is secret',
      'InvalidWebhookFilterPatternException',
      { filters: [{ jsonPath: '$.ref', matchEquals: '{Secret}' }] },
    ],
    [
      'a secret too many',
      'InvalidWebhookAuthenticationParametersException',
      { authenticationConfiguration: { SecretToken: 's', AllowedIPRange: '10.0.0.0/8' } },
    ],
    [
      'the mask of no secret',
      'InvalidWebhookAuthenticationParametersException',
      { authenticationConfiguration: { SecretToken: '****' } },
    ],
    ['six filters', 'ValidationException', { filters: Array.from({ length: 6 }, () => ({ jsonPath: '$.ref' })) }],
  ])('refuse %s, and make nothing', async (_, name, wrong) => {
    await expect(put({ name: 'wrong', ...wrong })).rejects.toMatchObject({ name });

    expect(await listed('wrong')).toBeUndefined();
  });

  it('keep the secret that comes back as ****, also when two update at once', async () => {
    const { url } = await put({ name: 'masked' });
    const masked = { name: 'masked', authenticationConfiguration: { SecretToken: '****' } };

    const updates = await Promise.all([
      put({ ...masked, filters: [] }),
      put({ ...masked, filters: [{ jsonPath: '$.ref' }] }),
      put({ ...masked, filters: [{ jsonPath: '$.number' }] }),
    ]);

    expect(new Set(updates.map((update) => update.url))).toEqual(new Set([url]));
    expect(await postSigned(url, push(), '****')).toBe(401);
    expect(await postSigned(url, push())).toBe(202);
  });

  it('show the secret nowhere', async () => {
    await put({ name: 'secretive' });

    const { webhooks } = await test.client.send(new ListWebhooksCommand({}));
    const missing = put({ name: 'secretive', targetPipeline: 'nobody' });

    expect(JSON.stringify(webhooks)).not.toContain(secret);
    await expect(missing).rejects.not.toMatchObject({ message: expect.stringContaining(secret) });
  });

  it('make 300 webhooks at most: what is there can still be changed, and what goes makes room', async () => {
    const { endpoint, region, outputs } = test.stack;
    const table = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials: administrator }));
    const at = { TableName: outputs['TableName'] ?? '', Key: { pk: 'LIMITS', sk: 'WEBHOOKS' } };
    const { webhooks = [] } = await test.client.send(new ListWebhooksCommand({}));
    const { Item } = await table.send(new GetCommand({ ...at, ConsistentRead: true }));
    await put({ name: 'first' });
    await put({ name: 'last' });
    await table.send(new PutCommand({ TableName: at.TableName, Item: { ...at.Key, count: 300 } }));

    await expect(put({ name: 'one-too-many' })).rejects.toMatchObject({ name: 'LimitExceededException' });
    await put({ name: 'last', filters: [] });
    await test.client.send(new DeleteWebhookCommand({ name: 'first' }));
    await put({ name: 'in-its-place' });
    await expect(put({ name: 'one-too-many' })).rejects.toMatchObject({ name: 'LimitExceededException' });

    expect(Item?.['count']).toBe(webhooks.length);
    await table.send(new PutCommand({ TableName: at.TableName, Item: { ...at.Key, count: webhooks.length + 2 } }));
    table.destroy();
  });

  it('have one winner when several make the same webhook at once', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => put({ name: 'raced' })));

    expect(new Set(made.map(({ url }) => url)).size).toBe(1);
    expect((await listed('raced'))?.url).toBe(made[0]?.url);
  });
});

describe('a webhook with a secret', () => {
  it('C01 refuses a request of which any bit of body or signature was changed', { timeout: 300_000 }, async () => {
    const { url, arn } = await put({ name: 'flipped' });
    const text = Buffer.from(push());
    const signature = Buffer.from(sign(text));
    const flipped = (source: Buffer, bit: number) =>
      Buffer.from(source.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));

    const statuses = new Set<number>();
    for (let bit = 0; bit < text.length * 8; bit++)
      statuses.add(await post(url, flipped(text, bit), { 'x-hub-signature-256': signature.toString() }));
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = flipped(signature, bit).toString('latin1');
      // A header cannot hold control characters: those never arrive.
      if (/^[\x21-\x7e\x80-\xff]+$/.test(changed))
        statuses.add(await post(url, text, { 'x-hub-signature-256': changed }));
    }

    expect(statuses).toEqual(new Set([401]));
    expect(await runsOf('hooked', arn)).toEqual([]);
  });

  it('refuses no signature, a SHA-1 signature, and that of another secret', async () => {
    const { url, arn } = await put({ name: 'unsigned' });
    const text = push();
    const sha1 = `sha1=${createHmac('sha1', secret).update(text).digest('hex')}`;

    const statuses = [
      await post(url, text),
      await post(url, text, { 'x-hub-signature': sha1 }),
      await post(url, text, { 'x-hub-signature-256': sha1 }),
      await postSigned(url, text, 'another'),
    ];

    expect(statuses).toEqual([401, 401, 401, 401]);
    expect(await runsOf('hooked', arn)).toEqual([]);
  });

  it('C02 starts one run for the same request that comes 100 times at once, and says when', async () => {
    const { url, arn } = await put({ name: 'replayed' });
    const text = push();
    const since = Date.now();

    const statuses = await Promise.all(Array.from({ length: 100 }, () => postSigned(url, text)));

    expect(new Set(statuses)).toEqual(new Set([202]));
    const [run = '', ...more] = await runsOf('hooked', arn);
    expect(more).toEqual([]);
    expect(await endOf(test.client, 'hooked', run)).toMatch(/Succeeded|Superseded/);
    const { pipelineExecution } = await test.client.send(
      new GetPipelineExecutionCommand({ pipelineName: 'hooked', pipelineExecutionId: run }),
    );
    expect(pipelineExecution?.trigger).toEqual({ triggerType: 'Webhook', triggerDetail: arn });
    const { lastTriggered } = (await listed('replayed')) ?? {};
    expect(lastTriggered?.getTime()).toBeGreaterThanOrEqual(since);
    expect(lastTriggered?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('ignores what does not fit its filters, a ping, and says what is wrong with a body that is no JSON', async () => {
    const { url, arn } = await put({ name: 'filtered' });
    const ping = push();

    const ignored = await Promise.all([
      postSigned(url, push('refs/heads/other')),
      postSigned(url, push('refs/heads/{Value}')),
      postSigned(url, '[]'),
      postSigned(url, 'null'),
    ]);
    const pong = await post(url, ping, { 'x-hub-signature-256': sign(ping), 'x-github-event': 'ping' });
    const garbage = await postSigned(url, 'payload=%7B%7D');

    expect(ignored).toEqual([202, 202, 202, 202]);
    expect([pong, garbage]).toEqual([200, 400]);
    expect(await runsOf('hooked', arn)).toEqual([]);
    expect((await listed('filtered'))?.lastTriggered).toBeUndefined();
  });

  it('takes a new secret at once, and the old one no more', async () => {
    const { url } = await put({ name: 'rotated' });

    await put({ name: 'rotated', authenticationConfiguration: { SecretToken: 'another' } });

    expect(await postSigned(url, push())).toBe(401);
    expect(await postSigned(url, push(), 'another')).toBe(202);
  });
});

describe('a webhook without a secret', () => {
  it('takes requests from its addresses alone', async () => {
    const ip = (name: string, AllowedIPRange: string) =>
      put({ name, authentication: 'IP', authenticationConfiguration: { AllowedIPRange } });
    const near = await ip('near', '127.0.0.0/8');
    const far = await ip('far', '203.0.113.0/24');
    const text = push();

    const statuses = [
      await post(near.url, text),
      await post(far.url, text),
      await post(far.url, text, { 'x-forwarded-for': '203.0.113.7' }),
    ];

    expect(statuses).toEqual([202, 401, 401]);
    expect(await runsOf('hooked', near.arn)).toHaveLength(1);
    expect(await runsOf('hooked', far.arn)).toEqual([]);
  });

  it('tells ListWebhooks, and no stranger, why its pipeline was not started', async () => {
    await make('short-lived');
    const { url } = await put({ name: 'orphan', targetPipeline: 'short-lived', ...open });
    await test.client.send(new DeletePipelineCommand({ name: 'short-lived' }));

    const response = await fetch(url, { method: 'POST', body: push() });

    expect(response.status).toBe(202);
    expect(await response.text()).not.toContain('short-lived');
    expect(await listed('orphan')).toMatchObject({
      errorCode: 'PipelineNotFoundException',
      errorMessage: expect.stringContaining("'short-lived'"),
    });
  });
});
