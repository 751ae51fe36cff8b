import { describe, expect, test } from 'vitest';
import { decide, open } from '../../functions/domain/decide.ts';
import type { ParallelRun } from '../../functions/domain/parallel.ts';
import {
  arrive,
  disable,
  enable,
  gateOf,
  holds,
  leave,
  type Pipeline,
  renew,
  visitors,
  withdraw,
} from '../../functions/domain/pipeline.ts';
import { retry } from '../../functions/domain/retry.ts';
import { aDefinition, anAction, aPipeline, aRun, aToken, runId, visitor } from './given.ts';

const disabled = { reason: 'freeze', by: 'jo', at: 0, since: 0 };
const day = 24 * 60 * 60_000;

function parallel(runs: readonly ParallelRun[], more: Partial<Pipeline> = {}): Pipeline {
  return aPipeline([{ stage: 'Ship', waiting: [] }], { executionMode: 'PARALLEL', parallel: runs, ...more });
}

describe('a run of PARALLEL mode', () => {
  test('enters a stage that others are in', () => {
    const move = arrive(parallel([{ run: 'a' }, { run: 'b' }]), 'Ship', visitor('c', 3));

    expect(move.pipeline.parallel).toStrictEqual([{ run: 'a' }, { run: 'b' }, { run: 'c' }]);
    expect([move.entered, move.superseded]).toEqual([['c'], []]);
    expect(gateOf(move.pipeline, 'Ship')).toEqual({ stage: 'Ship', waiting: [] });
  });

  test('that comes from before a stage is in the list once', () => {
    const move = arrive(parallel([{ run: 'a', before: 'Ship' }, { run: 'b' }]), 'Ship', visitor('a', 1));

    expect(move.pipeline.parallel).toStrictEqual([{ run: 'b' }, { run: 'a' }]);
  });

  test('waits while the transition into the stage is disabled, and supersedes nobody', () => {
    const closed = parallel([{ run: 'a', before: 'Ship' }], { gates: [{ stage: 'Ship', disabled, waiting: [] }] });

    const move = arrive(closed, 'Ship', visitor('c', 3));

    expect(move.pipeline.parallel).toEqual([
      { run: 'a', before: 'Ship' },
      { run: 'c', before: 'Ship' },
    ]);
    expect([move.entered, move.superseded]).toEqual([[], []]);
  });

  test('does not mind a run of another mode that holds the stage', () => {
    const gate = {
      stage: 'Ship',
      holder: 'old',
      last: { ...visitor('old', 9), status: 'InProgress' },
      waiting: [],
    } as const;

    const move = arrive(parallel([], { gates: [gate] }), 'Ship', visitor('c', 3));

    expect(move.entered).toEqual(['c']);
    expect(gateOf(move.pipeline, 'Ship')).toBe(gate);
  });

  test('keeps to its mode where the pipeline has another by now', () => {
    const held = {
      stage: 'Ship',
      holder: 'new',
      last: { ...visitor('new', 9), status: 'InProgress' },
      waiting: [],
    } as const;
    const queued = aPipeline([held], { executionMode: 'QUEUED', parallel: [] });

    const move = arrive(queued, 'Ship', visitor('c', 3), 'PARALLEL');

    expect(move.entered).toEqual(['c']);
    expect(gateOf(move.pipeline, 'Ship')).toBe(held);
  });

  test('leaves without letting anybody in', () => {
    const move = leave(parallel([{ run: 'a' }, { run: 'b', before: 'Ship' }]), 'Ship', 'a', 'Failed');

    expect(move.pipeline.parallel).toEqual([{ run: 'b', before: 'Ship' }]);
    expect(move.entered).toEqual([]);
    expect(gateOf(move.pipeline, 'Ship')).not.toHaveProperty('last');
  });

  test('waits no longer once it withdraws', () => {
    const move = withdraw(parallel([{ run: 'a', before: 'Ship' }]), 'Ship', 'a');

    expect(move.pipeline.parallel).toEqual([]);
  });

  test('is a visitor of the pipeline, and where it says that it is', () => {
    const pipeline = parallel([{ run: 'a' }, { run: 'b', before: 'Ship' }]);

    expect(visitors(pipeline)).toEqual(['a', 'b']);
    expect(holds(pipeline, { id: 'a', stage: 'Ship', place: 'inside' })).toBe(true);
    expect(holds(pipeline, { id: 'a', stage: 'Ship', place: 'inbound' })).toBe(false);
    expect(holds(pipeline, { id: 'b', stage: 'Ship', place: 'inbound' })).toBe(true);
    expect(holds(pipeline, { id: 'b', stage: 'Test', place: 'inbound' })).toBe(false);
    expect(holds(pipeline, { id: 'b', stage: 'Ship', place: 'inside' })).toBe(false);
  });
});

