import { describe, expect, test } from 'vitest';
import type { ActionExecution, ActionStatus } from '../../functions/domain/action.ts';
import { carrier } from '../../functions/domain/action-types.ts';
import { decide, type Situation } from '../../functions/domain/decide.ts';
import {
  beginning,
  budget,
  decision as decisionEvents,
  longestCarried,
  stepEvents,
} from '../../functions/domain/history-budget.ts';
import type { Gate } from '../../functions/domain/pipeline.ts';
import type { Run } from '../../functions/domain/run.ts';
import { aDefinition, anAction, aPipeline, aRun, aToken, pipelineId, runId, visitor } from './given.ts';

const now = 50_000;
const sevenDays = 7 * 24 * 60 * 60;
const definition = aDefinition({ Source: [1], Build: [1, 1, 3], Ship: [2] });
const held = (stage: string, run = runId, sequence = 1): Gate => ({
  stage,
  holder: run,
  last: { ...visitor(run, sequence), status: 'InProgress' },
  waiting: [],
});
const key = (place: string) => `${pipelineId}/${runId}/${place}`;
const done = (status: ActionStatus = 'Succeeded', more: Partial<ActionExecution> = {}) => anAction({ status, ...more });

function decided(situation: Partial<Omit<Situation, 'run'>> & { run?: Partial<Run> }, token = aToken()) {
  const run = aRun(situation.run);
  const gates = run.place === 'inside' ? [held(run.stage)] : [];
  let ids = 0;
  const newId = () => `id-${++ids}`;
  return decide({ pipeline: aPipeline(gates), definition, step: [], ...situation, run }, token, {
    now,
    newId,
    typeOf: carrier,
  });
}

describe('a run that is over for this execution', () => {
  test.each(['Cancelled', 'Failed', 'Stopped', 'Succeeded', 'Superseded'] as const)('because it is %s', (status) => {
    expect(decided({ run: { status } })).toEqual({ answer: 'Over' });
  });

  test.each([1, 3])('because another execution carries it, asked by number %i', (execution) => {
    expect(decided({ run: { execution: 2 } }, aToken(1, 0, execution))).toEqual({ answer: 'Over' });
  });
});

describe('a Decide that is older than the last that acted', () => {
  const run = { decided: { execution: 1, entry: 3, invocation: 1 } };

  test.each([
    { name: 'entry', token: aToken(2, 9) },
    { name: 'invocation', token: aToken(3, 0) },
  ])('does nothing: an older $name', ({ token }) => {
    expect(decided({ run }, token)).toEqual({ answer: 'Stale' });
  });

  test('is not the same one again, which decides the same', () => {
    expect(decided({ run }, aToken(3, 1)).answer).toBe('Run');
  });
});

describe('a run before a stage', () => {
  const waits = { place: 'inbound', stage: 'Build' } as const;

  test('waits with its token', () => {
    const token = aToken(4);

    const decision = decided({ run: { ...waits, token: aToken(2) } }, token);

    expect(decision).toEqual({
      answer: 'Wait',
      change: {
        run: aRun({ ...waits, token, decided: token.order, spent: beginning + decisionEvents, lastUpdateTime: now }),
        opened: [],
        abandoned: [],
        entered: [],
        superseded: [],
      },
    });
  });

  test.each([
    { name: 'changed', more: { version: 2 } },
    { name: 'deleted', more: { deleted: true } },
  ] as const)('is cancelled when the pipeline was $name, and waits no longer', ({ more }) => {
    const pipeline = aPipeline([{ stage: 'Build', waiting: [visitor(runId, 1)] }], more);

    const decision = decided({ run: { ...waits, token: aToken() }, pipeline });

    expect(decision).toMatchObject({
      answer: 'Close',
      change: { run: { status: 'Cancelled' }, pipeline: { gates: [{ stage: 'Build', waiting: [] }] } },
    });
    expect('change' in decision && decision.change.run.token).toBeUndefined();
  });

  test('that is stopping is Stopped, and waits no longer', () => {
    const pipeline = aPipeline([{ stage: 'Build', waiting: [visitor(runId, 1)] }]);

    const decision = decided({ run: { ...waits, status: 'Stopping' }, pipeline });

    expect(decision).toMatchObject({
      answer: 'Close',
      change: { run: { status: 'Stopped' }, pipeline: { gates: [{ stage: 'Build', waiting: [] }] } },
    });
  });
});

