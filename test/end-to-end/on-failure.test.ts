import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
  type StageDeclaration,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

let test: TestStack;
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp() });
}, 60_000);
afterAll(() => test?.close());

const manual = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } as const;

/** A pipeline whose second stage does something, then asks; answers its first run. */
async function asking(name: string, onFailure: StageDeclaration['onFailure']): Promise<string> {
  const review = { name: 'Review', actionTypeId: manual, runOrder: 2 };
  const stages = [noOpSourceStage, { name: 'Ship', actions: [noOpAction('Before', 1), review], onFailure }];
  await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, name, stages) }));
  const [run] = await listed(name);
  return run?.pipelineExecutionId ?? '';
}

async function listed(pipelineName: string) {
  const { pipelineExecutionSummaries = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries;
}

async function started(name: string): Promise<string> {
  const { pipelineExecutionId = '' } = await test.client.send(new StartPipelineExecutionCommand({ name }));
  return pipelineExecutionId;
}

async function shipOf(name: string) {
  const { stageStates = [] } = await test.client.send(new GetPipelineStateCommand({ name }));
  return stageStates.find(({ stageName }) => stageName === 'Ship') ?? {};
}

/** Answers what a run asks, if that is not what it has asked before; answers the token. */
async function answer(
  pipelineName: string,
  run: string,
  status: 'Approved' | 'Rejected',
  before = '',
): Promise<string> {
  const token = await waitFor(`the approval of ${run}`, async () => {
    const { latestExecution, actionStates = [] } = await shipOf(pipelineName);
    const asked = actionStates.find(({ actionName }) => actionName === 'Review')?.latestExecution?.token;
    return latestExecution?.pipelineExecutionId === run && asked !== before ? asked : undefined;
  });
  const place = { pipelineName, stageName: 'Ship', actionName: 'Review' };
  await test.client.send(new PutApprovalResultCommand({ ...place, token, result: { status, summary: 's' } }));
  return token;
}

/** The executions of the actions of a run's second stage, the oldest first. */
async function history(pipelineName: string, pipelineExecutionId: string): Promise<readonly string[]> {
  const { actionExecutionDetails = [] } = await test.client.send(
    new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
  );
  const ship = actionExecutionDetails.filter(({ stageName }) => stageName === 'Ship');
  return ship.toReversed().map(({ actionName, status }) => `${actionName} ${status}`);
}

describe('a stage that retries by itself', () => {
  it.each([
    ['FAILED_ACTIONS', ['Before Succeeded', 'Review Failed', 'Review Succeeded']],
    ['ALL_ACTIONS', ['Before Succeeded', 'Review Failed', 'Before Succeeded', 'Review Succeeded']],
  ] as const)('tries %s once more', async (retryMode, tried) => {
    const pipelineName = `retries-${retryMode}`;
    const run = await asking(pipelineName, { result: 'RETRY', retryConfiguration: { retryMode } });
    const first = await answer(pipelineName, run, 'Rejected');
    await answer(pipelineName, run, 'Approved', first);

    expect(await endOf(test.client, pipelineName, run)).toBe('Succeeded');
    expect(await history(pipelineName, run)).toEqual(tried);
    expect((await shipOf(pipelineName)).retryStageMetadata).toEqual({
      autoStageRetryAttempt: 1,
      latestRetryTrigger: 'AutomatedStageRetry',
    });
  });

  it('has failed when it fails again', async () => {
    const pipelineName = 'retries-in-vain';
    const run = await asking(pipelineName, { result: 'RETRY' });
    const first = await answer(pipelineName, run, 'Rejected');
    await answer(pipelineName, run, 'Rejected', first);

    expect(await endOf(test.client, pipelineName, run)).toBe('Failed');
    expect(await history(pipelineName, run)).toEqual(['Before Succeeded', 'Review Failed', 'Review Failed']);
  });
});

describe('a stage that is rolled back when it fails', () => {
  it('gets the newest run that succeeded in it, and stays failed where there is none', async () => {
    const pipelineName = 'rolls-back';
    const none = await asking(pipelineName, { result: 'ROLLBACK' });
    await answer(pipelineName, none, 'Rejected');
    await endOf(test.client, pipelineName, none);
    expect(await listed(pipelineName)).toHaveLength(1);
    const good = await started(pipelineName);
    await answer(pipelineName, good, 'Approved');
    await endOf(test.client, pipelineName, good);
    const bad = await started(pipelineName);
    await answer(pipelineName, bad, 'Rejected');
    expect(await endOf(test.client, pipelineName, bad)).toBe('Failed');

    const rollback = (await listed(pipelineName))[0]?.pipelineExecutionId ?? '';
    const { pipelineExecution } = await test.client.send(
      new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId: rollback }),
    );
    await answer(pipelineName, rollback, 'Rejected');

    expect(pipelineExecution).toMatchObject({
      executionType: 'ROLLBACK',
      rollbackMetadata: { rollbackTargetPipelineExecutionId: good },
      trigger: { triggerType: 'AutomatedRollback', triggerDetail: JSON.stringify({ FailedPipelineExecutionId: bad }) },
    });
    expect(await endOf(test.client, pipelineName, rollback)).toBe('Failed');
    expect(await listed(pipelineName)).toHaveLength(4);
  });
});