describe('a transition of a PARALLEL pipeline', () => {
  const waiting = [
    { run: 'a', before: 'Ship' },
    { run: 'b', before: 'Test' },
    { run: 'c', before: 'Ship' },
    { run: 'd' },
  ];

  test('that is enabled lets all in who wait for it', () => {
    const closed = disable(parallel(waiting), 'Ship', { reason: 'freeze', by: 'jo', at: 0 });

    const move = enable(closed, 'Ship', { by: 'jo', at: 30 * day });

    expect([move.entered, move.cancelled]).toEqual([['a', 'c'], []]);
    expect(move.pipeline.parallel).toEqual([{ run: 'a' }, { run: 'b', before: 'Test' }, { run: 'c' }, { run: 'd' }]);
  });

  test('that was disabled for more than 30 days resumes none of them', () => {
    const closed = disable(parallel(waiting), 'Ship', { reason: 'freeze', by: 'jo', at: 0 });

    const move = enable(closed, 'Ship', { by: 'jo', at: 30 * day + 1 });

    expect([move.entered, move.cancelled]).toEqual([[], ['a', 'c']]);
    expect(move.pipeline.parallel).toEqual([{ run: 'b', before: 'Test' }, { run: 'd' }]);
  });

  test('lets in who waits for it and, where the mode was changed, the head of the queue', () => {
    const gate = { stage: 'Ship', disabled, waiting: [visitor('q', 7), visitor('r', 8)] };
    const queued = aPipeline([gate], { executionMode: 'QUEUED', parallel: waiting });

    const move = enable(queued, 'Ship', { by: 'jo', at: 1 });

    expect(move.entered).toEqual(['q', 'a', 'c']);
    expect(gateOf(move.pipeline, 'Ship').waiting).toEqual([visitor('r', 8)]);
  });
});

describe('an update', () => {
  const mode = (executionMode: Pipeline['executionMode']) => ({ executionMode, pipelineType: 'V2' as const });

  test.each(['PARALLEL', 'QUEUED', 'SUPERSEDED'] as const)('to %s lets runs of PARALLEL mode go on', (to) => {
    const runs = [{ run: 'a' }, { run: 'b', before: 'Ship' }];

    const renewed = renew(parallel(runs), mode(to), ['Source', 'Ship'], 5);

    expect(renewed).toMatchObject({ cancelled: [], entered: [], pipeline: { parallel: runs, executionMode: to } });
  });

  test('lets in who waits before a stage that is gone, as nobody can enable its transition', () => {
    const renewed = renew(
      parallel([
        { run: 'a', before: 'Ship' },
        { run: 'b', before: 'Test' },
      ]),
      mode('PARALLEL'),
      ['Ship'],
      5,
    );

    expect(renewed.entered).toEqual(['b']);
    expect(renewed.pipeline.parallel).toEqual([{ run: 'a', before: 'Ship' }, { run: 'b' }]);
  });

  test('forgets that the transition into a stage is disabled which is gone, though a run holds it', () => {
    const gate = { stage: 'Ship', holder: 'x', disabled, waiting: [] };

    const { gates } = renew(aPipeline([gate]), mode('PARALLEL'), ['Source'], 5).pipeline;

    expect(gates).toEqual([
      { stage: 'Source', waiting: [] },
      { stage: 'Ship', holder: 'x', waiting: [] },
    ]);
  });

  test('keeps what stages show for when the mode is changed back', () => {
    const last = { ...visitor('x', 1), status: 'Failed' } as const;

    const there = renew(aPipeline([{ stage: 'Ship', last, waiting: [] }]), mode('PARALLEL'), ['Ship'], 5).pipeline;
    const back = renew(there, mode('SUPERSEDED'), ['Ship'], 6).pipeline;

    expect(gateOf(back, 'Ship').last).toEqual(last);
  });
});

