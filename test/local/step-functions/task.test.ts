import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../../../local/service.ts';
import { definitionOf, plainTask, waitingTask } from './asl.ts';
import { pause, type Served, serve, typesOf, until } from './serving.ts';

let stack: Served;
afterEach(() => stack.close());

const once = { ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 1 };
const caught = { ErrorEquals: ['States.ALL'], Next: 'Caught', Output: '{% $states.errorOutput %}' };
const Caught = { Type: 'Pass', End: true };

describe('a task that waits for its token', () => {
  it('leaves a history in AWS’s types', async () => {
    stack = await serve({ work: ({ token }) => void setTimeout(() => void stack.succeed(token, { b: 2 }), 20) });

    const arn = await stack.run(await stack.machine(definitionOf({ Work: waitingTask() })), { a: 1 });

    expect(await stack.ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '{"b":2}' });
    const history = await stack.history(arn);
    expect(typesOf(history)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(history[2]?.taskScheduledEventDetails).toMatchObject({
      resourceType: 'lambda',
      resource: 'invoke.waitForTaskToken',
      region: 'us-east-1',
    });
    expect(history.map(({ previousEventId }) => previousEventId)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('takes one answer: the second is told that the task timed out', async () => {
    const tokens: unknown[] = [];
    stack = await serve({ work: ({ token }) => void tokens.push(token) });
    const arn = await stack.run(
      await stack.machine(definitionOf({ Work: waitingTask({}, { Next: 'More' }), More: waitingTask() })),
    );
    await until(() => tokens.length === 1);

    const answers = await Promise.allSettled([1, 2, 3].map((each) => stack.succeed(tokens[0], each)));

    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    await until(() => tokens.length === 2);
    await expect(stack.succeed(tokens[0])).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await stack.succeed(tokens[1], 'done');
    expect((await stack.ended(arn)).output).toBe('"done"');
    await expect(stack.succeed(tokens[1])).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('tells a token that is none, and an output that is none', async () => {
    const tokens: unknown[] = [];
    stack = await serve({ work: ({ token }) => void tokens.push(token) });
    await stack.run(await stack.machine(definitionOf({ Work: waitingTask() })));
    await until(() => tokens.length === 1);
    const token = String(tokens[0]);
    const forged = `${token.slice(0, 60)}${token[60] === 'A' ? 'B' : 'A'}${token.slice(61)}`;
    const taskToken = token;

    await expect(stack.succeed('nonsense')).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(stack.succeed(forged)).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(stack.client.send(new SendTaskSuccessCommand({ taskToken, output: '{' }))).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
    const output = JSON.stringify('x'.repeat(256 * 1024));
    await expect(stack.client.send(new SendTaskSuccessCommand({ taskToken, output }))).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
  });

  it('has a new token and new arguments at each retry; the old token is void', async () => {
    const calls: Record<string, unknown>[] = [];
    stack = await serve({
      work: (payload) => {
        calls.push(payload);
        if (calls.length < 3) throw new TypeError('not now');
      },
    });
    const Retry = [{ ErrorEquals: ['TypeError'], MaxAttempts: 5, IntervalSeconds: 10, JitterStrategy: 'FULL' }];
    const task = waitingTask({ count: '{% $states.context.State.RetryCount %}' }, { Retry, End: true });
    const arn = await stack.run(await stack.machine(definitionOf({ Work: task })));

    for (let turns = 0; turns < 200 && calls.length < 3; turns++) {
      stack.clock.turn(1000);
      await pause();
    }

    expect(calls.map(({ count }) => count)).toEqual([0, 1, 2]);
    expect(new Set(calls.map(({ token }) => token)).size).toBe(3);
    await expect(stack.succeed(calls[0]?.['token'])).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await stack.succeed(calls[2]?.['token']);
    await stack.ended(arn);
    expect(stack.now.service.spent(arn)).toEqual({ events: (await stack.history(arn)).length, transitions: 3 });
  });

  it('is not failed by its function once it was answered, nor is the task after it', async () => {
    let fail: (() => void) | undefined;
    const tokens: string[] = [];
    stack = await serve({
      work: async ({ token }) => {
        tokens.push(String(token));
        if (tokens.length > 1) return;
        await new Promise<void>((resolve) => {
          fail = resolve;
        });
        throw new Error('too late to matter');
      },
    });
    const states = { First: waitingTask({}, { Next: 'Second' }), Second: waitingTask() };
    const arn = await stack.run(await stack.machine(definitionOf(states)));
    await until(() => tokens.length === 1);

    await stack.succeed(tokens[0], 1);
    await until(() => tokens.length === 2);
    fail?.();
    await pause();
    await stack.succeed(tokens[1], 2);

    expect(await stack.ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '2' });
    expect(typesOf(await stack.history(arn))).not.toContain('TaskFailed');
  });

  it('is not timed out once it was answered, nor is the task after it', async () => {
    const tokens: string[] = [];
    stack = await serve({ work: ({ token }) => void tokens.push(String(token)) });
    const states = {
      First: waitingTask({}, { TimeoutSeconds: 60, Next: 'Second' }),
      Second: waitingTask({}, { TimeoutSeconds: 3600, End: true }),
    };
    const arn = await stack.run(await stack.machine(definitionOf(states)));
    await until(() => tokens.length === 1);

    const answered = stack.succeed(tokens[0]);
    await until(() => tokens.length === 2);
    stack.clock.turn(120_000);
    await answered;
    await pause();
    await stack.succeed(tokens[1], 'in time');

    expect((await stack.ended(arn)).output).toBe('"in time"');
  });

  it('fails with what its holder sends, which a catcher sees and assigns', async () => {
    stack = await serve({
      work: ({ token }) =>
        stack.client.send(new SendTaskFailureCommand({ taskToken: String(token), error: 'Broken', cause: 'a cup' })),
    });
    const Catch = [{ ErrorEquals: ['Broken'], Next: 'After', Assign: { why: '{% $states.errorOutput %}' }, Output: 7 }];
    const After = { Type: 'Pass', Output: { why: '{% $why %}', input: '{% $states.input %}' }, End: true };

    const arn = await stack.run(
      await stack.machine(definitionOf({ Work: waitingTask({}, { Catch, Next: 'After' }), After })),
    );

    const { output = '' } = await stack.ended(arn);
    expect(JSON.parse(output)).toEqual({ why: { Error: 'Broken', Cause: 'a cup' }, input: 7 });
  });

  it('times out after the seconds that JSONata says, as a week goes by', async () => {
    stack = await serve({ work: () => undefined });
    const Work = waitingTask({}, { TimeoutSeconds: '{% $states.input.days * 86400 %}', Catch: [caught], End: true });
    const arn = await stack.run(await stack.machine(definitionOf({ Work, Caught })), { days: 7 });
    await until(async () => typesOf(await stack.history(arn)).includes('TaskSubmitted'));

    stack.clock.turn(7 * 86_400_000 - 60_000);
    await pause();
    const before = await stack.describe(arn);
    stack.clock.turn(61_000);

    expect(before.status).toBe('RUNNING');
    expect((await stack.ended(arn)).output).toBe('{"Error":"States.Timeout","Cause":""}');
    expect(typesOf(await stack.history(arn))).toContain('TaskTimedOut');
  });

  it('fails without a heartbeat, and lives with one', async () => {
    const tokens: string[] = [];
    stack = await serve({ work: ({ token }) => void tokens.push(String(token)) });
    const Work = waitingTask({}, { HeartbeatSeconds: 60, Catch: [caught], End: true });
    const arn = await stack.run(await stack.machine(definitionOf({ Work, Caught })));
    await until(() => tokens.length === 1);
    const taskToken = tokens[0];

    for (let beats = 0; beats < 4; beats++) {
      stack.clock.turn(40_000);
      await stack.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    }
    const alive = await stack.describe(arn);
    stack.clock.turn(61_000);

    expect(alive.status).toBe('RUNNING');
    expect((await stack.ended(arn)).output).toContain('States.HeartbeatTimeout');
    await expect(stack.client.send(new SendTaskHeartbeatCommand({ taskToken }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
  });
});

describe('a task that invokes a function', () => {
  const Work = (more: object) => ({
    Type: 'Task',
    Resource: plainTask,
    Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' },
    ...more,
  });

  it('has the function’s answer as result', async () => {
    stack = await serve({ work: ({ n }) => ({ twice: Number(n) * 2 }) });
    const task = Work({ Output: '{% $states.result.Payload.twice %}', End: true });

    const arn = await stack.run(await stack.machine(definitionOf({ Work: task })), { n: 4 });

    expect((await stack.ended(arn)).output).toBe('8');
  });

  it('fails with the type of the function’s error, and its payload as cause', async () => {
    stack = await serve({
      work: () => {
        throw new RangeError('far off');
      },
    });

    const arn = await stack.run(await stack.machine(definitionOf({ Work: Work({ End: true }) })));

    const { status, error, cause = '' } = await stack.ended(arn);
    expect([status, error]).toEqual(['FAILED', 'RangeError']);
    expect(JSON.parse(cause)).toMatchObject({ errorType: 'RangeError', errorMessage: 'far off' });
  });

  it.each([
    [new ServiceError('TooManyRequestsException', 'slow down', 429), 'Lambda.TooManyRequestsException'],
    [new ServiceError('ServiceException', 'oh', 500), 'Lambda.ServiceException'],
    [new ServiceError('ResourceNotFoundException', 'no', 404), 'Lambda.ResourceNotFoundException'],
    [new Error('what'), 'Lambda.Unknown'],
  ])('names what Lambda refuses (%s)', async (refusal, error) => {
    stack = await serve({}, { invoke: () => Promise.reject(refusal) });

    const arn = await stack.run(await stack.machine(definitionOf({ Work: Work({ End: true }) })));

    expect(await stack.ended(arn)).toMatchObject({ status: 'FAILED', error });
  });

  it('is retried as often as its retrier says, and then caught', async () => {
    let calls = 0;
    stack = await serve({
      work: () => {
        calls++;
        throw new Error('never');
      },
    });
    const task = Work({ Retry: [once], Catch: [caught], End: true });

    const arn = await stack.run(await stack.machine(definitionOf({ Work: task, Caught })));

    expect((await stack.ended(arn, 1000)).status).toBe('SUCCEEDED');
    expect(calls).toBe(2);
  });

  it('takes an evaluation that fails for an error of its state', async () => {
    stack = await serve({ work: () => ({}) });
    const task = Work({ Output: '{% $states.result.Payload.none %}', Catch: [caught], End: true });

    const arn = await stack.run(await stack.machine(definitionOf({ Work: task, Caught })));

    expect((await stack.ended(arn)).output).toContain('States.QueryEvaluationError');
    expect(typesOf(await stack.history(arn))).toContain('EvaluationFailed');
  });
});
