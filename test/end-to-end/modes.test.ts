import {
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
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

type Mode = NonNullable<PipelineDeclaration['executionMode']>;
const actionTypeId = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } as const;

/** A pipeline whose second stage asks so many people at once. */
function asking(name: string, executionMode: Mode, people = 1, stageName = 'Ship'): PipelineDeclaration {
  const actions = Array.from({ length: people }, (_, index) => ({ name: `Review${index}`, actionTypeId }));
  const stages = [noOpSourceStage, { name: stageName, actions: [...actions, noOpAction('After', 2)] }];
  return { ...declare(test.stack, name, stages), executionMode };
}

/** Creates a pipeline; answers its first run. */
async function create(pipeline: PipelineDeclaration): Promise<string> {
  await test.client.send(new CreatePipelineCommand({ pipeline }));
  const [run] = await runsOf(pipeline.name ?? '');
  return run?.pipelineExecutionId ?? '';
}

async function start(name: string): Promise<string> {
  const { pipelineExecutionId = '' } = await test.client.send(new StartPipelineExecutionCommand({ name }));
  return pipelineExecutionId;
}

async function runsOf(pipelineName: string) {
  const { pipelineExecutionSummaries = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries;
}

async function runOf(pipelineName: string, pipelineExecutionId: string) {
  const found = await test.client.send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }));
  return found.pipelineExecution;
}

async function stageOf(name: string, wanted = 'Ship') {
  const { stageStates = [] } = await test.client.send(new GetPipelineStateCommand({ name }));
  return stageStates.find(({ stageName }) => stageName === wanted);
}

/** The runs that wait before Ship, once they are so many. */
function line(name: string, length: number) {
  return waitFor(`${length} runs before Ship of ${name}`, async () => {
    const stage = await stageOf(name);
    return (stage?.inboundExecutions?.length ?? 0) === length ? stage : undefined;
  });
}

/** The token of the approval of the run inside Ship, as GetPipelineState tells it. */
function asked(name: string, run: string): Promise<string> {
  return waitFor(`the approval of ${run}`, async () => {
    const stage = await stageOf(name);
    if (stage?.latestExecution?.pipelineExecutionId !== run) return undefined;
    const latest = stage.actionStates?.[0]?.latestExecution;
    return latest?.status === 'InProgress' ? latest.token : undefined;
  });
}

/** The open approvals of a run, by action, once they are so many: tokens, as ListActionExecutions tells them in PARALLEL mode. */
function tokensOf(pipelineName: string, run: string, count: number): Promise<ReadonlyMap<string, string>> {
  return waitFor(`${count} approvals of ${run}`, async () => {
    const { actionExecutionDetails = [] } = await test.client.send(
      new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId: run } }),
    );
    const tokens = new Map<string, string>();
    for (const { actionName = '', status, output } of actionExecutionDetails) {
      const token = output?.executionResult?.externalExecutionId;
      if (status === 'InProgress' && token !== undefined) tokens.set(actionName, token);
    }
    return tokens.size === count ? tokens : undefined;
  });
}

async function answer(
  pipelineName: string,
  token: string | undefined,
  { status = 'Approved' as 'Approved' | 'Rejected', stageName = 'Ship', actionName = 'Review0' } = {},
): Promise<void> {
  const place = { pipelineName, stageName, actionName, token: token ?? '' };
  await test.client.send(new PutApprovalResultCommand({ ...place, result: { status, summary: '' } }));
}

