import { afterEach, describe, expect, it } from 'vitest';
import { definitionOf, plainTask, waitingTask } from './asl.ts';
import { type Served, serve, typesOf, until } from './serving.ts';

let stack: Served;
afterEach(() => stack.close());

/** What comes of a machine that calls no function that waits. */
async function outcome(states: Record<string, object>, input: unknown = {}, turn = 0) {
  stack = await serve({ work: (payload) => payload });
  const arn = await stack.run(await stack.machine(definitionOf(states)), input);
  const { status, output, error, cause } = await stack.ended(arn, turn);
  return { status, output: output === undefined ? undefined : JSON.parse(output), error, cause, arn };
}

const echo = (Payload: unknown, more: object = { End: true }) => ({
  Type: 'Task',
  Resource: plainTask,
  Arguments: { FunctionName: 'work', Payload },
  Output: '{% $states.result.Payload %}',
  ...more,
});

describe('Pass and variables', () => {
  it('hands on its output, evaluated with the variables from before it', async () => {
    const A = { Type: 'Pass', Assign: { n: 1, m: { deep: '{% $states.input.x %}' } }, Output: { n: 2 }, Next: 'B' };
    const B = { Type: 'Pass', Assign: { n: '{% $n + 10 %}' }, Output: ['{% $n %}', '{% $m.deep %}'], Next: 'C' };
    const C = { Type: 'Pass', Output: '{% [$states.input, $n] %}', End: true };

    const { output, arn } = await outcome({ A, B, C }, { x: 'y' });

    expect(output).toEqual([1, 'y', 11]);
    const exited = (await stack.history(arn)).find(({ type }) => type === 'PassStateExited');
    expect(exited?.stateExitedEventDetails?.assignedVariables).toEqual({ n: '1', m: '{"deep":"y"}' });
  });

  it('sees the context of the execution', async () => {
    const Output = '{% $states.context %}';

    const { output, arn } = await outcome({ A: { Type: 'Pass', Output, End: true } }, { a: 1 });

    expect(output).toMatchObject({
      Execution: { Id: arn, Name: arn.split(':').at(-1), Input: { a: 1 }, RoleArn: 'arn:aws:iam::000000000000:role/r' },
      State: { Name: 'A', RetryCount: 0 },
      StateMachine: { Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:m', Name: 'm' },
    });
    expect(Date.parse(output.Execution.StartTime)).toBeLessThanOrEqual(Date.parse(output.State.EnteredTime));
  });

  it('has the functions that Step Functions adds, and tells the stack’s time', async () => {
    const Output = {
      hash: '{% $hash("abc", "SHA-256") %}',
      range: '{% $range(1, 9, 4) %}',
      parts: '{% $partition([1,2,3], 2) %}',
      parsed: '{% $parse("{\\"a\\":1}").a %}',
      year: '{% $now("[Y0001]") %}',
      same: '{% $fromMillis($millis()) = $now() %}',
    };
    stack = await serve();
    stack.clock.standAt(Date.UTC(2031, 1, 1));
    const arn = await stack.run(await stack.machine(definitionOf({ A: { Type: 'Pass', Output, End: true } })));

    expect(JSON.parse((await stack.ended(arn)).output ?? '')).toEqual({
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      range: [1, 5, 9],
      parts: [[1, 2], [3]],
      parsed: 1,
      year: '2031',
      same: true,
    });
  });

  it('ends an expression that goes on and on, and fails the state', async () => {
    const Output = '{% ($f := function($n) { 1 + $f($n) }; $f(1)) %}';

    const { status, error } = await outcome({ A: { Type: 'Pass', Output, End: true } });

    expect([status, error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
  });
});

describe('Choice', () => {
  const to = (Output: unknown) => ({ Type: 'Pass', Output, End: true });
  const choices = [
    { Condition: '{% $states.input.n > 10 %}', Next: 'Big', Assign: { size: 'b' }, Output: 'chosen' },
    { Condition: '{% $states.input.n > 5 %}', Next: 'Middle' },
  ];
  const states = {
    Size: { Type: 'Choice', Choices: choices, Default: 'Small' },
    Big: to('{% $size & $states.input %}'),
    Middle: to('m'),
    Small: to('s'),
  };

  it.each([
    [11, 'bchosen'],
    [6, 'm'],
    [1, 's'],
  ])('goes where the first true choice leads (%i)', async (n, expected) => {
    expect((await outcome(states, { n })).output).toBe(expected);
  });

  it('fails where nothing matches, and where a condition is neither true nor false', async () => {
    const none = { A: { Type: 'Choice', Choices: [{ Condition: false, Next: 'B' }] }, B: to(1) };
    const odd = { A: { Type: 'Choice', Choices: [{ Condition: '{% "yes" %}', Next: 'B' }] }, B: to(1) };

    const unmatched = await outcome(none);
    await stack.close();

    expect(unmatched.error).toBe('States.NoChoiceMatched');
    expect((await outcome(odd)).error).toBe('States.QueryEvaluationError');
  });
});

describe('Wait', () => {
  it('waits for seconds, and until a time', async () => {
    const A = { Type: 'Wait', Seconds: '{% $states.input.s %}', Next: 'B' };
    const Timestamp = '{% $fromMillis($millis() + 86400000) %}';
    const started = Date.now();

    const { status, arn } = await outcome({ A, B: { Type: 'Wait', Timestamp, End: true } }, { s: 3600 }, 600_000);

    expect(status).toBe('SUCCEEDED');
    const { stopDate } = await stack.describe(arn);
    expect(Number(stopDate)).toBeGreaterThanOrEqual(started + 3_600_000 + 86_400_000);
  });

  it.each([{ Seconds: '{% "soon" %}' }, { Seconds: '{% -1 %}' }, { Timestamp: '{% "tomorrow" %}' }])(
    'fails for a time that is none (%j)',
    async (when) => {
      expect((await outcome({ A: { Type: 'Wait', ...when, End: true } })).error).toBe('States.QueryEvaluationError');
    },
  );
});

describe('Succeed and Fail', () => {
  it('ends with the output or the error that it says', async () => {
    const good = await outcome({ A: { Type: 'Succeed', Output: { a: '{% 1 + 1 %}' } } });
    await stack.close();
    const bad = await outcome({ A: { Type: 'Fail', Error: '{% "E" & 1 %}', Cause: 'because' } });

    expect([good.status, good.output]).toEqual(['SUCCEEDED', { a: 2 }]);
    expect([bad.status, bad.error, bad.cause]).toEqual(['FAILED', 'E1', 'because']);
    expect(typesOf(await stack.history(bad.arn))).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });
});

describe('Map', () => {
  const each = (inner: Record<string, object>, more: object = { End: true }) => ({
    Type: 'Map',
    Items: '{% $states.input.items %}',
    ItemProcessor: { StartAt: Object.keys(inner)[0], States: inner },
    ...more,
  });

  it('runs its processor for each item, and has their results in order', async () => {
    const map = each({ Do: echo('{% $states.input %}') }, { Assign: { all: '{% $sum($states.result) %}' }, Next: 'B' });
    const B = { Type: 'Pass', Output: { list: '{% $states.input %}', sum: '{% $all %}' }, End: true };

    const { output, arn } = await outcome({ A: map, B }, { items: [3, 1, 2] });

    expect(output).toEqual({ list: [3, 1, 2], sum: 6 });
    const types = typesOf(await stack.history(arn));
    const count = (type: string) => types.filter((each) => each === type).length;
    expect(['MapIterationStarted', 'MapIterationSucceeded', 'MapStateSucceeded'].map(count)).toEqual([3, 3, 1]);
    expect(types[1]).toBe('MapStateEntered');
    expect(types[2]).toBe('MapStateStarted');
  });

  it('gives each item what its selector says, and its place even within a Parallel', async () => {
    const item = '{% $states.context.Map.Item.Index & $states.context.Map.Item.Value & $states.input.x %}';
    const branch = { StartAt: 'In', States: { In: { Type: 'Pass', Output: item, End: true } } };
    const ItemSelector = { x: '{% $uppercase($states.context.Map.Item.Value) %}' };
    const map = each({ P: { Type: 'Parallel', Branches: [branch], End: true } }, { ItemSelector, End: true });

    expect((await outcome({ A: map }, { items: ['a', 'b'] })).output).toEqual([['0aA'], ['1bB']]);
  });

  it('succeeds at once with no items, and fails with what is no list', async () => {
    const map = { A: each({ Do: echo(1) }) };
    const empty = await outcome(map, { items: [] });
    await stack.close();

    expect([empty.status, empty.output]).toEqual(['SUCCEEDED', []]);
    expect((await outcome(map, { items: 'none' })).error).toBe('States.QueryEvaluationError');
  });

  it.each([
    [0, 40],
    [3, 3],
    ['{% 7 %}', 7],
  ])('has at most so many under way (%s)', async (MaxConcurrency, most) => {
    let running = 0;
    let seen = 0;
    const tokens: unknown[] = [];
    stack = await serve({
      work: ({ token }) => {
        running++;
        seen = Math.max(seen, running);
        tokens.push(token);
      },
    });
    const items = Array.from({ length: 50 }, (_, index) => index);
    const arn = await stack.run(
      await stack.machine(definitionOf({ A: each({ Do: waitingTask() }, { MaxConcurrency, End: true }) })),
      { items },
    );
    for (let answered = 0; answered < 50; answered++) {
      await until(() => tokens.length > 0 && running >= Math.min(most, 50 - answered));
      running--;
      await stack.succeed(tokens.shift(), answered);
    }

    expect((await stack.ended(arn)).status).toBe('SUCCEEDED');
    expect(seen).toBe(most);
  });

  it('fails with an item that fails: no other begins, and none that waits can be answered', async () => {
    const tokens: string[] = [];
    stack = await serve({
      work: ({ token, n }) => {
        if (n === 2) throw new Error('bad item');
        tokens.push(String(token));
      },
    });
    const map = each(
      { Do: waitingTask({ n: '{% $states.input %}' }) },
      { MaxConcurrency: 3, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B', Output: 'caught' }], End: true },
    );
    const arn = await stack.run(await stack.machine(definitionOf({ A: map, B: { Type: 'Pass', End: true } })), {
      items: [0, 1, 2, 3, 4],
    });

    expect((await stack.ended(arn)).output).toBe('"caught"');
    expect(tokens).toHaveLength(2);
    await expect(stack.succeed(tokens[0])).rejects.toMatchObject({ name: 'TaskTimedOut' });
    const types = typesOf(await stack.history(arn));
    expect(types.slice(types.indexOf('MapIterationFailed'))).toEqual([
      'MapIterationFailed',
      'MapStateFailed',
      'MapStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('is retried as a whole, and runs again in a loop', async () => {
    let calls = 0;
    stack = await serve({
      work: () => {
        if (++calls === 2) throw new Error('once');
        return calls;
      },
    });
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }];
    const map = each({ Do: echo(0) }, { Items: [1, 2], MaxConcurrency: 1, Retry, Next: 'Again?' });
    const again = {
      Type: 'Choice',
      Choices: [{ Condition: '{% $sum($states.input) < 9 %}', Next: 'A' }],
      Default: 'B',
    };
    const arn = await stack.run(await stack.machine(definitionOf({ A: map, 'Again?': again, B: { Type: 'Succeed' } })));

    expect((await stack.ended(arn, 500)).output).toBe('[5,6]');
  });
});

describe('Parallel', () => {
  it('gives every branch the same input, and has their results in order', async () => {
    const branch = (Output: string) => ({ StartAt: Output, States: { [Output]: { Type: 'Pass', Output, End: true } } });
    const parallel = {
      Type: 'Parallel',
      Arguments: { n: '{% $states.input.n * 2 %}' },
      Branches: [branch('{% $states.input.n %}'), branch('{% $states.input.n + 1 %}')],
      Output: '{% {"both": $states.result} %}',
      End: true,
    };

    expect((await outcome({ A: parallel }, { n: 4 })).output).toEqual({ both: [8, 9] });
  });

  it('fails with a branch that fails, and is caught', async () => {
    const Branches = [
      { StartAt: 'Bad', States: { Bad: { Type: 'Fail', Error: 'Bad', Cause: 'c' } } },
      { StartAt: 'Slow', States: { Slow: { Type: 'Wait', Seconds: 1000, End: true } } },
    ];
    const Catch = [{ ErrorEquals: ['Bad'], Next: 'B' }];

    const { output, arn } = await outcome({
      A: { Type: 'Parallel', Branches, Catch, End: true },
      B: { Type: 'Succeed' },
    });

    expect(output).toEqual({ Error: 'Bad', Cause: 'c' });
    expect(typesOf(await stack.history(arn))).toContain('ParallelStateFailed');
  });
});
