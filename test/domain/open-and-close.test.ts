import { describe, expect, test } from 'vitest';
import { close, open } from '../../functions/domain/decide.ts';
import type { Gate } from '../../functions/domain/pipeline.ts';
import { isFinal } from '../../functions/domain/run.ts';
import { anAction, aPipeline, aRun, aToken, runId, visitor } from './given.ts';

const held = (run: string, sequence: number, ...waiting: Gate['waiting']): Gate => ({
  stage: 'Source',
  holder: run,
  last: { ...visitor(run, sequence), status: 'InProgress' },
  waiting,
});

describe('a run that is opened', () => {
  const { sequence: _, place: __, ...fresh } = aRun();

  test('enters a free first stage, as the newest of its pipeline', () => {
    const change = open(aPipeline([], { sequence: 6 }), fresh);

    expect(change).toMatchObject({
      run: { sequence: 7, place: 'inside', stage: 'Source' },
      pipeline: { sequence: 7, gates: [{ stage: 'Source', holder: runId }] },
      entered: [],
      superseded: [],
    });
  });

  test('waits before a first stage that is held', () => {
    const change = open(aPipeline([held('a', 6)], { sequence: 6 }), fresh);

    expect(change).toMatchObject({
      run: { sequence: 7, place: 'inbound' },
      pipeline: { gates: [{ holder: 'a', waiting: [visitor(runId, 7)] }] },
      superseded: [],
    });
  });

  test('supersedes the one that waits', () => {
    const change = open(aPipeline([held('a', 5, visitor('b', 6))], { sequence: 6 }), fresh);

    expect(change).toMatchObject({ run: { place: 'inbound' }, superseded: ['b'], entered: [] });
  });
});

describe('a run that is closed', () => {
  test('abandons what is open of its step and hands its stage on', () => {
    const step = [anAction({ key: 'open', token: aToken() }), anAction({ key: 'over', status: 'Failed' })];

    const change = close(aRun(), aPipeline([held(runId, 1, visitor('b', 2))]), step, 'Failed', 9000, 'It broke.');

    expect(change).toMatchObject({
      run: { status: 'Failed', statusSummary: 'It broke.', lastUpdateTime: 9000 },
      pipeline: { gates: [{ holder: 'b', waiting: [] }] },
      abandoned: [{ key: 'open', status: 'Abandoned', lastUpdateTime: 9000 }],
      opened: [],
      entered: ['b'],
      superseded: [],
    });
    expect(change.abandoned).toHaveLength(1);
  });

  test('keeps its token, with which its Decide is woken', () => {
    const waiting = aRun({ place: 'inbound', token: aToken() });

    const change = close(
      waiting,
      aPipeline([{ stage: 'Source', waiting: [visitor(runId, 1)] }]),
      [],
      'Cancelled',
      9000,
    );

    expect(change.run.token).toEqual(aToken());
    expect(change.run).not.toHaveProperty('statusSummary');
  });

  test.each(['Cancelled', 'Failed', 'Stopped', 'Succeeded', 'Superseded'] as const)(
    'waits no longer, when it waited: %s',
    (status) => {
      const pipeline = aPipeline([held('a', 0, visitor(runId, 1))]);

      const change = close(aRun({ place: 'inbound' }), pipeline, [], status, 9000);

      expect(change).toMatchObject({
        run: { status },
        pipeline: { gates: [{ holder: 'a', waiting: [] }] },
        entered: [],
      });
      expect(isFinal(change.run.status)).toBe(true);
    },
  );

  test.each([
    { place: 'inside', pipeline: aPipeline([held(runId, 1)]) },
    { place: 'inbound', pipeline: aPipeline([held('a', 0, visitor(runId, 1))]) },
  ] as const)('is Stopped when it was stopping $place, whatever ends it', ({ place, pipeline }) => {
    const change = close(aRun({ status: 'Stopping', place }), pipeline, [], 'Failed', 9000);

    expect(change.run.status).toBe('Stopped');
  });

  test('inside a stage is never superseded', () => {
    const end = () => close(aRun(), aPipeline([held(runId, 1)]), [], 'Superseded', 9000);

    expect(end).toThrow('A run inside a stage is not superseded.');
  });
});
