import {
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
  RollbackStageCommand,
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
const shipping = { stageName: 'Ship', actionName: 'Review' } as const;

/** A pipeline whose second stage asks, and whose third does something; answers its first run. */
async function asking(name: string): Promise<string> {
  const configuration = { CustomData: 'for #{variables.Env}' };
  const ship = { name: 'Ship', actions: [{ name: 'Review', actionTypeId: manual, configuration }] };
  const stages = [noOpSourceStage, ship, { name: 'Tell', actions: [noOpAction('Do')] }];
  const pipeline = { ...declare(test.stack, name, stages), variables: [{ name: 'Env', defaultValue: 'beta' }] };
  await test.client.send(new CreatePipelineCommand({ pipeline }));
  const [run] = await listed(name);
  return run?.pipelineExecutionId ?? '';
}

async function listed(pipelineName: string, stageName?: string) {
  const filter = stageName === undefined ? {} : { filter: { succeededInStage: { stageName } } };
  const { pipelineExecutionSummaries = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName, ...filter }),
  );
  return pipelineExecutionSummaries;
}

async function shipOf(name: string) {
  const { stageStates = [] } = await test.client.send(new GetPipelineStateCommand({ name }));
  return stageStates.find(({ stageName }) => stageName === 'Ship') ?? {};
}

/** Answers what a run asks in its second stage. */
async function answer(pipelineName: string, run: string, status: 'Approved' | 'Rejected'): Promise<void> {
  const token = await waitFor(`the approval of ${run}`, async () => {
    const { latestExecution, actionStates: [review] = [] } = await shipOf(pipelineName);
    return latestExecution?.pipelineExecutionId === run ? review?.latestExecution?.token : undefined;
  });
  const result = { status, summary: 's' };
  await test.client.send(new PutApprovalResultCommand({ pipelineName, ...shipping, token, result }));
}

function rollBack(pipelineName: string, targetPipelineExecutionId: string, stageName = 'Ship') {
  return test.client.send(new RollbackStageCommand({ pipelineName, stageName, targetPipelineExecutionId }));
}

describe('RollbackStage', () => {
  it('runs one stage again, with what an earlier run had', async () => {
    const pipelineName = 'rolled-back';
    const target = await asking(pipelineName);
    await answer(pipelineName, target, 'Approved');
    await endOf(test.client, pipelineName, target);
    const variables = [{ name: 'Env', value: 'prod' }];
    const { pipelineExecutionId: bad = '' } = await test.client.send(
      new StartPipelineExecutionCommand({ name: pipelineName, variables }),
    );
    await answer(pipelineName, bad, 'Rejected');
    await endOf(test.client, pipelineName, bad);

    const { pipelineExecutionId: rollback = '' } = await rollBack(pipelineName, target);
    const during = await shipOf(pipelineName);
    await answer(pipelineName, rollback, 'Approved');
    const status = await endOf(test.client, pipelineName, rollback);

    expect(status).toBe('Succeeded');
    expect(during.latestExecution).toEqual({ pipelineExecutionId: rollback, status: 'InProgress', type: 'ROLLBACK' });
    const { pipelineExecution } = await test.client.send(
      new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId: rollback }),
    );
    expect(pipelineExecution).toMatchObject({
      executionType: 'ROLLBACK',
      rollbackMetadata: { rollbackTargetPipelineExecutionId: target },
      trigger: { triggerType: 'ManualRollback', triggerDetail: expect.stringContaining('arn:aws:iam::') },
      variables: [{ name: 'Env', resolvedValue: 'beta' }],
    });
    const { actionExecutionDetails } = await test.client.send(
      new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId: rollback } }),
    );
    expect(actionExecutionDetails).toMatchObject([
      { actionName: 'Review', input: { resolvedConfiguration: { CustomData: 'for beta' } } },
    ]);
    const passed = await listed(pipelineName, 'Ship');
    expect(passed.map(({ pipelineExecutionId }) => pipelineExecutionId)).toEqual([target]);
  });

  it('waits before a transition that is disabled', async () => {
    const pipelineName = 'rolled-back-later';
    const target = await asking(pipelineName);
    await answer(pipelineName, target, 'Approved');
    await endOf(test.client, pipelineName, target);
    const transition = { pipelineName, stageName: 'Ship', transitionType: 'Inbound' } as const;
    await test.client.send(new DisableStageTransitionCommand({ ...transition, reason: 'Freeze' }));

    const { pipelineExecutionId: rollback = '' } = await rollBack(pipelineName, target);
    const { inboundExecutions } = await shipOf(pipelineName);
    await test.client.send(new EnableStageTransitionCommand(transition));
    await answer(pipelineName, rollback, 'Rejected');

    expect(inboundExecutions).toEqual([{ pipelineExecutionId: rollback, status: 'InProgress', type: 'ROLLBACK' }]);
    expect(await endOf(test.client, pipelineName, rollback)).toBe('Failed');
  });

  it('is refused where there is nothing to roll back, or nothing to roll back to', async () => {
    const pipelineName = 'not-rolled-back';
    const run = await asking(pipelineName);
    const refusal = async (...of: Parameters<typeof rollBack>) =>
      rollBack(...of).then(
        () => 'none',
        ({ name }: Error) => name,
      );

    expect(await refusal('nobody', run)).toBe('PipelineNotFoundException');
    expect(await refusal(pipelineName, run, 'Nowhere')).toBe('StageNotFoundException');
    expect(await refusal(pipelineName, '00000000-0000-7000-8000-000000000000')).toBe(
      'PipelineExecutionNotFoundException',
    );
    expect(await refusal(pipelineName, run)).toBe('UnableToRollbackStageException');
    expect(await refusal(pipelineName, run, 'Source')).toBe('UnableToRollbackStageException');
  });
});
