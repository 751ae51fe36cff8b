import {
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const name = 'patient';
const day = 24 * 60 * 60_000;
const clock = new TurnableClock(0);

let test: TestStack;
beforeAll(async () => {
  test = await startTestStack({ clock, functions: await buildWithNoOp() });
});
afterAll(() => test?.close());

it('ends a run that has waited before a disabled transition for a year, as Step Functions keeps it no longer', {
  timeout: 120_000,
}, async () => {
  const { client, stack } = test;
  const ask = {
    name: 'Ask',
    actionTypeId: { category: 'Approval' as const, owner: 'AWS' as const, provider: 'Manual', version: '1' },
  };
  const stages = [noOpSourceStage, { name: 'Ask', actions: [ask] }, { name: 'Do', actions: [noOpAction('It')] }];
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, name, stages) }));
  const { pipelineExecutionSummaries: [first] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  const pipelineExecutionId = first?.pipelineExecutionId ?? '';
  const token = await waitFor('the approval', async () => {
    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
    return stageStates[1]?.actionStates?.[0]?.latestExecution?.token;
  });
  await client.send(
    new DisableStageTransitionCommand({
      pipelineName: name,
      stageName: 'Do',
      transitionType: 'Inbound',
      reason: 'not now',
    }),
  );
  await client.send(
    new PutApprovalResultCommand({
      pipelineName: name,
      stageName: 'Ask',
      actionName: 'Ask',
      token,
      result: { status: 'Approved', summary: '' },
    }),
  );
  await waitFor('the run before the transition', async () => {
    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
    return stageStates[2]?.inboundExecution;
  });

  clock.turn(365 * day);

  expect(await endOf(client, name, pipelineExecutionId)).toBe('Failed');
  const { pipelineExecution } = await client.send(
    new GetPipelineExecutionCommand({ pipelineName: name, pipelineExecutionId }),
  );
  expect(pipelineExecution?.statusSummary).toMatch(/^The execution that carried the run has ended/);
  const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
  expect(stageStates[2]?.inboundExecution).toBeUndefined();
});
