import { describe, expect, test } from 'vitest';
import { enable, enterAgain, type Gate, gateOf, relieve, stay } from '../../functions/domain/pipeline.ts';
import { aPipeline, visitor } from './given.ts';

const last = { ...visitor('r', 1), status: 'Failed' as const };

describe('a run that goes into its stage again', () => {
  test('holds it, and is counted', () => {
    const pipeline = enterAgain(aPipeline([{ stage: 'Ship', last, waiting: [] }]), 'Ship', 'r', 'retry');

    expect(gateOf(pipeline, 'Ship')).toEqual({
      stage: 'Ship',
      holder: 'r',
      last: { ...last, status: 'InProgress', retries: 1 },
      waiting: [],
    });
  });

  test('is known to have been retried by itself before', () => {
    const gate: Gate = { stage: 'Ship', last: { ...last, automatic: 'Latest', retries: 1 }, waiting: [] };

    const pipeline = enterAgain(aPipeline([gate]), 'Ship', 'r', 'retry');

    expect(gateOf(pipeline, 'Ship').last).toMatchObject({ automatic: 'Earlier', retries: 2 });
  });

  test('to go on is no retry', () => {
    const pipeline = enterAgain(aPipeline([{ stage: 'Ship', last, waiting: [] }]), 'Ship', 'r', 'goOn');

    expect(gateOf(pipeline, 'Ship')).toMatchObject({ holder: 'r', last: { ...last, status: 'InProgress' } });
    expect(gateOf(pipeline, 'Ship').last?.retries).toBeUndefined();
  });

  test.each<{ name: string; gate: Partial<Gate> }>([
    { name: 'is held by another', gate: { holder: 'other', last: { ...last, run: 'other' } } },
    { name: 'it holds', gate: { holder: 'r', last } },
    { name: 'another has entered since', gate: { last: { ...last, run: 'other' } } },
    { name: 'nobody has entered', gate: {} },
  ])('is a fault where the stage $name', ({ gate }) => {
    const pipeline = aPipeline([{ stage: 'Ship', waiting: [], ...gate }]);

    expect(() => enterAgain(pipeline, 'Ship', 'r', 'retry')).toThrow('Run r cannot enter stage Ship again.');
  });
});

describe('a run that stays in its stage', () => {
  test('is noted to be retried by itself', () => {
    const pipeline = stay(aPipeline([{ stage: 'Ship', holder: 'r', last, waiting: [] }]), 'Ship', 'r');

    expect(gateOf(pipeline, 'Ship').last).toEqual({ ...last, automatic: 'Latest' });
  });

  test.each<{ name: string; gate: Partial<Gate> }>([
    { name: 'another was the last', gate: { last: { ...last, run: 'other' } } },
    { name: 'nobody was', gate: {} },
  ])('is not noted where $name', ({ gate }) => {
    const pipeline = aPipeline([{ stage: 'Ship', waiting: [], ...gate }]);

    expect(stay(pipeline, 'Ship', 'r')).toBe(pipeline);
  });
});

test('a run that relieves a failed one enters alone, and supersedes nobody', () => {
  const gate: Gate = { stage: 'Ship', holder: 'r', last, waiting: [visitor('next', 2)] };

  const { entered, superseded, pipeline } = relieve(aPipeline([gate]), 'Ship', 'r', 'Failed', visitor('back', 3));

  expect([entered, superseded]).toEqual([['back'], []]);
  expect(gateOf(pipeline, 'Ship')).toMatchObject({ holder: 'back', waiting: [visitor('next', 2)] });
});

describe('a transition that is enabled', () => {
  const disabled = { reason: 'freeze', by: 'jo', at: 0 };
  const days = 24 * 60 * 60_000;

  test.each([
    { after: 30 * days, entered: ['next'], cancelled: [] },
    { after: 30 * days + 1, entered: [], cancelled: ['next'] },
  ])('resumes who waits by the time that it was disabled for: $after ms', ({ after, entered, cancelled }) => {
    const since = 1_700_000_000_000;
    const gate: Gate = { stage: 'Ship', disabled: { ...disabled, since }, waiting: [visitor('next', 2)] };

    const move = enable(aPipeline([gate]), 'Ship', { by: 'jo', at: since + after });

    expect(move).toMatchObject({ entered, cancelled, superseded: [] });
  });

  test('and never was disabled changes nothing', () => {
    const pipeline = aPipeline([{ stage: 'Ship', waiting: [visitor('next', 2)] }]);

    expect(enable(pipeline, 'Ship', { by: 'jo', at: 1 })).toEqual({
      pipeline,
      entered: [],
      superseded: [],
      cancelled: [],
    });
  });
});
