import {
  CodePipelineClient,
  DeleteWebhookCommand,
  GetPipelineStateCommand,
  ListPipelinesCommand,
  ListWebhooksCommand,
  PutApprovalResultCommand,
  PutWebhookCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../scripts/account/api.ts';
import type { Keys } from '../../scripts/account/client-options.ts';
import { openProxy } from '../../scripts/client/proxy.ts';
import { buildWithNoOp } from '../no-op/build.ts';
import { type WaitingRun, waitingRun } from './approval-run.ts';
import { keysOf, mayCall } from './role-keys.ts';
import { startTestStack, type TestStack } from './stack.ts';

let test: TestStack;
let one: WaitingRun;
let two: WaitingRun;
const proxies: Awaited<ReturnType<typeof openProxy>>[] = [];
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp() });
  one = await waitingRun(test, 'one');
  two = await waitingRun(test, 'two');
});
afterAll(async () => {
  for (const proxy of proxies) await proxy.close();
  await test?.close();
});

/** An unchanged client that goes by the proxy, so that IAM decides by the path of each call. */
async function clientOf(name: string, ...paths: readonly string[]) {
  const credentials: Keys = await keysOf(test.stack, name, mayCall(test.stack, ...paths));
  const { endpoint, region } = test.stack;
  const proxy = await openProxy({ port: 0, apiUrl: new URL(endpoint), region, credentials: async () => credentials });
  proxies.push(proxy);
  const at = { endpoint: `http://127.0.0.1:${proxy.port}`, region, credentials, maxAttempts: 1 };
  return { client: new CodePipelineClient(at), credentials };
}

const answer = ({ pipeline, token }: WaitingRun) =>
  new PutApprovalResultCommand({
    pipelineName: pipeline,
    stageName: 'Approve',
    actionName: 'Review',
    token,
    result: { status: 'Approved', summary: '' },
  });
const forbidden = { $metadata: { httpStatusCode: 403 } };

describe('who may do what is decided by the path', () => {
  it('so that an approver of one action answers it, and no other', async () => {
    const { client } = await clientOf('approver', 'PutApprovalResult/one/Approve/Review');

    await expect(client.send(answer(two))).rejects.toMatchObject(forbidden);
    await expect(client.send(new ListPipelinesCommand({}))).rejects.toMatchObject(forbidden);
    const { approvedAt } = await client.send(answer(one));

    expect(approvedAt).toBeInstanceOf(Date);
    const { stageStates = [] } = await test.client.send(new GetPipelineStateCommand({ name: 'one' }));
    const review = stageStates[1]?.actionStates?.[0]?.latestExecution;
    expect(review?.lastUpdatedBy).toBe('arn:aws:sts::000000000000:assumed-role/approver/test');
  });

  it('so that a reader reads, and starts nothing', async () => {
    const { client } = await clientOf('viewer', 'Get*', 'List*');

    const { pipelineName } = await client.send(new GetPipelineStateCommand({ name: 'two' }));

    expect(pipelineName).toBe('two');
    await expect(client.send(new StartPipelineExecutionCommand({ name: 'two' }))).rejects.toMatchObject(forbidden);
  });

  it('so that who puts webhooks of one pipeline puts none of another, and takes none over', async () => {
    const { client } = await clientOf('hooker', 'PutWebhook/one', '*/two-hook');
    const hook = (name: string, targetPipeline: string) =>
      new PutWebhookCommand({
        webhook: {
          name,
          targetPipeline,
          targetAction: 'Begin',
          filters: [],
          authentication: 'UNAUTHENTICATED',
          authenticationConfiguration: {},
        },
      });
    await test.client.send(hook('two-hook', 'two'));

    const { webhook } = await client.send(hook('one-hook', 'one'));

    expect(webhook?.definition?.targetPipeline).toBe('one');
    await expect(client.send(hook('one-hook', 'two'))).rejects.toMatchObject(forbidden);
    await expect(client.send(hook('two-hook', 'one'))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(client.send(new DeleteWebhookCommand({ name: 'two-hook' }))).rejects.toMatchObject(forbidden);
    const { webhooks = [] } = await test.client.send(new ListWebhooksCommand({}));
    expect(webhooks.map(({ definition }) => [definition?.name, definition?.targetPipeline])).toEqual([
      ['one-hook', 'one'],
      ['two-hook', 'two'],
    ]);
    const { client: keeper } = await clientOf('keeper', 'DeleteWebhook');
    await keeper.send(new DeleteWebhookCommand({ name: 'two-hook' }));
  });

  it.each([
    ['the name of another pipeline', '/StartPipelineExecution/one', { name: 'two' }],
    ['another name beside the right one', '/StartPipelineExecution/one', { name: 'one', pipelineName: 'two' }],
    ['a name that the path leaves out', '/StartPipelineExecution', { name: 'two' }],
    ['another pipeline of a webhook', '/PutWebhook/one', { webhook: { name: 'hook', targetPipeline: 'two' } }],
    ['a webhook called like a pipeline', '/DeleteWebhook/one', { name: 'one' }],
  ])('so that %s in the body is refused', async (_, path, input) => {
    const may = ['StartPipelineExecution', '*/one'];
    const keys = await keysOf(test.stack, 'starter', mayCall(test.stack, ...may));
    const api = { url: test.stack.endpoint, region: test.stack.region, keys };

    const { status, body } = await ask(api, path, input);

    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ __type: 'ValidationException' });
  });
});
