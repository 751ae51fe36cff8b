import { describe, expect, test } from 'vitest';
import type { ActionExecution } from '../../functions/domain/action.ts';
import { close, type Situation } from '../../functions/domain/decide.ts';
import type { StageDeclaration } from '../../functions/domain/declaration.ts';
import { answerOf, recovery, retryItself, rollBackAfter } from '../../functions/domain/on-failure.ts';
import { type Gate, gateOf, type Pipeline } from '../../functions/domain/pipeline.ts';
import type { FinalRunStatus, Run } from '../../functions/domain/run.ts';
import { condition } from './conditions.ts';
import { aDefinition, anAction, aPipeline, aRun, aToken, runId, visitor } from './given.ts';

interface Given {
  readonly onFailure?: NonNullable<StageDeclaration['onFailure']>;
  readonly onSuccess?: NonNullable<StageDeclaration['onSuccess']>;
  readonly run?: Partial<Run>;
  readonly gate?: Partial<Gate>;
  readonly pipeline?: Partial<Pipeline>;
  readonly step?: readonly ActionExecution[];
}

const failed = [
  anAction({ key: 'k1', action: 'A1', status: 'Succeeded' }),
  anAction({ key: 'k2', action: 'A2', status: 'Failed' }),
];

function situation({
  onFailure = { result: 'RETRY' },
  onSuccess = {},
  run = {},
  gate = {},
  pipeline = {},
  step = failed,
}: Given = {}): Situation {
  const definition = aDefinition({ Source: [1], Ship: [1, 1, 2] });
  const last = { ...visitor(runId, 1), status: 'InProgress' } as const;
  return {
    run: aRun({ stage: 'Ship', step: 1, ...run }),
    pipeline: aPipeline([{ stage: 'Ship', holder: runId, last, waiting: [], ...gate }], pipeline),
    definition: {
      ...definition,
      stages: definition.stages.map((stage) => (stage.name === 'Ship' ? { ...stage, onFailure, onSuccess } : stage)),
    },
    step,
  };
}

const closing = (of: Situation, status: FinalRunStatus = 'Failed') => close(of.run, of.pipeline, of.step, status, 9000);
const retryGiven = { now: 9000, newId: () => 'new-id', timeoutInMinutes: () => 10 };

describe('what follows the end of a run', () => {
  const rows: readonly (readonly [string, Given, FinalRunStatus, ReturnType<typeof recovery>])[] = [
    ['a failure of a stage that retries', {}, 'Failed', 'RETRY'],
    ['its second failure', { run: { retriedItself: 'Ship' } }, 'Failed', undefined],
    ['its first failure, after another stage was retried', { run: { retriedItself: 'Test' } }, 'Failed', 'RETRY'],
    ['a failure of a stage that rolls back', { onFailure: { result: 'ROLLBACK' } }, 'Failed', 'ROLLBACK'],
    [
      'a failure of a rollback',
      { onFailure: { result: 'ROLLBACK' }, run: { rollback: { target: 'x' } } },
      'Failed',
      undefined,
    ],
    ['a failure of a stage that says nothing', { onFailure: {} }, 'Failed', undefined],
    ['a success', {}, 'Succeeded', undefined],
    ['a stop', { run: { status: 'Stopping' } }, 'Failed', undefined],
    ['a failure under an old version', { pipeline: { version: 2 } }, 'Failed', undefined],
    ['a failure of a pipeline that is gone', { pipeline: { deleted: true } }, 'Failed', undefined],
    [
      'a condition that says FAIL',
      { run: { condition: 'onSuccess' }, onSuccess: condition('FAIL') },
      'Failed',
      undefined,
    ],
    [
      'a success condition that rolls back',
      { run: { condition: 'onSuccess' }, onSuccess: condition('ROLLBACK') },
      'Failed',
      'ROLLBACK',
    ],
    [
      'a success condition that rolls back, and holds',
      { run: { condition: 'onSuccess' }, onSuccess: condition('ROLLBACK'), step: failed.slice(0, 1) },
      'Failed',
      undefined,
    ],
    [
      'a success condition that was cut off',
      {
        run: { condition: 'onSuccess' },
        onSuccess: condition('ROLLBACK'),
        step: [anAction({ status: 'Running' }), anAction({ status: 'Succeeded' })],
      },
      'Failed',
      undefined,
    ],
    [
      'a failure condition',
      { run: { condition: 'onFailure' }, onFailure: condition('ROLLBACK') },
      'Failed',
      'ROLLBACK',
    ],
    ['one without a result', { run: { condition: 'onFailure' }, onFailure: condition() }, 'Failed', 'ROLLBACK'],
    [
      'one that holds',
      { run: { condition: 'onFailure' }, onFailure: condition('ROLLBACK'), step: failed.slice(0, 1) },
      'Failed',
      undefined,
    ],
    ['an entry condition', { run: { condition: 'beforeEntry' } }, 'Failed', undefined],
  ];
  test.each(rows)('%s', (_, given, status, follows) => {
    const of = situation(given);

    expect(recovery(of, closing(of, status))).toBe(follows);
  });

  test('is of a stage that the definition has', () => {
    const of = situation({ run: { stage: 'Gone' } });

    expect(() => recovery(of, { ...closing(situation()), run: { ...of.run, status: 'Failed' } })).toThrow(
      'Pipeline web has no stage Gone.',
    );
  });

  test('is nothing where the stage does not say', () => {
    const of = situation();
    const stages = of.definition.stages.map(({ onFailure: _, ...stage }) => stage);

    expect(recovery({ ...of, definition: { ...of.definition, stages } }, closing(of))).toBeUndefined();
  });

  test('is nothing where the run had not begun the stage', () => {
    const of = situation({ run: { place: 'inbound' }, gate: { holder: 'other', waiting: [visitor(runId, 1)] } });

    expect(recovery(of, closing(of))).toBeUndefined();
  });
});

