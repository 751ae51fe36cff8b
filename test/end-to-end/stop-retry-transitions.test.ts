import {
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
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

/** A pipeline whose second stage does something, asks, and does more; answers its first run. */
async function asking(name: string): Promise<string> {
  const review = { name: 'Review', actionTypeId: manual, runOrder: 2 };
  const stages = [
    noOpSourceStage,
    { name: 'Ship', actions: [noOpAction('Before', 1), review, noOpAction('After', 3)] },
  ];
  await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, name, stages) }));
  return newest(name);
}

async function newest(pipelineName: string): Promise<string> {
  const { pipelineExecutionSummaries: [run] = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return run?.pipelineExecutionId ?? '';
}

async function shipOf(name: string) {
  const { stageStates = [] } = await test.client.send(new GetPipelineStateCommand({ name }));
  return stageStates.find(({ stageName }) => stageName === 'Ship') ?? {};
}

/** Waits until a run asks for approval; answers the token. */
function asked(name: string, run: string): Promise<string> {
  return waitFor(`the approval of ${run}`, async () => {
    const { latestExecution, actionStates = [] } = await shipOf(name);
    const review = actionStates.find(({ actionName }) => actionName === 'Review')?.latestExecution;
    return latestExecution?.pipelineExecutionId === run && review?.status === 'InProgress' ? review.token : undefined;
  });
}

async function answer(pipelineName: string, token: string, status: 'Approved' | 'Rejected'): Promise<void> {
  const place = { pipelineName, stageName: 'Ship', actionName: 'Review' };
  await test.client.send(new PutApprovalResultCommand({ ...place, token, result: { status, summary: 's' } }));
}

/** The executions of the actions of a run, the oldest first: `action status`. */
async function history(pipelineName: string, pipelineExecutionId: string): Promise<readonly string[]> {
  const { actionExecutionDetails = [] } = await test.client.send(
    new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
  );
  return actionExecutionDetails.toReversed().map(({ actionName, status }) => `${actionName} ${status}`);
}

async function refusalOf(asking: Promise<unknown>): Promise<string> {
  const error = await asking.then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return error?.name ?? 'none';
}

describe('StopPipelineExecution', () => {
  it('waits for the action that runs, and begins no other', async () => {
    const pipelineName = 'stop-and-wait';
    const run = await asking(pipelineName);
    const token = await asked(pipelineName, run);
    const stop = { pipelineName, pipelineExecutionId: run, reason: 'Wrong branch' };

    const { pipelineExecutionId } = await test.client.send(new StopPipelineExecutionCommand(stop));
    const again = await refusalOf(test.client.send(new StopPipelineExecutionCommand(stop)));
    const { latestExecution } = await shipOf(pipelineName);
    await answer(pipelineName, token, 'Approved');
    const status = await endOf(test.client, pipelineName, run);

    expect(pipelineExecutionId).toBe(run);
    expect(again).toBe('DuplicatedStopRequestException');
    expect(latestExecution).toMatchObject({ pipelineExecutionId: run, status: 'Stopping' });
    expect(status).toBe('Stopped');
    expect((await history(pipelineName, run)).slice(1)).toEqual(['Before Succeeded', 'Review Succeeded']);
    const { pipelineExecutionSummaries } = await test.client.send(new ListPipelineExecutionsCommand({ pipelineName }));
    expect(pipelineExecutionSummaries?.[0]?.stopTrigger).toEqual({ reason: 'Wrong branch' });
    expect(await refusalOf(test.client.send(new StopPipelineExecutionCommand(stop)))).toBe(
      'PipelineExecutionNotStoppableException',
    );
  });

  it('abandons what runs, and lets in who waits', async () => {
    const pipelineName = 'stop-and-abandon';
    const run = await asking(pipelineName);
    const token = await asked(pipelineName, run);
    const { pipelineExecutionId: next = '' } = await test.client.send(
      new StartPipelineExecutionCommand({ name: pipelineName }),
    );

    await test.client.send(new StopPipelineExecutionCommand({ pipelineName, pipelineExecutionId: run, abandon: true }));

    expect(await endOf(test.client, pipelineName, run)).toBe('Stopped');
    expect((await history(pipelineName, run)).at(-1)).toBe('Review Abandoned');
    expect(await refusalOf(answer(pipelineName, token, 'Approved'))).not.toBe('none');
    await answer(pipelineName, await asked(pipelineName, next), 'Approved');
    expect(await endOf(test.client, pipelineName, next)).toBe('Succeeded');
  });

  it('refuses a run that is not there', async () => {
    const pipelineName = 'stop-and-wait';
    const pipelineExecutionId = '00000000-0000-4000-8000-000000000000';

    expect(
      await refusalOf(test.client.send(new StopPipelineExecutionCommand({ pipelineName, pipelineExecutionId }))),
    ).toBe('PipelineExecutionNotStoppableException');
  });
});

describe('RetryStageExecution', () => {
  it('runs again what has failed, in the same run, and what comes after it', async () => {
    const pipelineName = 'retried';
    const run = await asking(pipelineName);
    await answer(pipelineName, await asked(pipelineName, run), 'Rejected');
    await endOf(test.client, pipelineName, run);

    const retry = { pipelineName, stageName: 'Ship', pipelineExecutionId: run, retryMode: 'FAILED_ACTIONS' } as const;
    const { pipelineExecutionId } = await test.client.send(new RetryStageExecutionCommand(retry));
    const again = await refusalOf(test.client.send(new RetryStageExecutionCommand(retry)));
    const { retryStageMetadata } = await shipOf(pipelineName);
    await answer(pipelineName, await asked(pipelineName, run), 'Approved');

    expect(pipelineExecutionId).toBe(run);
    expect(again).toBe('StageNotRetryableException');
    expect(retryStageMetadata).toEqual({ manualStageRetryAttempt: 1, latestRetryTrigger: 'ManualStageRetry' });
    expect(await endOf(test.client, pipelineName, run)).toBe('Succeeded');
    expect((await history(pipelineName, run)).slice(1)).toEqual([
      'Before Succeeded',
      'Review Failed',
      'Review Succeeded',
      'After Succeeded',
    ]);
  });

  it('begins anew with ALL_ACTIONS, also a run that was stopped', async () => {
    const pipelineName = 'retried-whole';
    const run = await asking(pipelineName);
    await asked(pipelineName, run);
    await test.client.send(new StopPipelineExecutionCommand({ pipelineName, pipelineExecutionId: run, abandon: true }));
    await endOf(test.client, pipelineName, run);

    await test.client.send(
      new RetryStageExecutionCommand({
        pipelineName,
        stageName: 'Ship',
        pipelineExecutionId: run,
        retryMode: 'ALL_ACTIONS',
      }),
    );
    await answer(pipelineName, await asked(pipelineName, run), 'Approved');

    expect(await endOf(test.client, pipelineName, run)).toBe('Succeeded');
    expect((await history(pipelineName, run)).slice(1)).toEqual([
      'Before Succeeded',
      'Review Abandoned',
      'Before Succeeded',
      'Review Succeeded',
      'After Succeeded',
    ]);
  });

  it('refuses a stage that a later run has entered', async () => {
    const pipelineName = 'retried-late';
    const run = await asking(pipelineName);
    await answer(pipelineName, await asked(pipelineName, run), 'Rejected');
    await endOf(test.client, pipelineName, run);
    await test.client.send(new StartPipelineExecutionCommand({ name: pipelineName }));
    await asked(pipelineName, await newest(pipelineName));

    const retry = { pipelineName, stageName: 'Ship', pipelineExecutionId: run, retryMode: 'ALL_ACTIONS' } as const;

    expect(await refusalOf(test.client.send(new RetryStageExecutionCommand(retry)))).toBe(
      'NotLatestPipelineExecutionException',
    );
    expect(await refusalOf(test.client.send(new RetryStageExecutionCommand({ ...retry, stageName: 'Nowhere' })))).toBe(
      'StageNotFoundException',
    );
  });
});

describe('a stage transition', () => {
  it('that is disabled holds runs until it is enabled', async () => {
    const pipelineName = 'frozen';
    const first = await asking(pipelineName);
    await answer(pipelineName, await asked(pipelineName, first), 'Approved');
    await endOf(test.client, pipelineName, first);
    const transition = { pipelineName, stageName: 'Source', transitionType: 'Outbound' } as const;

    await test.client.send(new DisableStageTransitionCommand({ ...transition, reason: 'Freeze' }));
    const { pipelineExecutionId: run = '' } = await test.client.send(
      new StartPipelineExecutionCommand({ name: pipelineName }),
    );
    const held = await waitFor('the run before the stage', async () => {
      const ship = await shipOf(pipelineName);
      return ship.inboundExecutions?.length === 1 ? ship : undefined;
    });
    const inbound = { ...transition, stageName: 'Ship', transitionType: 'Inbound' } as const;
    await test.client.send(new EnableStageTransitionCommand(inbound));
    await test.client.send(new EnableStageTransitionCommand(inbound));
    await answer(pipelineName, await asked(pipelineName, run), 'Approved');

    expect(held).toMatchObject({
      inboundTransitionState: {
        enabled: false,
        disabledReason: 'Freeze',
        lastChangedBy: expect.stringContaining('arn:'),
      },
      inboundExecutions: [{ pipelineExecutionId: run }],
      latestExecution: { pipelineExecutionId: first },
    });
    expect(await endOf(test.client, pipelineName, run)).toBe('Succeeded');
    expect((await shipOf(pipelineName)).inboundTransitionState).toMatchObject({
      enabled: true,
      lastChangedAt: expect.any(Date),
    });
  });

  it('that leads nowhere is refused', async () => {
    const change = { pipelineName: 'frozen', stageName: 'Ship', transitionType: 'Outbound' } as const;

    expect(await refusalOf(test.client.send(new EnableStageTransitionCommand(change)))).toBe('ValidationException');
    expect(
      await refusalOf(test.client.send(new EnableStageTransitionCommand({ ...change, stageName: 'Nowhere' }))),
    ).toBe('StageNotFoundException');
  });
});