describe('a run inside a stage', () => {
  test('begins the first step', () => {
    const decision = decided({ run: { stage: 'Build' } });

    expect(decision).toMatchObject({
      answer: 'Run',
      work: [
        { id: key('01.000.001.00'), class: 'approval', timeoutSeconds: sevenDays + 60 },
        { id: key('01.000.001.01'), class: 'approval', timeoutSeconds: sevenDays + 60 },
      ],
      change: {
        run: { step: 1, spent: beginning + decisionEvents + stepEvents(2), decided: aToken().order },
        opened: [
          { id: 'id-1', action: 'A1', status: 'Pending' },
          { id: 'id-2', action: 'A2', status: 'Pending' },
        ],
      },
    });
    expect('change' in decision && decision.change.pipeline).toBeUndefined();
  });

  test('gives an action the time that it declares', () => {
    const [source, build] = definition.stages;
    const timed = {
      ...source,
      name: 'Source',
      actions: (source?.actions ?? []).map((action) => ({ ...action, timeoutInMinutes: 5 })),
    };

    const decision = decided({ definition: { ...definition, stages: build ? [timed, build] : [timed] } });

    expect(decision).toMatchObject({
      work: [{ timeoutSeconds: 360 }],
      change: { opened: [{ deadline: now + 300_000 }] },
    });
  });

  test('runs what is open of the step again, with the time that is left', () => {
    const step = [
      done('Succeeded', { key: key('a'), stage: 'Build', action: 'A1' }),
      done('Running', { key: key('b'), stage: 'Build', action: 'A2', deadline: now + 1500 }),
      done('Running', { key: key('c'), stage: 'Build', action: 'A3', deadline: now - 1 }),
    ];

    const decision = decided({ run: { stage: 'Build', step: 1 }, step });

    expect(decision).toMatchObject({
      answer: 'Run',
      work: [
        { id: key('b'), class: 'approval', timeoutSeconds: 62 },
        { id: key('c'), class: 'approval', timeoutSeconds: 60 },
      ],
      change: { run: { step: 1, spent: beginning + decisionEvents + stepEvents(2) }, opened: [] },
    });
  });

  test('leaves an action that has not begun its whole time', () => {
    const times = { startTime: now - 90_000, deadline: now - 30_000 };
    const step = [done('Pending', { key: key('a'), stage: 'Build', action: 'A1', ...times })];

    const decision = decided({ run: { stage: 'Build', step: 1 }, step });

    expect(decision).toMatchObject({ work: [{ id: key('a'), timeoutSeconds: 120 }] });
  });

  test.each([
    { executionMode: 'SUPERSEDED', atOnce: 0 },
    { executionMode: 'QUEUED', atOnce: 0 },
    { executionMode: 'PARALLEL', atOnce: 5 },
  ] as const)('runs so many actions at once in $executionMode mode: $atOnce (0: all)', ({ executionMode, atOnce }) => {
    const step = [done('Pending', { stage: 'Build', action: 'A1' }), done('Pending', { stage: 'Build', action: 'A2' })];

    const decision = decided({ run: { stage: 'Build', step: 1, executionMode }, step });

    expect(decision).toMatchObject({ answer: 'Run', atOnce });
  });

  test('waits for what is open before it stops, fails or is cancelled', () => {
    const step = [done('Failed', { action: 'A1' }), done('Running', { action: 'A2' })];
    const pipeline = aPipeline([held('Build')], { version: 2 });

    const decision = decided({ run: { stage: 'Build', step: 1, status: 'Stopping' }, step, pipeline });

    expect(decision.answer).toBe('Run');
  });

  test('goes on to the next step, over a gap in the order', () => {
    const decision = decided({ run: { stage: 'Build', step: 1 }, step: [done(), done()] });

    expect(decision).toMatchObject({
      answer: 'Run',
      work: [{ id: key('01.000.003.02') }],
      change: { run: { step: 3 }, opened: [{ action: 'A3' }] },
    });
  });

  test.each(['Failed', 'TimedOut', 'Abandoned', 'StartOutcomeUnknown'] as const)(
    'fails when an action is %s',
    (status) => {
      const decision = decided({ run: { stage: 'Build', step: 1 }, step: [done(), done(status)] });

      expect(decision).toMatchObject({
        answer: 'Close',
        change: {
          run: { status: 'Failed', stage: 'Build', lastUpdateTime: now },
          pipeline: { gates: [{ stage: 'Build', last: { run: runId, status: 'Failed' } }] },
          abandoned: [],
        },
      });
    },
  );

  test.each([
    { name: 'Stopped when it is stopping', run: { status: 'Stopping' }, more: {}, leads: 'Stopped' },
    { name: 'Cancelled when the pipeline changed', run: {}, more: { version: 2 }, leads: 'Cancelled' },
    { name: 'Cancelled when the pipeline was deleted', run: {}, more: { deleted: true }, leads: 'Cancelled' },
    {
      name: 'Stopped, whatever else',
      run: { status: 'Stopping' },
      more: { deleted: true, version: 2 },
      leads: 'Stopped',
    },
  ] as const)('ends as $name, between two steps', ({ run, more, leads }) => {
    const pipeline = aPipeline([held('Build')], more);

    const decision = decided({ run: { stage: 'Build', step: 1, ...run }, pipeline, step: [done('Failed')] });

    expect(decision).toMatchObject({
      answer: 'Close',
      change: { run: { status: leads }, pipeline: { gates: [{ last: { status: leads } }] } },
    });
  });

  test('must be inside a stage that its definition has', () => {
    const decide_ = () => decided({ run: { stage: 'Gone' } });

    expect(decide_).toThrow('Pipeline web has no stage Gone.');
  });

  test('must find an action in the next one', () => {
    const empty = aDefinition({ Source: [1], Build: [] });

    const decide_ = () => decided({ run: { step: 1 }, step: [done()], definition: empty });

    expect(decide_).toThrow(new Error('Stage Build has no actions.'));
  });
});

