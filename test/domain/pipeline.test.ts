import { describe, expect, test } from 'vitest';
import {
  arrive,
  disable,
  enable,
  followedBy,
  type Gate,
  gateOf,
  holds,
  leave,
  type Move,
  type Pipeline,
  renew,
  visitors,
  withdraw,
} from '../../functions/domain/pipeline.ts';
import { aPipeline, visitor } from './given.ts';

const disabled = { reason: 'freeze', by: 'jo', at: 7, since: 7 };
const inside = (run: string, sequence: number): Pick<Gate, 'holder' | 'last'> => ({
  holder: run,
  last: { ...visitor(run, sequence), status: 'InProgress' },
});
const outcome = ({ pipeline, entered, superseded }: Move) => ({ gate: gateOf(pipeline, 'Ship'), entered, superseded });

describe('a run that comes to a stage', () => {
  const came = visitor('new', 5);
  const rows: {
    name: string;
    gate: Partial<Gate>;
    mode?: Pipeline['executionMode'];
    leads: { gate: Partial<Gate>; entered?: string[]; superseded?: string[] };
  }[] = [
    { name: 'enters one that is free', gate: {}, leads: { gate: { ...inside('new', 5) }, entered: ['new'] } },
    {
      name: 'enters one whose last run has left',
      gate: { last: { ...visitor('old', 4), status: 'Failed' } },
      leads: { gate: { ...inside('new', 5) }, entered: ['new'] },
    },
    {
      name: 'waits when another is inside',
      gate: inside('old', 4),
      leads: { gate: { ...inside('old', 4), waiting: [came] } },
    },
    {
      name: 'waits when the transition is disabled',
      gate: { disabled },
      leads: { gate: { disabled, waiting: [came] } },
    },
    {
      name: 'supersedes an older one that waits',
      gate: { ...inside('old', 3), waiting: [visitor('mid', 4)] },
      leads: { gate: { ...inside('old', 3), waiting: [came] }, superseded: ['mid'] },
    },
    {
      name: 'is superseded by a newer one that waits',
      gate: { ...inside('old', 3), waiting: [visitor('newer', 6)] },
      leads: { gate: { ...inside('old', 3), waiting: [visitor('newer', 6)] }, superseded: ['new'] },
    },
    {
      name: 'does not overtake one that waits before a free stage',
      gate: { waiting: [visitor('newer', 6)] },
      leads: { gate: { waiting: [visitor('newer', 6)] }, superseded: ['new'] },
    },
    {
      name: 'queues behind all others in QUEUED mode',
      mode: 'QUEUED',
      gate: { ...inside('old', 2), waiting: [visitor('a', 3), visitor('b', 4)] },
      leads: { gate: { ...inside('old', 2), waiting: [visitor('a', 3), visitor('b', 4), came] } },
    },
    {
      name: 'queues in QUEUED mode when the transition is disabled',
      mode: 'QUEUED',
      gate: { disabled, waiting: [visitor('a', 3)] },
      leads: { gate: { disabled, waiting: [visitor('a', 3), came] } },
    },
  ];
  test.each(rows)('$name', ({ gate, mode = 'SUPERSEDED', leads: { gate: after, entered = [], superseded = [] } }) => {
    const pipeline = aPipeline([{ stage: 'Ship', waiting: [], ...gate }], { executionMode: mode });

    const move = arrive(pipeline, 'Ship', came);

    expect(outcome(move)).toEqual({ gate: { stage: 'Ship', waiting: [], ...after }, entered, superseded });
  });

  test.each(['Ship', '__proto__', 'constructor'])(
    'finds the gate of a stage that nobody came to before: %s',
    (stage) => {
      const move = arrive(aPipeline(), stage, came);

      expect(gateOf(move.pipeline, stage)).toEqual({ stage, waiting: [], ...inside('new', 5) });
      expect(visitors(move.pipeline)).toEqual(['new']);
    },
  );

  test('leaves the gates of other stages as they are, in their order', () => {
    const pipeline = aPipeline([
      { stage: 'Source', waiting: [visitor('x', 9)] },
      { stage: 'Ship', waiting: [] },
      { stage: 'Last', waiting: [] },
    ]);

    const { gates } = arrive(pipeline, 'Ship', came).pipeline;

    expect(gates.map(({ stage }) => stage)).toEqual(['Source', 'Ship', 'Last']);
    expect(gates[0]).toBe(pipeline.gates[0]);
  });

  test('never enters after a newer one', () => {
    const pipeline = aPipeline([{ stage: 'Ship', waiting: [], last: { ...visitor('newer', 6), status: 'Succeeded' } }]);

    const enter = () => arrive(pipeline, 'Ship', came);

    expect(enter).toThrow('Run new enters after the newer run newer.');
  });

  test('changes nothing in the value that it was given', () => {
    const pipeline = aPipeline([{ stage: 'Ship', ...inside('old', 3), waiting: [visitor('mid', 4)] }]);
    const before = structuredClone(pipeline);

    arrive(pipeline, 'Ship', came);

    expect(pipeline).toEqual(before);
  });
});