async function refusalOf(asking: Promise<unknown>): Promise<string> {
  return asking.then(
    () => 'none',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

describe('a QUEUED pipeline', () => {
  it('lets its runs through one by one, in their order', async () => {
    const name = 'queued';
    const first = await create(asking(name, 'QUEUED'));
    await asked(name, first);
    const others: string[] = [];
    for (let count = 1; count <= 3; count++) {
      others.push(await start(name));
      await line(name, count);
    }
    const [second = '', third = '', fourth = ''] = others;

    const stage = await line(name, 3);
    await test.client.send(new StopPipelineExecutionCommand({ pipelineName: name, pipelineExecutionId: third }));
    await answer(name, await asked(name, first));
    await answer(name, await asked(name, second));
    await answer(name, await asked(name, fourth));
    await endOf(test.client, name, fourth);

    expect(stage?.inboundExecutions).toEqual(
      [second, third, fourth].map((pipelineExecutionId) => ({
        pipelineExecutionId,
        status: 'InProgress',
        type: 'STANDARD',
      })),
    );
    expect(stage?.inboundExecution?.pipelineExecutionId).toBe(second);
    expect((await runsOf(name)).map(({ status, executionMode }) => `${status} ${executionMode}`)).toEqual([
      'Succeeded QUEUED',
      'Stopped QUEUED',
      'Succeeded QUEUED',
      'Succeeded QUEUED',
    ]);
  });
});

describe('a PARALLEL pipeline', () => {
  it('has runs that know nothing of one another, and a state without them', async () => {
    const name = 'parallel';
    const first = await create(asking(name, 'PARALLEL'));
    const second = await start(name);
    const [one, two] = [await tokensOf(name, first, 1), await tokensOf(name, second, 1)];

    const stage = await stageOf(name);
    await answer(name, two.get('Review0'));
    const end = await endOf(test.client, name, second);
    const meanwhile = await runOf(name, first);
    await answer(name, one.get('Review0'), { status: 'Rejected' });

    expect(stage).toEqual({
      stageName: 'Ship',
      inboundTransitionState: { enabled: true },
      actionStates: [{ actionName: 'Review0' }, { actionName: 'After' }],
    });
    expect([end, meanwhile?.status, meanwhile?.executionMode]).toEqual(['Succeeded', 'InProgress', 'PARALLEL']);
    expect(await endOf(test.client, name, first)).toBe('Failed');
    const retry = {
      pipelineName: name,
      stageName: 'Ship',
      pipelineExecutionId: first,
      retryMode: 'FAILED_ACTIONS',
    } as const;
    await test.client.send(new RetryStageExecutionCommand(retry));
    await answer(name, (await tokensOf(name, first, 1)).get('Review0'));
    expect(await endOf(test.client, name, first)).toBe('Succeeded');
  });

  it('carries out five actions of a run at once', async () => {
    const name = 'parallel-actions';
    const run = await create(asking(name, 'PARALLEL', 7));

    const five = await tokensOf(name, run, 5);
    const [actionName = '', token] = [...five][0] ?? [];
    await answer(name, token, { actionName });
    const next = await waitFor('the sixth', async () => {
      const open = await tokensOf(name, run, 5);
      return open.has(actionName) ? undefined : open;
    });
    for (const [each, itsToken] of next) await answer(name, itsToken, { actionName: each });
    const [last] = [...(await tokensOf(name, run, 1))];
    await answer(name, last?.[1], { actionName: last?.[0] ?? '' });

    expect(await endOf(test.client, name, run)).toBe('Succeeded');
  });

  it('holds every run before a disabled transition, and lets all in at once', async () => {
    const name = 'parallel-frozen';
    const first = await create(asking(name, 'PARALLEL'));
    await answer(name, (await tokensOf(name, first, 1)).get('Review0'));
    await endOf(test.client, name, first);
    const transition = { pipelineName: name, stageName: 'Ship', transitionType: 'Inbound' } as const;
    await test.client.send(new DisableStageTransitionCommand({ ...transition, reason: 'Freeze' }));
    const runs = [await start(name), await start(name)];
    for (const pipelineExecutionId of runs)
      await waitFor(`${pipelineExecutionId} to be through Source`, async () => {
        const filter = { succeededInStage: { stageName: 'Source' } };
        const through = await test.client.send(new ListPipelineExecutionsCommand({ pipelineName: name, filter }));
        return (
          through.pipelineExecutionSummaries?.some((run) => run.pipelineExecutionId === pipelineExecutionId) ||
          undefined
        );
      });

    const before = await Promise.all(runs.map((run) => tokensOf(name, run, 0)));
    await test.client.send(new EnableStageTransitionCommand(transition));
    for (const run of runs) await answer(name, (await tokensOf(name, run, 1)).get('Review0'));

    expect(before.map(({ size }) => size)).toEqual([0, 0]);
    for (const run of runs) expect(await endOf(test.client, name, run)).toBe('Succeeded');
  });
});

describe('a change of mode with runs in flight', () => {
  it('cancels those of SUPERSEDED mode: who waits at once, who is inside when its action is done', async () => {
    const name = 'mode-changed';
    const first = await create(asking(name, 'SUPERSEDED'));
    const token = await asked(name, first);
    const second = await start(name);
    await line(name, 1);

    await test.client.send(new UpdatePipelineCommand({ pipeline: asking(name, 'QUEUED') }));
    const [waited, inside] = [await runOf(name, second), await runOf(name, first)];
    const third = await start(name);
    await line(name, 1);
    await answer(name, token);
    await answer(name, await asked(name, third));

    expect([waited?.status, inside?.status, inside?.executionMode]).toEqual(['Cancelled', 'InProgress', 'SUPERSEDED']);
    expect(await endOf(test.client, name, first)).toBe('Cancelled');
    expect(await endOf(test.client, name, third)).toBe('Succeeded');
    expect((await runOf(name, third))?.executionMode).toBe('QUEUED');
  });

  it('lets those of PARALLEL mode go on with their definition', async () => {
    const name = 'no-longer-parallel';
    const first = await create(asking(name, 'PARALLEL'));
    const token = (await tokensOf(name, first, 1)).get('Review0');

    await test.client.send(new UpdatePipelineCommand({ pipeline: asking(name, 'SUPERSEDED', 1, 'Deliver') }));
    const [stage, source] = [await stageOf(name, 'Deliver'), await stageOf(name, 'Source')];
    const second = await start(name);
    await waitFor('the second run in Deliver', async () => (await stageOf(name, 'Deliver'))?.latestExecution);
    await answer(name, token);

    expect(stage).not.toHaveProperty('latestExecution');
    expect(source?.actionStates).toEqual([{ actionName: 'Begin' }]);
    expect(await endOf(test.client, name, first)).toBe('Succeeded');
    expect(await runOf(name, first)).toMatchObject({ executionMode: 'PARALLEL', pipelineVersion: 1 });
    expect(await runOf(name, second)).toMatchObject({ executionMode: 'SUPERSEDED', status: 'InProgress' });
    expect((await stageOf(name, 'Deliver'))?.latestExecution?.pipelineExecutionId).toBe(second);
  });
});

// Comes last: its queue goes on when it is done.
describe('a full QUEUED pipeline', () => {
  it('has 50 unfinished runs, and refuses one more until one has ended', async () => {
    const name = 'queue-is-full';
    await endOf(
      test.client,
      name,
      await create({
        ...asking(name, 'QUEUED'),
        stages: [noOpSourceStage, { name: 'Ship', actions: [noOpAction('Do')] }],
      }),
    );
    const transition = { pipelineName: name, stageName: 'Source', transitionType: 'Inbound' } as const;
    await test.client.send(new DisableStageTransitionCommand({ ...transition, reason: 'Freeze' }));
    const runs: string[] = [];
    for (let count = 0; count < 50; count++) runs.push(await start(name));

    const refusal = await refusalOf(start(name));
    await test.client.send(
      new StopPipelineExecutionCommand({ pipelineName: name, pipelineExecutionId: runs[7] ?? '' }),
    );
    const again = await start(name);
    const waiting = (await stageOf(name, 'Source'))?.inboundExecutions?.map(
      ({ pipelineExecutionId }) => pipelineExecutionId,
    );
    await test.client.send(new EnableStageTransitionCommand(transition));
    const end = await endOf(test.client, name, runs[0] ?? '');

    expect(refusal).toMatch(
      /^ConcurrentPipelineExecutionsLimitExceededException: .*'queue-is-full'.*50 in QUEUED mode/,
    );
    expect(waiting).toEqual([...runs.filter((run) => run !== runs[7]), again]);
    expect(end).toBe('Succeeded');
  }, 120_000);
});