describe('between its steps', () => {
  const definition = aDefinition({ Source: [1], Ship: [1] });
  const given = { now: 5, newId: () => 'id', typeOf: () => ({ class: 'approval', timeoutInMinutes: 9 }) as const };
  const between = (pipeline: Pipeline) =>
    decide(
      {
        run: aRun({ executionMode: 'PARALLEL', step: 1 }),
        pipeline,
        definition,
        step: [anAction({ status: 'Succeeded' })],
      },
      aToken(),
      given,
    );

  test('a run goes on though its version is an old one, and notes no stage', () => {
    const decision = between(parallel([{ run: runId }], { version: 2, executionMode: 'QUEUED' }));

    expect(decision).toMatchObject({
      answer: 'Run',
      change: { run: { stage: 'Ship', place: 'inside' }, pipeline: { parallel: [{ run: runId }] }, passed: 'Source' },
    });
    expect(decision).toMatchObject({ change: { opened: [{ parallel: true }] } });
  });

  test('a run is cancelled when the pipeline was deleted', () => {
    const decision = between(parallel([{ run: runId }], { deleted: true }));

    expect(decision).toMatchObject({
      answer: 'Close',
      change: { run: { status: 'Cancelled' }, pipeline: { parallel: [] } },
    });
  });
});

describe('unfinished runs', () => {
  const { sequence: _, place: __, executionMode: ___, ...fresh } = aRun({ id: 'new' });
  const waiting = Array.from({ length: 49 }, (_, index) => visitor(`w${index}`, index + 2));
  const queue = { stage: 'Source', holder: 'h', last: { ...visitor('h', 1), status: 'InProgress' }, waiting } as const;
  const refusal = expect.objectContaining({
    code: 'ConcurrentPipelineExecutionsLimitExceededException',
    message: expect.stringContaining("'web' has reached the limit for concurrent pipeline executions: 50"),
  });

  test('are 50 at most in QUEUED mode', () => {
    const full = aPipeline([queue], { executionMode: 'QUEUED', sequence: 60 });
    const almost = aPipeline([{ ...queue, waiting: waiting.slice(1) }], { executionMode: 'QUEUED', sequence: 60 });

    expect(() => open(full, fresh)).toThrow(refusal);
    expect(open(almost, fresh).run).toMatchObject({ place: 'inbound', executionMode: 'QUEUED' });
  });

  test('are 50 at most in PARALLEL mode, those of other modes included', () => {
    const runs = Array.from({ length: 49 }, (_, index) => ({ run: `p${index}` }));
    const held = { ...queue, waiting: [] };

    expect(() => open(parallel(runs, { gates: [held] }), fresh)).toThrow(refusal);
    expect(open(parallel(runs), fresh).run).toMatchObject({ place: 'inside', executionMode: 'PARALLEL' });
  });

  test('are not counted in SUPERSEDED mode', () => {
    const runs = Array.from({ length: 50 }, (_, index) => ({ run: `p${index}` }));

    expect(open(aPipeline([], { parallel: runs }), fresh).run.place).toBe('inside');
  });
});

describe('a stage of a PARALLEL pipeline', () => {
  const definition = aDefinition({ Source: [1], Ship: [1] });
  const situation = (pipeline: Pipeline, version = 1) => ({
    run: aRun({ executionMode: 'PARALLEL', status: 'Failed', stage: 'Ship', step: 1, version }),
    pipeline,
    definition,
    step: [anAction({ action: 'A1', status: 'Failed' })],
  });
  const given = { now: 9, newId: () => 'id', timeoutInMinutes: () => 10 };

  test('is retried whoever came to it since', () => {
    const change = retry(situation(parallel([{ run: 'newer' }])), 'Ship', 'FAILED_ACTIONS', given);

    expect(change).toMatchObject({ run: { status: 'InProgress', attempt: 1 }, opened: [{ parallel: true }] });
    expect(change.pipeline?.parallel).toEqual([{ run: 'newer' }, { run: runId }]);
  });

  test('is not retried when 50 runs are unfinished', () => {
    const runs = Array.from({ length: 50 }, (_, index) => ({ run: `p${index}` }));

    expect(() => retry(situation(parallel(runs)), 'Ship', 'ALL_ACTIONS', given)).toThrow(
      expect.objectContaining({ code: 'ConcurrentPipelineExecutionsLimitExceededException' }),
    );
  });

  test('is not retried once the pipeline was updated', () => {
    expect(() => retry(situation(parallel([]), 0), 'Ship', 'ALL_ACTIONS', given)).toThrow(
      expect.objectContaining({ code: 'StageNotRetryableException' }),
    );
  });
});