describe('a run that leaves its stage', () => {
  test('notes the outcome and frees the stage', () => {
    const move = leave(aPipeline([{ stage: 'Ship', ...inside('a', 1), waiting: [] }]), 'Ship', 'a', 'Failed');

    expect(outcome(move)).toEqual({
      gate: { stage: 'Ship', waiting: [], last: { ...visitor('a', 1), status: 'Failed' } },
      entered: [],
      superseded: [],
    });
  });

  test('lets the first that waits in', () => {
    const waiting = [visitor('b', 2), visitor('c', 3)];

    const move = leave(aPipeline([{ stage: 'Ship', ...inside('a', 1), waiting }]), 'Ship', 'a', 'Succeeded');

    expect(outcome(move)).toEqual({
      gate: { stage: 'Ship', ...inside('b', 2), waiting: [visitor('c', 3)] },
      entered: ['b'],
      superseded: [],
    });
  });

  test('lets nobody in while the transition is disabled', () => {
    const pipeline = aPipeline([{ stage: 'Ship', ...inside('a', 1), disabled, waiting: [visitor('b', 2)] }]);

    const move = leave(pipeline, 'Ship', 'a', 'Succeeded');

    expect(move.entered).toEqual([]);
    expect(gateOf(move.pipeline, 'Ship')).toMatchObject({ disabled, waiting: [visitor('b', 2)] });
    expect(gateOf(move.pipeline, 'Ship').holder).toBeUndefined();
  });

  test.each([
    { name: 'of another run', last: { ...visitor('z', 9), status: 'Succeeded' as const } },
    { name: 'of nobody', last: undefined },
  ])('leaves an outcome $name alone', ({ last }) => {
    const gate: Gate = { stage: 'Ship', holder: 'a', waiting: [], ...(last ? { last } : {}) };

    const move = leave(aPipeline([gate]), 'Ship', 'a', 'Failed');

    expect(gateOf(move.pipeline, 'Ship')).toEqual({ stage: 'Ship', waiting: [], ...(last ? { last } : {}) });
  });

  test.each([
    { name: 'nobody', gates: [], says: 'Run a leaves stage Ship, which nobody holds.' },
    {
      name: 'another',
      gates: [{ stage: 'Ship', ...inside('b', 2), waiting: [] }],
      says: 'Run a leaves stage Ship, which b holds.',
    },
  ])('must hold it: $name does', ({ gates, says }) => {
    const go = () => leave(aPipeline(gates), 'Ship', 'a', 'Succeeded');

    expect(go).toThrow(says);
  });
});

