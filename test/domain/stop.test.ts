import { describe, expect, test } from 'vitest';
import { gateOf } from '../../functions/domain/pipeline.ts';
import type { RunStatus } from '../../functions/domain/run.ts';
import { stop } from '../../functions/domain/stop.ts';
import { anAction, aPipeline, aRun, runId, visitor } from './given.ts';

const now = 5000;
const inside = aPipeline([
  {
    stage: 'Ship',
    holder: runId,
    last: { ...visitor(runId, 1), status: 'InProgress' },
    waiting: [visitor('next', 2)],
  },
]);
const run = aRun({ stage: 'Ship', step: 1 });
const step = [
  anAction({ action: 'Done', status: 'Succeeded' }),
  anAction({ action: 'Goes on', status: 'Running' }),
  anAction({ action: 'Not begun', status: 'Pending' }),
];

describe('a run that is to stop when its actions are done', () => {
  test('is Stopping, keeps its stage, and begins no further action', () => {
    const change = stop(run, inside, step, { abandon: false, reason: 'why' }, now);
    const { run: after, pipeline, abandoned, entered } = change;

    expect(after).toMatchObject({ status: 'Stopping', stop: { reason: 'why' }, lastUpdateTime: now });
    expect([pipeline, entered, change.opened, change.superseded]).toEqual([undefined, [], [], []]);
    expect(abandoned.map(({ action, status, notBegun }) => [action, status, notBegun])).toEqual([
      ['Not begun', 'Abandoned', true],
    ]);
  });

  test('stays as it is but for that', () => {
    const [, , pending] = step;

    expect(stop(run, inside, step, { abandon: false, reason: '' }, now)).toStrictEqual({
      run: { ...run, status: 'Stopping', stop: { reason: '' }, lastUpdateTime: now },
      opened: [],
      abandoned: [{ ...pending, notBegun: true, status: 'Abandoned', lastUpdateTime: now }],
      entered: [],
      superseded: [],
    });
  });

  test('needs no reason', () => {
    expect(stop(run, inside, step, { abandon: false }, now).run.stop).toEqual({});
  });

  test('cannot be asked to twice', () => {
    const { run: stopping } = stop(run, inside, step, { abandon: false }, now);

    expect(() => stop(stopping, inside, step, { abandon: false }, now)).toThrow(
      expect.objectContaining({
        code: 'DuplicatedStopRequestException',
        message: `The execution '${runId}' is stopping already.`,
      }),
    );
  });

  test('can be asked to stop at once after all, for another reason or the same', () => {
    const { run: stopping } = stop(run, inside, step, { abandon: false, reason: 'first' }, now);

    const same = stop(stopping, inside, step, { abandon: true }, now + 1).run;
    const other = stop(stopping, inside, step, { abandon: true, reason: 'second' }, now + 1).run;

    expect([same, other]).toMatchObject([
      { status: 'Stopped', stop: { reason: 'first' } },
      { status: 'Stopped', stop: { reason: 'second' } },
    ]);
  });
});

describe('a run that is to stop at once', () => {
  test('is over: its actions are abandoned, its stage is handed on', () => {
    const { run: after, pipeline = inside, abandoned, entered } = stop(run, inside, step, { abandon: true }, now);

    expect(after.status).toBe('Stopped');
    expect(abandoned.map(({ action, status }) => [action, status])).toEqual([
      ['Goes on', 'Abandoned'],
      ['Not begun', 'Abandoned'],
    ]);
    expect(entered).toEqual(['next']);
    expect(gateOf(pipeline, 'Ship').holder).toBe('next');
  });
});

describe('a run that waits before a stage', () => {
  test.each([true, false])('is over at once, and waits no longer (abandon: %s)', (abandon) => {
    const waiting = aPipeline([{ stage: 'Ship', holder: 'other', waiting: [visitor(runId, 1)] }]);

    const {
      run: after,
      pipeline = waiting,
      entered,
    } = stop({ ...run, place: 'inbound' }, waiting, [], { abandon }, now);

    expect(after.status).toBe('Stopped');
    expect(gateOf(pipeline, 'Ship')).toMatchObject({ holder: 'other', waiting: [] });
    expect(entered).toEqual([]);
  });
});

describe('a run that is over', () => {
  test.each<RunStatus>(['Succeeded', 'Failed', 'Stopped', 'Cancelled', 'Superseded'])(
    'cannot be stopped: %s',
    (status) => {
      expect(() => stop({ ...run, status }, inside, [], { abandon: true }, now)).toThrow(
        expect.objectContaining({
          code: 'PipelineExecutionNotStoppableException',
          message: `The execution '${runId}' of pipeline 'web' cannot be stopped: it is ${status}.`,
        }),
      );
    },
  );
});