describe('a stage that is retried by itself', () => {
  test('keeps its run, which goes on in another execution with what has failed', () => {
    const of = situation({ run: { token: aToken() }, gate: { waiting: [visitor('next', 2)] } });

    const change = retryItself(of, closing(of), retryGiven);

    expect(change.run).toMatchObject({
      status: 'InProgress',
      place: 'inside',
      attempt: 1,
      step: 1,
      execution: 2,
      retriedItself: 'Ship',
      retried: { times: 1, stage: 'Ship', at: 9000 },
    });
    expect(change.run).not.toHaveProperty('token');
    expect(change.opened.map(({ action }) => action)).toEqual(['A2']);
    expect(change).toMatchObject({ entered: [], superseded: [] });
    expect(gateOf(change.pipeline ?? aPipeline(), 'Ship')).toMatchObject({
      holder: runId,
      last: { run: runId, status: 'InProgress', automatic: 'Latest' },
      waiting: [visitor('next', 2)],
    });
    expect(answerOf(change)).toMatchObject({ answer: 'Continue', name: `${runId}-2` });
  });

  test('begins anew with ALL_ACTIONS', () => {
    const of = situation({ onFailure: { result: 'RETRY', retryConfiguration: { retryMode: 'ALL_ACTIONS' } } });

    const { run, opened } = retryItself(of, closing(of), retryGiven);

    expect([run.step, opened]).toEqual([0, []]);
  });

  test('opens again what its machine left open', () => {
    const of = situation({ step: [anAction({ action: 'A1' }), anAction({ action: 'A2', status: 'Succeeded' })] });

    const { abandoned, opened } = retryItself(of, closing(of), retryGiven);

    expect(abandoned.map(({ action, status }) => [action, status])).toEqual([['A1', 'Abandoned']]);
    expect(opened.map(({ action }) => action)).toEqual(['A1']);
  });

  test.each([
    [49, { step: 1, opened: 49 }],
    [50, { step: 0, opened: 0 }],
  ])('begins anew where one transaction could not hold all that is open: %d actions', (count, expected) => {
    const orders = Array.from({ length: count }, () => 1);
    const definition = aDefinition({ Source: [1], Ship: orders });
    const step = orders.map((_, index) => anAction({ key: `k${index}`, action: `A${index + 1}` }));
    const many = { ...situation({ step }), definition };

    const { run, abandoned, opened } = retryItself(many, closing(many), retryGiven);

    expect([run.step, abandoned.length, opened.length]).toEqual([expected.step, count, expected.opened]);
    expect(run.retriedItself).toBe('Ship');
  });
});

describe('a stage that is rolled back by itself', () => {
  const target = aRun({ id: 'good', status: 'Succeeded', variables: { Env: 'prod' } });
  const given = { id: 'back', now: 9000 };
  const disabled = { reason: 'freeze', by: 'jo', at: 1, since: 1 };

  test('is entered by the rollback before those who wait', () => {
    const of = situation({ gate: { waiting: [visitor('next', 2)] }, pipeline: { sequence: 2 } });

    const change = rollBackAfter(of, closing(of), target, given);

    expect(change.run.status).toBe('Failed');
    expect(change.rollback).toMatchObject({
      id: 'back',
      sequence: 3,
      place: 'inside',
      stage: 'Ship',
      trigger: { type: 'AutomatedRollback', detail: JSON.stringify({ FailedPipelineExecutionId: runId }) },
      rollback: { target: 'good' },
      variables: { Env: 'prod' },
    });
    expect(change.entered).toEqual([]);
    expect(change.pipeline).toMatchObject({
      sequence: 3,
      gates: [{ holder: 'back', last: { run: 'back', rollback: true }, waiting: [visitor('next', 2)] }],
    });
    expect(answerOf(change).answer).toBe('Close');
  });

  test.each([
    ['Ship', 'Skipped'],
    ['Source', 'Failed'],
  ] as const)('was left as its run says, where that is of it: %s', (stage, status) => {
    const of = situation({ gate: { disabled }, pipeline: { sequence: 2 } });
    const closed = closing(of);

    const change = rollBackAfter(
      of,
      { ...closed, run: { ...closed.run, left: { stage, status: 'Skipped' } } },
      target,
      given,
    );

    expect(gateOf(change.pipeline ?? aPipeline(), 'Ship').last?.status).toBe(status);
  });

  test('lets nobody else in, and keeps what closing its run has abandoned', () => {
    const of = situation({ gate: { waiting: [visitor('next', 2)] }, step: [anAction()], pipeline: { sequence: 2 } });
    const closed = closing(of);

    expect(closed.entered).toEqual(['next']);
    expect(rollBackAfter(of, closed, target, given)).toMatchObject({
      run: closed.run,
      abandoned: closed.abandoned,
      opened: [],
      entered: [],
      superseded: [],
      rollback: { executionMode: 'SUPERSEDED', status: 'InProgress', startTime: 9000, lastUpdateTime: 9000 },
    });
  });

  test('is waited for before a transition that is disabled', () => {
    const of = situation({ gate: { disabled, waiting: [visitor('next', 2)] }, pipeline: { sequence: 2 } });

    const change = rollBackAfter(of, closing(of), target, given);

    expect(change.rollback?.place).toBe('inbound');
    expect(change.superseded).toEqual(['next']);
    expect(gateOf(change.pipeline ?? aPipeline(), 'Ship')).toMatchObject({
      last: { run: runId, status: 'Failed' },
      waiting: [{ run: 'back', rollback: true }],
    });
  });
});