test('a run that withdraws waits no longer, and lets nobody in', () => {
  const pipeline = aPipeline([{ stage: 'Ship', disabled, waiting: [visitor('a', 1), visitor('b', 2)] }]);

  const move = withdraw(pipeline, 'Ship', 'a');

  expect(outcome(move)).toEqual({
    gate: { stage: 'Ship', disabled, waiting: [visitor('b', 2)] },
    entered: [],
    superseded: [],
  });
});

test('two moves tell of both, in order', () => {
  const pipeline = aPipeline([
    { stage: 'Build', ...inside('a', 1), waiting: [visitor('c', 3)] },
    { stage: 'Ship', ...inside('z', 0), waiting: [] },
  ]);

  const move = followedBy(leave(pipeline, 'Build', 'a', 'Succeeded'), (left) => arrive(left, 'Ship', visitor('a', 1)));

  expect(move.entered).toEqual(['c']);
  expect(visitors(move.pipeline)).toEqual(['c', 'z', 'a']);
});

test('two moves supersede what both supersede', () => {
  const waits = (stage: string, run: string, sequence: number): Gate => ({
    stage,
    ...inside('z', 0),
    waiting: [visitor(run, sequence)],
  });
  const pipeline = aPipeline([waits('Build', 'a', 1), waits('Ship', 'b', 2)]);

  const move = followedBy(arrive(pipeline, 'Build', visitor('c', 3)), (next) => arrive(next, 'Ship', visitor('d', 4)));

  expect(move.superseded).toEqual(['a', 'b']);
});

describe('a new version', () => {
  const change = { executionMode: 'QUEUED', pipelineType: 'V2' } as const;
  const pipeline = aPipeline([
    { stage: 'Source', ...inside('d', 4), waiting: [visitor('e', 5)] },
    { stage: 'Gone', ...inside('b', 2), waiting: [visitor('c', 3)] },
    { stage: 'Empty', waiting: [] },
    { stage: 'Ship', disabled, waiting: [] },
  ]);

  test('cancels every run that waits, and counts on', () => {
    const renewed = renew(pipeline, change, ['Source', 'Test', 'Ship'], 99);

    expect(renewed.cancelled).toEqual(['e', 'c']);
    expect(renewed.pipeline).toMatchObject({ ...change, version: 2, updated: 99, created: 0 });
  });

  test('has the gates of its stages in their order, and those that are gone but held', () => {
    const { gates } = renew(pipeline, change, ['Source', 'Test', 'Ship'], 99).pipeline;

    expect(gates).toEqual([
      { stage: 'Source', ...inside('d', 4), waiting: [] },
      { stage: 'Test', waiting: [] },
      { stage: 'Ship', disabled, waiting: [] },
      { stage: 'Gone', ...inside('b', 2), waiting: [] },
    ]);
  });

  test('forgets a stage that is gone once it is free', () => {
    const renewed = renew(pipeline, change, ['Source', 'Ship'], 99).pipeline;

    const again = renew(leave(renewed, 'Gone', 'b', 'Cancelled').pipeline, change, ['Source', 'Ship'], 100).pipeline;

    expect(again.gates.map(({ stage }) => stage)).toEqual(['Source', 'Ship']);
  });
});

test('the visitors of a pipeline are those inside and those that wait', () => {
  const pipeline = aPipeline([
    { stage: 'Source', waiting: [visitor('c', 3)] },
    { stage: 'Ship', ...inside('a', 1), waiting: [visitor('b', 2)] },
  ]);

  const all = visitors(pipeline);

  expect(all).toEqual(['c', 'a', 'b']);
});

describe('the gates have a run', () => {
  const pipeline = aPipeline([{ stage: 'Ship', ...inside('a', 1), waiting: [visitor('b', 2)] }]);

  test.each([
    { id: 'a', stage: 'Ship', place: 'inside', leads: true },
    { id: 'a', stage: 'Ship', place: 'inbound', leads: false },
    { id: 'b', stage: 'Ship', place: 'inbound', leads: true },
    { id: 'b', stage: 'Ship', place: 'inside', leads: false },
    { id: 'a', stage: 'Source', place: 'inside', leads: false },
    { id: 'b', stage: 'Source', place: 'inbound', leads: false },
  ] as const)('$id $place $stage: $leads', ({ leads, ...run }) => {
    expect(holds(pipeline, run)).toBe(leads);
  });
});

