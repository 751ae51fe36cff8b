import { BatchGetBuildsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import {
  type CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { administrator } from '../../local/sample/connection.ts';
import { ServiceError } from '../../local/service.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { buildPipeline } from './build-pipeline.ts';
import { startChangedStack } from './changed-template.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const clients = ({ stack: { endpoint, region } }: TestStack) => ({ endpoint, region, credentials: administrator });

async function startAnother(client: CodePipelineClient, name: string): Promise<string> {
  return (await client.send(new StartPipelineExecutionCommand({ name }))).pipelineExecutionId ?? '';
}

/** Waits until a run waits before a stage. */
function isWaiting(client: CodePipelineClient, name: string, stage: number, run: string): Promise<true> {
  return waitFor(`run ${run} before stage ${stage}`, async () => {
    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
    return stageStates[stage]?.inboundExecution?.pipelineExecutionId === run ? true : undefined;
  });
}

/** Waits until a run is inside a stage. */
function isInside(client: CodePipelineClient, name: string, stage: number, run: string): Promise<true> {
  return waitFor(`run ${run} in stage ${stage}`, async () => {
    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
    return stageStates[stage]?.latestExecution?.pipelineExecutionId === run ? true : undefined;
  });
}

/** Waits until a run is over, while `pass` lets the time of the stack pass; answers its status and why. */
function overBy(
  client: CodePipelineClient,
  pipelineName: string,
  pipelineExecutionId: string,
  pass: () => void,
): Promise<readonly [string | undefined, string | undefined]> {
  return waitFor(
    `the end of run ${pipelineExecutionId}`,
    async () => {
      const { pipelineExecution } = await client.send(
        new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
      );
      if (pipelineExecution?.status !== 'InProgress')
        return [pipelineExecution?.status, pipelineExecution?.statusSummary] as const;
      pass();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return undefined;
    },
    120,
  );
}

async function actionsOf(client: CodePipelineClient, pipelineName: string, pipelineExecutionId: string) {
  const { actionExecutionDetails = [] } = await client.send(
    new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
  );
  return actionExecutionDetails;
}

it('close the run that Decide cannot carry on, and let in the run that waits', { timeout: 180_000 }, async () => {
  const clock = new TurnableClock();
  const decide =
    'CodeUri: dist/decide\n      LoggingConfig: { LogGroup: !Ref DecideLogs, LogFormat: JSON }\n      Policies:\n        - Statement:\n            - Effect: Allow\n              Action: [dynamodb:GetItem, dynamodb:BatchGetItem, ';
  // Decide may not read the actions of a step: it opens the first one, and goes no further.
  const test = await startChangedStack(
    { [decide]: decide.replace('dynamodb:BatchGetItem, ', '') },
    { clock, functions: await buildWithNoOp() },
  );
  undo.push(test.close);
  const { client, stack } = test;
  const stages = [noOpSourceStage, { name: 'Do', actions: [noOpAction('Do')] }];
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, 'stuck', stages) }));
  const { pipelineExecutionSummaries: [{ pipelineExecutionId: first = '' } = {}] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'stuck' }),
  );
  await isInside(client, 'stuck', 0, first);
  const second = await startAnother(client, 'stuck');
  await isWaiting(client, 'stuck', 0, second);
  const pass = () => clock.turn(61_000);

  const [status, summary] = await overBy(client, 'stuck', first, pass);
  await overBy(client, 'stuck', second, pass);

  expect(status).toBe('Failed');
  expect(summary).toMatch(/^The run could not be carried on: .*BatchGetItem/);
  expect((await actionsOf(client, 'stuck', second)).map(({ actionName }) => actionName)).toEqual(['Begin']);
});

