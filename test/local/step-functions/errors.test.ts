import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import { matchesError } from '../../../local/step-functions/asl-error.ts';
import { definitionOf, plainTask } from './asl.ts';
import { type Served, serve, typesOf, until } from './serving.ts';

describe('ErrorEquals', () => {
  it.each([
    [['Custom'], 'Custom', true],
    [['custom'], 'Custom', false],
    [['A', 'B'], 'B', true],
    [['States.ALL'], 'Custom', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.QueryEvaluationError', true],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.ALL'], 'States.Runtime', false],
    [['States.TaskFailed'], 'Lambda.Unknown', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.TaskFailed'], 'States.HeartbeatTimeout', false],
    [['States.TaskFailed'], 'States.DataLimitExceeded', false],
    [['States.TaskFailed'], 'States.Runtime', false],
    [['States.Timeout'], 'States.Timeout', true],
    [['States.Timeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.Timeout', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    // "… will always cause the execution to fail" (developer guide, Handling errors).
    [['States.Runtime'], 'States.Runtime', false],
  ] as const)('%j names %s: %s', (names, error, expected) => {
    expect(matchesError(names, error)).toBe(expected);
  });
});

describe('Retry and Catch', () => {
  let stack: Served;
  afterEach(() => stack.close());

  /** How a task goes that fails as `errors` say, one after the other; `waits`: when each call was made, did calls take no time, in seconds. */
  async function calls(errors: readonly string[], Retry: readonly object[], more: object = { End: true }) {
    let calls = 0;
    stack = await serve({
      work: () => {
        const error = errors[calls++];
        if (error !== undefined) throw Object.assign(new Error('planned'), { name: error });
        return 'well';
      },
    });
    stack.clock.standAt(1_900_000_000_000);
    const Work = { Type: 'Task', Resource: plainTask, Arguments: { FunctionName: 'work' }, Retry, ...more };
    const Caught = { Type: 'Pass', End: true };
    const arn = await stack.run(await stack.machine(definitionOf({ Work, Caught })));
    const { status, error, output } = await stack.ended(arn, 250);
    const waits = waitsOf(await stack.history(arn));
    expect(waits).toHaveLength(calls);
    return { waits, status, error, output, arn };
  }

  /** The clock may be turned while a call is under way: what counts is from a failure to the next call. */
  function waitsOf(history: readonly HistoryEvent[]): readonly number[] {
    const times = (type: string) =>
      history.filter((event) => event.type === type).map(({ timestamp }) => Number(timestamp) / 1000);
    const failed = times('TaskFailed');
    let sum = 0;
    return times('TaskScheduled').map((time, index) => {
      sum += index === 0 ? 0 : time - (failed[index - 1] ?? Number.NaN);
      return sum;
    });
  }

  const failing = (count: number, error = 'E') => Array.from({ length: count }, () => error);
  const all = ['States.ALL'];

  it.each([
    ['by default three times, after 1, 2 and 4 seconds', { ErrorEquals: all }, [0, 1, 3, 7]],
    ['as often as MaxAttempts say', { ErrorEquals: all, MaxAttempts: 1 }, [0, 1]],
    ['never with no attempts', { ErrorEquals: all, MaxAttempts: 0 }, [0]],
    ['after equal times', { ErrorEquals: all, IntervalSeconds: 3, BackoffRate: 1 }, [0, 3, 6, 9]],
    ['backing off', { ErrorEquals: all, IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 }, [0, 2, 8]],
    [
      'at most after MaxDelaySeconds',
      { ErrorEquals: all, IntervalSeconds: 2, BackoffRate: 10, MaxDelaySeconds: 5, MaxAttempts: 3 },
      [0, 2, 7, 12],
    ],
    ['not for an error that it does not name', { ErrorEquals: ['Other'] }, [0]],
  ])('a state is retried %s', async (_, retrier, expected) => {
    const { waits, status, error } = await calls(failing(9), [retrier]);

    expect(waits).toEqual(expected);
    expect([status, error]).toEqual(['FAILED', 'E']);
  });

  it('with full jitter a retry comes at any time up to its delay', async () => {
    const retrier = { ErrorEquals: all, IntervalSeconds: 8, BackoffRate: 1, MaxAttempts: 3, JitterStrategy: 'FULL' };

    const { waits } = await calls(failing(9), [retrier]);

    expect(waits).toHaveLength(4);
    for (const [index, wait] of waits.entries()) expect(wait - (waits[index - 1] ?? 0)).toBeLessThanOrEqual(8.25);
  });

  it('each retrier counts its own, and the first that names an error is taken', async () => {
    const retriers = [
      { ErrorEquals: ['A'], IntervalSeconds: 10, MaxAttempts: 2, BackoffRate: 1 },
      { ErrorEquals: all, IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 },
    ];

    const { waits, status } = await calls(['A', 'B', 'A', 'B'], retriers);

    expect(waits).toEqual([0, 10, 11, 21, 22]);
    expect(status).toBe('SUCCEEDED');
  });

  it('the count begins anew when the state is entered anew', async () => {
    const Catch = [{ ErrorEquals: all, Next: 'Work' }];

    const { waits, status } = await calls(failing(3), [{ ErrorEquals: all, MaxAttempts: 1 }], { Catch, End: true });

    expect([waits, status]).toEqual([[0, 1, 1, 2], 'SUCCEEDED']);
  });

  it('the first catcher that names the error is taken, once retries are used up', async () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'Caught', Output: 'other' },
      { ErrorEquals: ['E'], Next: 'Caught', Output: 'e' },
      { ErrorEquals: all, Next: 'Caught', Output: 'all' },
    ];

    const { waits, output } = await calls(failing(9), [{ ErrorEquals: ['E'], MaxAttempts: 1 }], { Catch, End: true });

    expect([waits, output]).toEqual([[0, 1], '"e"']);
  });

  it('a caught state’s own Assign and Output are not evaluated', async () => {
    const Catch = [{ ErrorEquals: all, Next: 'Caught' }];
    const never = { Assign: { x: '{% $states.result.none %}' }, Output: '{% $states.result.none %}' };

    const { output, arn } = await calls(failing(9), [], { Catch, ...never, End: true });

    expect(JSON.parse(output ?? '')).toMatchObject({ Error: 'E' });
    expect(typesOf(await stack.history(arn))).not.toContain('EvaluationFailed');
  });

  it('a catcher that cannot be evaluated fails the execution', async () => {
    const Catch = [{ ErrorEquals: all, Next: 'Caught', Output: '{% $states.result %}' }];

    const { status, error } = await calls(failing(9), [], { Catch, End: true });

    expect([status, error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
  });

  it('a result that is too large is caught by its own name', async () => {
    stack = await serve({ work: () => 'x'.repeat(256 * 1024) });
    const Catch = [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Caught', Output: 'too large' }];
    const Work = { Type: 'Task', Resource: plainTask, Arguments: { FunctionName: 'work' }, Catch, End: true };
    const arn = await stack.run(await stack.machine(definitionOf({ Work, Caught: { Type: 'Succeed' } })));

    expect((await stack.ended(arn)).output).toBe('"too large"');
  });

  it.each([
    { Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'Caught' }] },
    { Retry: [{ ErrorEquals: ['States.Runtime'] }] },
  ])('an execution ends with States.Runtime, whatever names it (%j)', async (more) => {
    stack = await serve({ work: () => 1 });
    const Work = { Type: 'Task', Resource: plainTask, Arguments: { Payload: 1 }, ...more, End: true };
    const arn = await stack.run(await stack.machine(definitionOf({ Work, Caught: { Type: 'Succeed' } })));

    await until(async () => (await stack.describe(arn)).status !== 'RUNNING');
    expect(await stack.describe(arn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});