describe('a transition', () => {
  const day = 24 * 60 * 60_000;
  const who = { by: 'jo', at: 100 };

  test('that is disabled lets nobody in, and nobody out of the line', () => {
    const pipeline = disable(aPipeline([{ stage: 'Ship', ...inside('old', 1), waiting: [] }]), 'Ship', {
      ...who,
      reason: 'freeze',
    });

    const move = followedBy(arrive(pipeline, 'Ship', visitor('new', 2)), (next) =>
      leave(next, 'Ship', 'old', 'Succeeded'),
    );

    expect(gateOf(move.pipeline, 'Ship')).toMatchObject({
      disabled: { ...who, reason: 'freeze', since: 100 },
      waiting: [visitor('new', 2)],
    });
    expect(move.entered).toEqual([]);
  });

  test('that is disabled again has another reason, and is closed for as long', () => {
    const once = disable(aPipeline(), 'Ship', { ...who, reason: 'freeze' });

    const twice = disable(once, 'Ship', { reason: 'still', by: 'al', at: 200 });

    expect(gateOf(twice, 'Ship').disabled).toEqual({ reason: 'still', by: 'al', at: 200, since: 100 });
  });

  test('that is enabled lets in whoever waits before a free stage', () => {
    const gate = { stage: 'Ship', disabled: { ...disabled, since: 0 }, waiting: [visitor('new', 2)] };

    const move = enable(aPipeline([gate]), 'Ship', { by: 'jo', at: 30 * day });

    expect(gateOf(move.pipeline, 'Ship')).toEqual({
      stage: 'Ship',
      enabled: { by: 'jo', at: 30 * day },
      ...inside('new', 2),
      waiting: [],
    });
    expect([move.entered, move.cancelled]).toEqual([['new'], []]);
  });

  test('that is enabled lets nobody into a stage that is held', () => {
    const gate = { stage: 'Ship', disabled, ...inside('old', 1), waiting: [visitor('new', 2)] };

    const move = enable(aPipeline([gate]), 'Ship', who);

    expect([move.entered, gateOf(move.pipeline, 'Ship').waiting]).toEqual([[], [visitor('new', 2)]]);
  });

  test('that was disabled for more than 30 days resumes no run', () => {
    const gate = { stage: 'Ship', disabled: { ...disabled, since: 0, at: 29 * day }, waiting: [visitor('new', 2)] };

    const move = enable(aPipeline([gate]), 'Ship', { by: 'jo', at: 30 * day + 1 });

    expect([move.entered, move.cancelled, gateOf(move.pipeline, 'Ship').waiting]).toEqual([[], ['new'], []]);
  });

  test('that was disabled for 30 days, and no longer, resumes who waits', () => {
    const gate = { stage: 'Ship', disabled: { ...disabled, since: 0, at: 29 * day }, waiting: [visitor('new', 2)] };

    const move = enable(aPipeline([gate]), 'Ship', { by: 'jo', at: 30 * day });

    expect([move.entered, move.cancelled]).toEqual([['new'], []]);
  });

  test('that is enabled is not changed by enabling it', () => {
    const pipeline = aPipeline([{ stage: 'Ship', waiting: [] }]);

    expect(enable(pipeline, 'Ship', who).pipeline).toBe(pipeline);
  });

  test('that is disabled after it was enabled is no longer said to be enabled', () => {
    const pipeline = aPipeline([{ stage: 'Ship', enabled: who, waiting: [] }]);

    expect(gateOf(disable(pipeline, 'Ship', { ...who, reason: 'freeze' }), 'Ship')).not.toHaveProperty('enabled');
  });
});
