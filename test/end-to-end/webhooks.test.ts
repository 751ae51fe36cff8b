import { createHmac } from 'node:crypto';
import {
  type CodePipelineClient,
  CreatePipelineCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { administrator, localConnection, webhookSecretName } from '../../local/sample/connection.ts';
import { makeConnection } from '../../local/sample/sample.ts';
import { buildWithNoOp, noOpAction } from '../no-op/build.ts';
import { declare, startTestStack, type TestStack } from './stack.ts';

const repository = 'team/app';
const commit = 'a'.repeat(40);

const day = 86_400_000;

let test: TestStack;
const clock = new TurnableClock();
let secret: string;
let address: string;
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp(), clock });
  await makeConnection(test.stack);
  const client = new SecretsManagerClient({
    endpoint: test.stack.endpoint,
    region: test.stack.region,
    credentials: administrator,
  });
  secret = (await client.send(new GetSecretValueCommand({ SecretId: webhookSecretName }))).SecretString ?? '';
  const connection = localConnection({ ...test.stack, partition: 'aws' });
  address = connection.webhook.url;
  const configuration = { ConnectionArn: connection.record.arn, FullRepositoryId: repository, BranchName: 'main' };
  const actionTypeId = {
    category: 'Source' as const,
    owner: 'AWS' as const,
    provider: 'CodeStarSourceConnection',
    version: '1',
  };
  const source = {
    name: 'Source',
    actions: [{ name: 'Fetch', actionTypeId, configuration, outputArtifacts: [{ name: 'Code' }] }],
  };
  await test.client.send(
    new CreatePipelineCommand({
      pipeline: declare(test.stack, 'hooked', [source, { name: 'Do', actions: [noOpAction('Do')] }]),
    }),
  );
});
afterAll(() => test?.close());

function body(more: object = {}): string {
  return JSON.stringify({
    ref: 'refs/heads/main',
    after: commit,
    repository: { full_name: repository },
    head_commit: { message: 'm', author: { name: 'n' } },
    ...more,
  });
}

function sign(text: string | Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

/** Posts, and again while API Gateway throttles. */
async function post(text: string | Uint8Array, signature: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-github-event': 'push', 'x-hub-signature-256': signature };
  for (;;) {
    const response = await fetch(address, { method: 'POST', headers, body: text as string });
    await response.arrayBuffer();
    if (response.status !== 429) return response.status;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function pushes(client: CodePipelineClient): Promise<number> {
  const { pipelineExecutionSummaries = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'hooked' }),
  );
  return pipelineExecutionSummaries.filter(({ trigger }) => trigger?.triggerType === 'WebhookV2').length;
}

describe('a webhook', () => {
  it('C01 refuses a push with any bit of its body or signature flipped', { timeout: 600_000 }, async () => {
    const text = Buffer.from(body());
    const signature = sign(text);
    const flipped = (source: Buffer, bit: number) =>
      Buffer.from(source.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));

    const statuses = new Set<number>();
    for (let bit = 0; bit < text.length * 8; bit++) statuses.add(await post(flipped(text, bit), signature));
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = flipped(Buffer.from(signature), bit).toString('latin1');
      // A header cannot hold control characters: those never arrive.
      if (/^[\x21-\x7e\x80-\xff]+$/.test(changed)) statuses.add(await post(text, changed));
    }

    expect(statuses).toEqual(new Set([401]));
    expect(await pushes(test.client)).toBe(0);
  });

  it('C02 starts one run for the same push that comes 100 times at once, and none when it comes again within a day', async () => {
    const text = body();
    const before = await pushes(test.client);

    const statuses = await Promise.all(Array.from({ length: 100 }, () => post(text, sign(text))));

    expect(new Set(statuses)).toEqual(new Set([202]));
    expect(await pushes(test.client)).toBe(before + 1);

    clock.turn(day - 60_000);
    const within = await post(text, sign(text));
    expect([within, await pushes(test.client)]).toEqual([202, before + 1]);

    clock.turn(120_000);
    const afterwards = await post(text, sign(text));
    expect([afterwards, await pushes(test.client)]).toEqual([202, before + 2]);
  });

  it('starts nothing for a tag, a deleted branch, another branch or another repository', async () => {
    const before = await pushes(test.client);
    const others = [
      { ref: 'refs/tags/v1' },
      { deleted: true, after: '0'.repeat(40) },
      { ref: 'refs/heads/other' },
      { repository: { full_name: 'team/other' } },
    ];

    const statuses = await Promise.all(others.map((other) => post(body(other), sign(body(other)))));

    expect(new Set(statuses)).toEqual(new Set([202]));
    expect(await pushes(test.client)).toBe(before);
  });

  it('answers a signed body that is not a push with what is wrong', async () => {
    expect(await post('not json', sign('not json'))).toBe(400);
    expect(await post('{"ref":1}', sign('{"ref":1}'))).toBe(400);
  });
});
