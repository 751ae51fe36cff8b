import {
  type ActionExecutionDetail,
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type StageDeclaration,
} from '@aws-sdk/client-codepipeline';
import { ListExecutionsCommand, paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { administrator } from '../../local/sample/connection.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

let test: TestStack;
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp() });
});
afterAll(() => test?.close());

async function runOf(name: string, stages: StageDeclaration[]): Promise<{ status: string; actions: number }> {
  const { client, stack } = test;
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, name, [noOpSourceStage, ...stages]) }));
  const { pipelineExecutionSummaries: [run] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  const pipelineExecutionId = run?.pipelineExecutionId ?? '';
  const status = await endOf(client, name, pipelineExecutionId, 500);
  await holdHistories(pipelineExecutionId);
  let actions = 0;
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListActionExecutionsCommand({
        pipelineName: name,
        filter: { pipelineExecutionId },
        ...(nextToken ? { nextToken } : {}),
      }),
    );
    actions += page.actionExecutionDetails?.filter((action) => action.status === 'Succeeded').length ?? 0;
    nextToken = page.nextToken;
  } while (nextToken);
  return { status, actions };
}

/** Each execution that carried a run is within Step Functions' limits: 25,000 events, of 256 KiB. */
async function holdHistories(run: string): Promise<void> {
  const { endpoint, region, outputs } = test.stack;
  const sfn = new SFNClient({ endpoint, region, credentials: administrator });
  const { executions = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: outputs['StateMachineArn'], maxResults: 1000 }),
  );
  const carried = executions.filter(({ name }) => name?.startsWith(run));
  expect(carried.length).toBeGreaterThan(0);
  for (const { executionArn } of carried) {
    let count = 0;
    for await (const { events = [] } of paginateGetExecutionHistory(
      { client: sfn, pageSize: 1000 },
      { executionArn },
    )) {
      count += events.length;
      for (const event of events) expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(256 * 1024);
    }
    expect(count).toBeLessThan(25_000);
  }
  sfn.destroy();
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('carries a run through 50 stages', async () => {
  const stages = numbers(49).map((stage) => ({ name: `Stage${stage}`, actions: [noOpAction('Do')] }));

  expect(await runOf('fifty-stages', stages)).toEqual({ status: 'Succeeded', actions: 50 });
});

it('runs 50 actions of a stage beside one another', async () => {
  const actions = numbers(50).map((action) => noOpAction(`Do${action}`));

  expect(await runOf('fifty-actions', [{ name: 'Wide', actions }])).toEqual({ status: 'Succeeded', actions: 51 });
});

it('carries a run through 1,000 actions, one after the other', { timeout: 600_000 }, async () => {
  const stages = numbers(20).map((stage) => ({
    name: `Stage${stage}`,
    actions: numbers(stage === 20 ? 49 : 50).map((order) => noOpAction(`Do${order}`, order)),
  }));

  expect(await runOf('thousand-actions', stages)).toEqual({ status: 'Succeeded', actions: 1000 });
});

it('keeps 122,880 bytes of output variables of each of 12 actions, gives them back, and takes no byte more', async () => {
  const { client } = test;
  const actions = numbers(12).map((action) => noOpAction(`Do${action}`, 1, { Bytes: '122880' }));
  const more = [{ ...noOpAction('TooMuch', 2, { Bytes: '122881' }) }];

  expect(
    await runOf('long-variables', [
      { name: 'Wide', actions },
      { name: 'After', actions: more },
    ]),
  ).toEqual({
    status: 'Failed',
    actions: 13,
  });

  const pages: ActionExecutionDetail[][] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListActionExecutionsCommand({ pipelineName: 'long-variables', ...(nextToken ? { nextToken } : {}) }),
    );
    pages.push(page.actionExecutionDetails ?? []);
    nextToken = page.nextToken;
  } while (nextToken);
  const lengths = pages.flat().map(({ output }) => output?.outputVariables?.['Long']?.length ?? 0);
  expect(lengths.filter((length) => length === 122_876)).toHaveLength(12);
  // An answer of Lambda has 6 MB at most.
  for (const page of pages) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(6 * 1024 * 1024);
  const failed = pages.flat().find(({ actionName }) => actionName === 'TooMuch');
  expect(failed?.output?.executionResult?.errorDetails).toEqual({
    code: 'ConfigurationError',
    message: 'The output variables have 122881 bytes; at most 122880 are allowed.',
  });
});

it('ends a run whose action fails, when the siblings of the action are done', async () => {
  const actions = [noOpAction('Good'), noOpAction('Bad', 1, { Fail: 'It is broken.' }), noOpAction('Later', 2)];

  expect(await runOf('failing', [{ name: 'Mixed', actions }])).toEqual({ status: 'Failed', actions: 2 });
});
