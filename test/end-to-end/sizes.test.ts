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

/** What became of a run, and how many of its actions succeeded. */
interface Came {
  readonly status: string;
  readonly actions: number;
}

async function runOf(name: string, stages: StageDeclaration[]): Promise<Came> {
  const { client, stack } = test;
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, name, [noOpSourceStage, ...stages]) }));
  return firstRunOf(name);
}

/** What becomes of the run that begins when a pipeline is made. */
async function firstRunOf(name: string): Promise<Came> {
  const { client } = test;
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

/** 49 stages that succeed, and whose rules for a failure make a definition of `bytes` more or less: each has one long value. */
function longStages(bytes: number): StageDeclaration[] {
  const rules = numbers(49 * 5).map((number) => ({
    name: `Rule${number}`,
    ruleTypeId: { category: 'Rule' as const, owner: 'AWS' as const, provider: 'VariableCheck', version: '1' },
    configuration: {
      Variable: '#{codepipeline.PipelineExecutionId}',
      Operator: 'EQ',
      Value: 'x'.repeat(Math.floor((bytes + number - 1) / (49 * 5))),
    },
  }));
  return numbers(49).map((stage) => ({
    name: `Stage${stage}`,
    actions: [noOpAction('Do')],
    onFailure: { conditions: [{ result: 'ROLLBACK' as const, rules: rules.slice(stage * 5 - 5, stage * 5) }] },
  }));
}

it('carries a run through 50 stages of a definition of 2 MB, and takes no byte more', async () => {
  const limit = 2 * 1024 * 1024;
  const create = (bytes: number) => {
    const declared = declare(test.stack, 'fifty-stages', [noOpSourceStage, ...longStages(bytes)]);
    return test.client.send(new CreatePipelineCommand({ pipeline: { ...declared, pipelineType: 'V2' } }));
  };
  const refused = await create(limit).catch((error: Error) => error.message);
  const [, size = 0] = /^The definition has (\d+) bytes/.exec(String(refused)) ?? [];
  const fitting = limit - (Number(size) - limit);

  await expect(create(fitting + 1)).rejects.toThrow(
    expect.objectContaining({
      name: 'LimitExceededException',
      message: 'The definition has 2097153 bytes; at most 2097152 are allowed.',
    }),
  );
  await create(fitting);

  expect(await firstRunOf('fifty-stages')).toEqual({ status: 'Succeeded', actions: 50 });
});

it('runs 50 actions of a stage beside one another', async () => {
  const actions = numbers(50).map((action) => noOpAction(`Do${action}`));

  expect(await runOf('fifty-actions', [{ name: 'Wide', actions }])).toEqual({ status: 'Succeeded', actions: 51 });
});

// A thousand of them: test/crash-matrix/limits.test.ts.
it('carries a run through 100 actions, one after the other', { timeout: 600_000 }, async () => {
  const stages = numbers(2).map((stage) => ({
    name: `Stage${stage}`,
    actions: numbers(stage === 2 ? 49 : 50).map((order) => noOpAction(`Do${order}`, order)),
  }));

  expect(await runOf('hundred-actions', stages)).toEqual({ status: 'Succeeded', actions: 100 });
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