describe('a run whose stage is done', () => {
  const run = { stage: 'Build', step: 3, attempt: 2 };
  const step = [done()];

  test('enters the next stage and begins its first step, as a first attempt', () => {
    const decision = decided({ run, step });

    expect(decision).toMatchObject({
      answer: 'Run',
      work: [{ id: key('02.000.002.00') }],
      change: {
        run: { stage: 'Ship', place: 'inside', attempt: 0, step: 2 },
        pipeline: {
          gates: [
            { stage: 'Build', last: { status: 'Succeeded' } },
            { stage: 'Ship', holder: runId },
          ],
        },
        entered: [],
        superseded: [],
      },
    });
  });

  test.each([
    { goes: 'into the next stage', gates: [held('Build')] },
    { goes: 'before a stage that is held', gates: [held('Build'), held('Ship', 'a', 0)] },
    {
      goes: 'where a newer one waits',
      gates: [held('Build'), { ...held('Ship', 'a', 0), waiting: [visitor('b', 2)] }],
    },
  ])('has passed it, and goes $goes', ({ gates }) => {
    const decision = decided({ run, step, pipeline: aPipeline(gates) });

    expect(decision).toMatchObject({ change: { passed: 'Build' } });
  });

  test('has passed the last stage with the run', () => {
    const decision = decided({ run: { stage: 'Ship', step: 2 }, step });

    expect(decision).toMatchObject({ change: { passed: 'Ship' } });
  });

  test.each([
    { name: 'an action failed', over: { step: [done('Failed')] } },
    { name: 'the run is asked to stop', over: { run: { ...run, status: 'Stopping' as const } } },
    { name: 'the definition changed', over: { pipeline: aPipeline([held('Build')], { version: 2 }) } },
  ])('has not passed it when $name', ({ over }) => {
    const decision = decided({ run, step, ...over });

    expect(decision).toMatchObject({ answer: 'Close' });
    expect(decision).not.toHaveProperty('change.passed');
  });

  test('lets the next run in behind it', () => {
    const pipeline = aPipeline([{ ...held('Build'), waiting: [visitor('b', 2)] }]);

    const decision = decided({ run, step, pipeline });

    expect(decision).toMatchObject({ change: { entered: ['b'], pipeline: { gates: [{ holder: 'b' }, {}] } } });
  });

  test('waits with its token before a stage that is held', () => {
    const pipeline = aPipeline([held('Build'), held('Ship', 'a', 0)]);
    const token = aToken(9);

    const decision = decided({ run, step, pipeline }, token);

    expect(decision).toMatchObject({
      answer: 'Wait',
      change: {
        run: { stage: 'Ship', place: 'inbound', attempt: 0, step: 0, token },
        pipeline: { gates: [{}, { waiting: [visitor(runId, 1)] }] },
        opened: [],
      },
    });
  });

  test('supersedes an older run that waits there', () => {
    const pipeline = aPipeline([held('Build'), { ...held('Ship', 'a', -1), waiting: [visitor('b', 0)] }]);

    const decision = decided({ run, step, pipeline });

    expect(decision).toMatchObject({ answer: 'Wait', change: { superseded: ['b'], entered: [] } });
  });

  test('is superseded by a newer run that waits there, and has left its own stage well', () => {
    const pipeline = aPipeline([
      { ...held('Build'), waiting: [visitor('c', 3)] },
      { ...held('Ship', 'a', 0), waiting: [visitor('b', 2)] },
    ]);

    const decision = decided({ run, step, pipeline });

    expect(decision).toMatchObject({
      answer: 'Close',
      change: {
        run: { status: 'Superseded', stage: 'Ship', place: 'inbound', lastUpdateTime: now },
        pipeline: {
          gates: [
            { stage: 'Build', holder: 'c' },
            { stage: 'Ship', holder: 'a', waiting: [visitor('b', 2)] },
          ],
        },
        entered: ['c'],
        superseded: [],
      },
    });
  });

  test('has succeeded when it was the last', () => {
    const decision = decided({ run: { stage: 'Ship', step: 2 }, step });

    expect(decision).toMatchObject({
      answer: 'Close',
      change: {
        run: { status: 'Succeeded', stage: 'Ship' },
        pipeline: { gates: [{ stage: 'Ship', last: { status: 'Succeeded' } }] },
      },
    });
  });
});

