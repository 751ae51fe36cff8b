import { describe, expect, it } from 'vitest';
import type { ActionStatus } from '../../functions/domain/action.ts';
import type { Situation } from '../../functions/domain/decide.ts';
import type { StageDeclaration } from '../../functions/domain/declaration.ts';
import { notOverridable, type Overridable, overrideCondition } from '../../functions/domain/override-condition.ts';
import type { Gate, Pipeline } from '../../functions/domain/pipeline.ts';
import type { Run } from '../../functions/domain/run.ts';
import { withConditions } from './conditions.ts';
import { anAction, aPipeline, aRun, aToken, runId, visitor } from './given.ts';

const now = 9000;
const definition = withConditions({ beforeEntry: 'FAIL', onSuccess: 'ROLLBACK' });
const stages = (of = definition): StageDeclaration => of.stages[1] ?? { name: 'B', actions: [] };
const rules = (...statuses: ActionStatus[]) =>
  statuses.map((status, index) => anAction({ key: `k${index}`, action: `R${index}`, status }));
const order = { execution: 1, entry: 2, invocation: 0 };

interface Given {
  readonly run?: Partial<Run>;
  readonly gate?: Partial<Gate>;
  readonly pipeline?: Partial<Pipeline>;
  readonly step?: Situation['step'];
}

function situation({ run = {}, gate = {}, pipeline = {}, step = [] }: Given = {}) {
  const last = { ...visitor(runId, 1), status: 'Failed' } as const;
  return {
    run: aRun({ stage: 'B', condition: 'onSuccess', status: 'Failed', step: 2, attempt: 3, execution: 4, ...run }),
    pipeline: aPipeline([{ stage: 'B', last, waiting: [], ...gate }], pipeline),
    definition,
    step,
  } satisfies Situation;
}
const override = (of: Situation, condition: Overridable = 'onSuccess', stage = stages()) =>
  overrideCondition(of, stage, condition, now);
const mark = { stage: 'B', attempt: 3, condition: 'onSuccess' } as const;

describe('a condition that is overridden', () => {
  it('has its rules abandoned, while the run goes on', () => {
    const given = situation({
      run: { status: 'InProgress', token: aToken(), decided: order, spent: 77 },
      gate: { holder: runId },
      step: rules('Succeeded', 'Running', 'Failed', 'Pending'),
    });
    const [, second, , fourth] = given.step;
    const { token: _, ...run } = given.run;

    expect(override(given)).toStrictEqual({
      run: { ...run, overridden: [mark], lastUpdateTime: now },
      opened: [],
      entered: [],
      superseded: [],
      abandoned: [
        { ...second, status: 'Abandoned', lastUpdateTime: now },
        { ...fourth, notBegun: true, status: 'Abandoned', lastUpdateTime: now },
      ],
    });
  });

  it('lets the run that has failed go on in another execution, in its stage', () => {
    const before = { stage: 'A', attempt: 0, condition: 'beforeEntry' } as const;
    const given = situation({
      run: {
        decided: order,
        statusSummary: 'The condition has failed.',
        left: { stage: 'B', status: 'Succeeded' },
        overridden: [before],
        spent: 77,
      },
      gate: { last: { ...visitor(runId, 1), status: 'Failed', retries: 2 } },
      step: rules('Failed', 'Running'),
    });
    const { decided: _, statusSummary: __, left: ___, ...run } = given.run;

    expect(override(given)).toStrictEqual({
      run: {
        ...run,
        status: 'InProgress',
        overridden: [before, mark],
        execution: 5,
        spent: 3,
        carriedSince: now,
        lastUpdateTime: now,
      },
      pipeline: {
        ...given.pipeline,
        gates: [
          {
            stage: 'B',
            holder: runId,
            last: { ...visitor(runId, 1), status: 'InProgress', retries: 2 },
            waiting: [],
          },
        ],
      },
      opened: [],
      entered: [],
      superseded: [],
      abandoned: [],
    });
  });

  it.each<[string, Given]>([
    ['was overridden in another attempt', { run: { overridden: [{ ...mark, attempt: 2 }] } }],
    ['was overridden in another stage', { run: { overridden: [{ ...mark, stage: 'A' }] } }],
    ['is another than was overridden', { run: { overridden: [{ ...mark, condition: 'beforeEntry' }] } }],
    ['is of a pipeline with room', { pipeline: { executionMode: 'QUEUED' }, gate: { waiting: visitors(49) } }],
    ['has runs that wait, which roll nothing back', { gate: { waiting: [visitor('next', 2)] } }],
    [
      'holds a run of PARALLEL mode that goes on, after an update',
      { run: { status: 'InProgress', executionMode: 'PARALLEL' }, pipeline: { version: 2, executionMode: 'PARALLEL' } },
    ],
    [
      'holds a run of PARALLEL mode, whatever run is the latest',
      { run: { executionMode: 'PARALLEL' }, pipeline: { executionMode: 'PARALLEL' }, gate: { last: later() } },
    ],
    [
      'holds a run that a rollback waits for, and goes on',
      { run: { status: 'InProgress' }, gate: { waiting: [{ ...visitor('back', 2), rollback: true }] } },
    ],
  ])('may be one that %s', (_, given) => {
    expect(override(situation(given)).run).toMatchObject({
      status: 'InProgress',
      overridden: expect.arrayContaining([mark]),
    });
  });
});