it('roll the stage back that wants it, when Decide cannot carry a run on in it', { timeout: 180_000 }, async () => {
  const clock = new TurnableClock();
  let decideIsBroken = false;
  const test = await startTestStack({
    clock,
    functions: await buildWithNoOp(),
    observe: ({ caller }) => {
      if (decideIsBroken && /DecideFunction/.test(caller.arn))
        throw new ServiceError('ServiceUnavailable', 'out of order', 503);
    },
  });
  undo.push(test.close);
  const { client, stack } = test;
  const name = 'recovered';
  const Review = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } as const;
  const stages = [
    noOpSourceStage,
    { name: 'Ship', actions: [{ name: 'Review', actionTypeId: Review }], onFailure: { result: 'ROLLBACK' as const } },
  ];
  const pipeline = { ...declare(stack, name, stages), pipelineType: 'V2' as const };
  await client.send(new CreatePipelineCommand({ pipeline }));
  const newest = async () => {
    const { pipelineExecutionSummaries: [run] = [] } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: name }),
    );
    return run ?? {};
  };
  const approve = async (run: string) => {
    const token = await waitFor(`the approval of ${run}`, async () => {
      const { stageStates: [, ship] = [] } = await client.send(new GetPipelineStateCommand({ name }));
      const { latestExecution, actionStates: [review] = [] } = ship ?? {};
      return latestExecution?.pipelineExecutionId === run ? review?.latestExecution?.token : undefined;
    });
    const result = { status: 'Approved' as const, summary: '' };
    const at = { pipelineName: name, stageName: 'Ship', actionName: 'Review' };
    await client.send(new PutApprovalResultCommand({ ...at, token, result }));
  };
  const { pipelineExecutionId: good = '' } = await newest();
  await approve(good);
  expect(await endOf(client, name, good)).toBe('Succeeded');
  const bad = await startAnother(client, name);
  await isInside(client, name, 1, bad);

  decideIsBroken = true;
  await approve(bad);
  const [status, summary] = await overBy(client, name, bad, () => clock.turn(61_000));
  decideIsBroken = false;
  const { pipelineExecutionId: rollback = '', ...rest } = await newest();
  await approve(rollback);

  expect(status).toBe('Failed');
  expect(summary).toMatch(/^The run could not be carried on: /);
  expect(rest).toMatchObject({
    executionType: 'ROLLBACK',
    rollbackMetadata: { rollbackTargetPipelineExecutionId: good },
  });
  expect(await endOf(client, name, rollback)).toBe('Succeeded');
});

/** Stops the execution of a run by hand while its build runs, and another run waits before the stage. */
async function stopsByHand(test: TestStack, name: string, pass: () => void): Promise<void> {
  const { client } = test;
  const first = await buildPipeline(test, name, 'sleep 600');
  const codebuild = new CodeBuildClient(clients(test));
  undo.push(async () => codebuild.destroy());
  const buildOf = async (run: string) => {
    const build = (await actionsOf(client, name, run)).find(({ actionName }) => actionName === 'Build');
    const id = build?.output?.executionResult?.externalExecutionId;
    const { builds = [] } = id ? await codebuild.send(new BatchGetBuildsCommand({ ids: [id] })) : {};
    return { action: build?.status, build: builds[0] };
  };
  await waitFor('the build', async () => ((await buildOf(first)).build?.currentPhase === 'BUILD' ? true : undefined));
  const second = await startAnother(client, name);
  await isWaiting(client, name, 1, second);
  const machine = new SFNClient(clients(test));
  undo.push(async () => machine.destroy());
  const stateMachineArn = test.stack.outputs['StateMachineArn'];
  const { executions = [] } = await machine.send(new ListExecutionsCommand({ stateMachineArn }));
  const { executionArn } = executions.find((execution) => execution.name?.includes(first)) ?? {};

  await machine.send(new StopExecutionCommand({ executionArn, cause: 'by hand' }));

  const [status, summary] = await overBy(client, name, first, pass);
  expect(status).toBe('Failed');
  expect(summary).toContain('The execution that carried the run has ended');
  await isInside(client, name, 1, second);
  const stopped = await waitFor('the stop of the build', async () => {
    const found = await buildOf(first);
    return found.build?.buildStatus === 'IN_PROGRESS' ? undefined : found;
  });
  expect(stopped.build?.buildStatus).toBe('STOPPED');
  expect(stopped.action).toBe('Abandoned');
}

it('by hand close the run, stop its build, and let in the run that waits', { timeout: 120_000 }, async () => {
  const test = await startTestStack();
  undo.push(test.close);

  await stopsByHand(test, 'by-hand', () => {});
});

it('do so within minutes when nobody hears of their end', { timeout: 180_000 }, async () => {
  const clock = new TurnableClock();
  const test = await startChangedStack({ 'source: [aws.states]': 'source: [aws.nobody]' }, { clock });
  undo.push(test.close);

  await stopsByHand(test, 'unheard', () => clock.turn(60_000));
});