describe('a run whose history is nearly full', () => {
  const full = (actions: number) => budget - decisionEvents - stepEvents(actions);

  test('still begins a step that fits', () => {
    const decision = decided({ run: { stage: 'Build', spent: full(2) } });

    expect(decision).toMatchObject({ answer: 'Run', change: { run: { spent: budget, execution: 1 } } });
  });

  test('goes on in a new execution, before the step', () => {
    const decision = decided({ run: { stage: 'Build', step: 1, spent: full(1) + 1 }, step: [done()] });

    expect(decision).toMatchObject({
      answer: 'Continue',
      name: `${runId}-2`,
      change: { run: { stage: 'Build', step: 1, execution: 2, spent: beginning }, opened: [] },
    });
    expect('change' in decision && decision.change.run.decided).toBeUndefined();
  });

  test('goes on in a new execution inside the stage that it has entered', () => {
    const decision = decided({ run: { stage: 'Build', step: 3, spent: budget }, step: [done()] });

    expect(decision).toMatchObject({
      answer: 'Continue',
      change: { run: { stage: 'Ship', place: 'inside', step: 0 }, pipeline: { gates: [{}, { holder: runId }] } },
    });
  });

  test.each([
    ['still begins a step after 300 days', 0, 'Run', undefined],
    ['goes on in a new execution a millisecond later, long before Step Functions ends this one', 1, 'Continue', 2],
  ])('%s', (_, more, answer, execution) => {
    const startTime = now - longestCarried - more;

    const decision = decided({ run: { stage: 'Build', step: 1, startTime }, step: [done()] });

    expect(decision).toMatchObject({
      answer,
      change: { run: execution ? { execution, carriedSince: now } : { execution: 1 } },
    });
  });

  test('counts days from when its execution began', () => {
    const run = { stage: 'Build', step: 1, startTime: now - 2 * longestCarried, carriedSince: now - longestCarried };

    expect(decided({ run, step: [done()] })).toMatchObject({ answer: 'Run' });
  });

  test('begins that step in the new execution', () => {
    const run = { stage: 'Build', step: 1, execution: 2, spent: beginning };

    const decision = decided({ run, step: [done()] }, aToken(1, 0, 2));

    expect(decision).toMatchObject({ answer: 'Run', change: { run: { step: 3 } } });
  });
});