function visitors(count: number) {
  return Array.from({ length: count }, (_, index) => visitor(`r${index}`, index));
}

function later() {
  return { ...visitor('later', 2), status: 'Failed' } as const;
}

describe('a condition that cannot be overridden', () => {
  const updated = 'the pipeline was updated since the execution began';
  const notHeld = (status: Run['status']) => `it does not hold the execution, which is ${status}`;
  const back = { ...visitor('back', 2), rollback: true } as const;

  it.each<[Given, string]>([
    [{ run: { stage: 'A' } }, notHeld('Failed')],
    [{ run: { place: 'inbound' } }, notHeld('Failed')],
    [{ run: { condition: 'beforeEntry' } }, notHeld('Failed')],
    [{ run: { status: 'Stopping' } }, notHeld('Stopping')],
    [{ run: { status: 'Stopped' } }, notHeld('Stopped')],
    [{ run: { status: 'Succeeded' } }, notHeld('Succeeded')],
    [{ run: { overridden: [{ ...mark, attempt: 2 }, mark] } }, 'it is overridden already'],
    [{ gate: { waiting: [back] } }, 'a rollback of the stage waits before it: stop that first'],
    [{ pipeline: { version: 2 } }, updated],
    [{ run: { status: 'InProgress' }, pipeline: { version: 2 } }, updated],
    [{ run: { executionMode: 'PARALLEL' }, pipeline: { version: 2 } }, updated],
  ])('says why: %j', (given, why) => {
    expect(() => override(situation(given))).toThrow(
      expect.objectContaining({
        code: 'ConditionNotOverridableException',
        message: `The condition ON_SUCCESS of stage 'B' cannot be overridden for execution '${runId}': ${why}.`,
      }),
    );
  });

  it.each([
    ['SKIP', 'its result is SKIP'],
    [undefined, 'the stage has no such condition'],
  ])('says what the stage declares: %s', (result, why) => {
    const stage = stages(withConditions(result === undefined ? { onSuccess: 'FAIL' } : { beforeEntry: result }));

    expect(() => override(situation({ run: { condition: 'beforeEntry' } }), 'beforeEntry', stage)).toThrow(
      notOverridable(runId, 'B', 'beforeEntry', why),
    );
  });

  it('is named as the API names it', () => {
    expect(notOverridable('e1', 'Ship', 'beforeEntry', 'it is gone')).toMatchObject({
      code: 'ConditionNotOverridableException',
      message: "The condition BEFORE_ENTRY of stage 'Ship' cannot be overridden for execution 'e1': it is gone.",
    });
  });

  it('is of a run that is not the latest in the stage', () => {
    expect(() => override(situation({ gate: { last: later() } }))).toThrow(
      expect.objectContaining({
        code: 'NotLatestPipelineExecutionException',
        message: `Execution '${runId}' is not the latest in stage 'B'.`,
      }),
    );
  });

  it('is of a run that no stage has had', () => {
    const of = situation();

    expect(() => override({ ...of, pipeline: aPipeline([]) })).toThrow(
      expect.objectContaining({ code: 'NotLatestPipelineExecutionException' }),
    );
  });

  it('is of a run for which there is no room any more', () => {
    const full = situation({ pipeline: { executionMode: 'QUEUED' }, gate: { waiting: visitors(50) } });

    expect(() => override(full)).toThrow(
      expect.objectContaining({ code: 'ConcurrentPipelineExecutionsLimitExceededException' }),
    );
  });
});
