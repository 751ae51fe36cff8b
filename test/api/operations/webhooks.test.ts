import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebhookDefinition } from '../../../functions/domain/webhook.ts';
import { context, openWorld, pipelineItem, sample, type World, written } from '../../handlers/world.ts';

const webhook: WebhookDefinition = {
  name: 'hook',
  targetPipeline: 'hello-site',
  targetAction: 'Fetch',
  filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/{BranchName}' }],
  authentication: 'GITHUB_HMAC',
  authenticationConfiguration: { SecretToken: 'planted' },
};

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put({ ...pipelineItem(''), sequence: 0 });
});
afterEach(() => world.close());

async function call(operation: string, input: object, path = operation): Promise<{ status: unknown; answer: object }> {
  const { handler } = await import('../../../functions/api/api.ts');
  const event = sample<APIGatewayProxyEventV2>('api');
  const [named = '', pipeline] = path.split('/');
  const pathParameters = { operation: named, ...(pipeline === undefined ? {} : { pipeline }) };
  const body = JSON.stringify(input);
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  const result = await handler({ ...event, headers, pathParameters, body, isBase64Encoded: false }, context);
  return { status: result.statusCode, answer: JSON.parse(result.body || '{}') };
}
const put = (more: Partial<WebhookDefinition> = {}) =>
  call('PutWebhook', { webhook: { ...webhook, ...more } }, `PutWebhook/${more.targetPipeline ?? 'hello-site'}`);

const transactions = () =>
  world.table.commandCalls(TransactWriteCommand).map(({ args }) => args[0].input.TransactItems ?? []);

describe('PutWebhook', () => {
  it('writes what is listed, what listens and the count in one transaction; the secret where it listens alone', async () => {
    const { status } = await put();

    expect(status).toBe(200);
    const [items = [], ...more] = transactions();
    expect(more).toEqual([]);
    const [record, listener, counted] = items;
    expect(record?.Put).toMatchObject({
      Item: {
        pk: 'WEBHOOKS',
        sk: 'hook',
        rev: 1,
        tags: [],
        url: expect.stringMatching(/^https:\/\/api\.example\.com\/webhooks\/[\w-]{32}$/),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    expect(listener?.Put?.Item).toMatchObject({
      pk: `WEBHOOK#${record?.Put?.Item?.['urlId']}`,
      sk: 'WEBHOOK',
      definition: expect.stringContaining('planted'),
    });
    expect(JSON.stringify([record, counted])).not.toContain('planted');
    expect(counted?.Update?.ConditionExpression).toContain('#count < :most');
  });

  it('writes the next definition under the revision that it read, keeps URL, tags and secret, and counts nothing', async () => {
    await put();
    const [before] = written(world, 'hook');

    await put({ filters: [], authenticationConfiguration: { SecretToken: '****' } });

    const [, items = []] = transactions();
    const [record, listener] = items;
    expect(items).toHaveLength(2);
    expect(record?.Put).toMatchObject({
      Item: { urlId: before?.['urlId'], url: before?.['url'], rev: 2 },
      ConditionExpression: 'rev = :rev',
      ExpressionAttributeValues: { ':rev': 1 },
    });
    expect(listener?.Put?.Item?.['definition']).toContain('planted');
  });

  it('decides again when another came between, so that **** is the secret that the other put', async () => {
    await put();
    let first = true;
    world.table.on(UpdateCommand).resolves({});
    const [record] = written(world, 'hook');
    const [listening] = written(world, 'WEBHOOK');
    const real = { ...record, rev: 2 } as never;
    const other = {
      ...listening,
      definition: JSON.stringify({ ...webhook, authenticationConfiguration: { SecretToken: 'newer' } }),
    };
    const parse = JSON.parse;
    JSON.parse = (text, reviver) => {
      // The other's put lands after this one has read the secret.
      if (first && String(text).includes('planted')) {
        first = false;
        world.put(real);
        world.put(other as never);
      }
      return parse(text, reviver);
    };

    const { status } = await put({ authenticationConfiguration: { SecretToken: '****' } });

    JSON.parse = parse;
    expect(status).toBe(200);
    expect(transactions().at(-1)?.[1]?.Put?.Item?.['definition']).toContain('newer');
  });

  it.each<[string, Partial<WebhookDefinition>]>([
    ['PipelineNotFoundException', { targetPipeline: 'nobody' }],
    ['ValidationException', { targetAction: 'Build' }],
    ['InvalidWebhookFilterPatternException', { filters: [{ jsonPath: '$..ref' }] }],
    ['InvalidWebhookAuthenticationParametersException', { authenticationConfiguration: {} }],
    ['ValidationException', { authentication: 'NONE' as never }],
    ['ValidationException', { name: 'a/b' }],
  ])('answers %s for %j, and writes nothing', async (__type, wrong) => {
    const { status, answer } = await put(wrong);

    expect([status, answer]).toMatchObject([400, { __type }]);
    expect(transactions()).toEqual([]);
  });
});

describe('DeleteWebhook', () => {
  it('removes what is listed and what listens in one transaction, and counts it', async () => {
    await put();
    const [record] = written(world, 'hook');

    const { status } = await call('DeleteWebhook', { name: 'hook' });

    expect(status).toBe(200);
    expect(transactions().at(-1)).toMatchObject([
      { Delete: { Key: { pk: 'WEBHOOKS', sk: 'hook' }, ConditionExpression: 'rev = :rev' } },
      { Delete: { Key: { pk: `WEBHOOK#${record?.['urlId']}`, sk: 'WEBHOOK' } } },
      { Update: { ExpressionAttributeValues: { ':by': -1 } } },
    ]);
  });

  it('writes nothing for one that is not there', async () => {
    const { status } = await call('DeleteWebhook', { name: 'nobody' });

    expect(status).toBe(200);
    expect(transactions()).toEqual([]);
  });
});

describe('RegisterWebhookWithThirdParty', () => {
  it('asks the git function, which has the token, and reads no secret itself', async () => {
    await put();
    world.lambda.on(InvokeCommand).resolves({ Payload: Buffer.from('{}') as never });

    const { status } = await call('RegisterWebhookWithThirdParty', { webhookName: 'hook' });

    expect(status).toBe(200);
    const [invoked] = world.lambda.commandCalls(InvokeCommand);
    expect(JSON.parse(Buffer.from(invoked?.args[0].input.Payload as Uint8Array).toString())).toEqual({
      webhook: written(world, 'hook')[0]?.['urlId'],
      url: written(world, 'hook')[0]?.['url'],
      wanted: 'registered',
    });
    expect(world.secrets.commandCalls(GetSecretValueCommand)).toEqual([]);
  });

  it.each([
    ['fails', { FunctionError: 'Unhandled', Payload: Buffer.from('{"errorMessage":"connect ECONNREFUSED 10.0.0.1"}') }],
    ['answers nothing', {}],
  ])('says that the host did not answer where the git function %s', async (_, answered) => {
    await put();
    world.lambda.on(InvokeCommand).resolves(answered as never);

    const { status, answer } = await call('RegisterWebhookWithThirdParty', { webhookName: 'hook' });

    expect(status).toBe(400);
    expect(answer).toMatchObject({ __type: 'ValidationException', message: expect.stringContaining('Try again') });
    expect(JSON.stringify(answer)).not.toContain('10.0.0.1');
    expect(world.table.commandCalls(UpdateCommand).at(-1)?.args[0].input).toMatchObject({
      ExpressionAttributeValues: { ':code': 'SystemUnavailable' },
    });
  });
});
