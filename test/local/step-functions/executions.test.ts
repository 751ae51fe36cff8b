import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import { definitionOf, plainTask, waitingTask } from './asl.ts';
import { type Served, serve, typesOf, until } from './serving.ts';

let stack: Served;
afterEach(() => stack.close());

const day = 24 * 60 * 60 * 1000;
const waits = definitionOf({ Work: waitingTask() });
const passes = definitionOf({ A: { Type: 'Pass', End: true } });

describe('the name of an execution', () => {
  it('is answered again with the same input while it runs, and refused with another', async () => {
    stack = await serve({ work: () => undefined });
    const stateMachineArn = await stack.machine(waits);
    const start = (input: string) =>
      stack.client.send(new StartExecutionCommand({ stateMachineArn, name: 'one', input }));

    const first = await start('{"a":1}');
    stack.clock.turn(1000);

    expect(await start('{"a":1}')).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    await expect(start('{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect(stack.events).toHaveLength(1);
  });

  it('is free 90 days after the end, when the history is gone', async () => {
    stack = await serve();
    const machine = await stack.machine(passes);
    const arn = await stack.run(machine, {}, 'one');
    await stack.ended(arn);

    stack.clock.turn(89 * day);
    await expect(stack.run(machine, {}, 'one')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    stack.clock.turn(day + 3_700_000);
    await until(() =>
      stack.describe(arn).then(
        () => false,
        ({ name }) => name === 'ExecutionDoesNotExist',
      ),
    );

    expect(await stack.run(machine, { again: true }, 'one')).toBe(arn);
    await stack.ended(arn);
    expect((await stack.history(arn))[0]?.executionStartedEventDetails?.input).toBe('{"again":true}');
  });

  it.each(['', 'a b', 'a/b', 'a:b', 'x'.repeat(81), 'a\u0007', 'a*'])('is refused (%j)', async (name) => {
    stack = await serve();

    await expect(stack.run(await stack.machine(passes), {}, name)).rejects.toMatchObject({ name: 'InvalidName' });
  });

  it('need not be given, and input must be JSON of at most 256 KiB', async () => {
    stack = await serve();
    const stateMachineArn = await stack.machine(passes);
    const start = (input: string) => stack.client.send(new StartExecutionCommand({ stateMachineArn, input }));
    const refused = { name: 'InvalidExecutionInput' };

    await expect(start('{')).rejects.toMatchObject(refused);
    await expect(start(JSON.stringify('x'.repeat(256 * 1024)))).rejects.toMatchObject(refused);
    expect((await start('1')).executionArn).toMatch(/execution:m:[0-9a-f-]{36}$/);
  });
});

describe('an execution', () => {
  it('is aborted by StopExecution, once; its tokens are void', async () => {
    const tokens: unknown[] = [];
    stack = await serve({ work: ({ token }) => void tokens.push(token) });
    const executionArn = await stack.run(await stack.machine(waits));
    await until(() => tokens.length === 1);
    const stop = () => stack.client.send(new StopExecutionCommand({ executionArn, error: 'E', cause: 'C' }));

    const { stopDate } = await stop();
    stack.clock.turn(5000);

    expect((await stop()).stopDate).toEqual(stopDate);
    expect(await stack.describe(executionArn)).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C' });
    expect(typesOf(await stack.history(executionArn)).at(-1)).toBe('ExecutionAborted');
    await expect(stack.succeed(tokens[0])).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('times out by its machine’s TimeoutSeconds, which nothing catches', async () => {
    stack = await serve({ work: () => undefined });
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B' }];
    const states = { A: waitingTask({}, { Catch, Next: 'B' }), B: { Type: 'Succeed' } };
    const arn = await stack.run(await stack.machine(definitionOf(states, { TimeoutSeconds: 3600 })));

    stack.clock.turn(3_601_000);

    expect((await stack.ended(arn)).status).toBe('TIMED_OUT');
    expect(typesOf(await stack.history(arn)).at(-1)).toBe('ExecutionTimedOut');
  });

  it('starts another of its own machine', async () => {
    const start = {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Arguments: {
        StateMachineArn: '{% $states.context.StateMachine.Id %}',
        Name: '{% $states.context.Execution.Name & "-2" %}',
        Input: { again: false },
      },
      Output: '{% $states.result.ExecutionArn %}',
      End: true,
    };
    const again = { Type: 'Choice', Choices: [{ Condition: '{% $states.input.again %}', Next: 'Go' }], Default: 'End' };
    stack = await serve();
    const arn = await stack.run(
      await stack.machine(definitionOf({ 'Again?': again, Go: start, End: { Type: 'Succeed' } })),
      { again: true },
      'one',
    );

    expect((await stack.ended(arn)).output).toBe(JSON.stringify(`${arn}-2`));
    expect(await stack.ended(`${arn}-2`)).toMatchObject({ status: 'SUCCEEDED', input: '{"again":false}' });
    const [scheduled] = (await stack.history(arn)).flatMap((event) => event.taskScheduledEventDetails ?? []);
    expect(scheduled).toMatchObject({ resourceType: 'states', resource: 'startExecution' });
  });

  it('fails where a state gives more than 256 KiB, which States.ALL does not catch', async () => {
    stack = await serve({ work: () => 'x'.repeat(256 * 1024) });
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B' }];
    const A = { Type: 'Task', Resource: plainTask, Arguments: { FunctionName: 'work' }, Catch, Next: 'B' };

    const arn = await stack.run(await stack.machine(definitionOf({ A, B: { Type: 'Succeed' } })));

    expect(await stack.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('fails at 25,000 events of history, which no state catches', async () => {
    stack = await serve();
    const loop = { Type: 'Parallel', Branches: [{ StartAt: 'In', States: { In: { Type: 'Pass', Next: 'In' } } }] };
    const Catch = [{ ErrorEquals: ['States.Runtime'], Next: 'B' }];

    const arn = await stack.run(
      await stack.machine(definitionOf({ A: { ...loop, Catch, End: true }, B: { Type: 'Succeed' } })),
    );

    expect(await stack.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    const history = await stack.history(arn);
    expect(history.map(({ id }) => id)).toEqual(Array.from({ length: 25_000 }, (_, index) => index + 1));
    expect(history.at(-1)?.type).toBe('ExecutionFailed');
  });
});

describe('listings', () => {
  it('page through executions, the newest first, and by status', async () => {
    stack = await serve({ work: () => undefined });
    const stateMachineArn = await stack.machine(waits);
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) {
      await stack.run(stateMachineArn, {}, name);
      stack.clock.turn(1000);
    }
    const executionArn = (await stack.describe(`${stateMachineArn.replace('stateMachine', 'execution')}:c`))
      .executionArn;
    await stack.client.send(new StopExecutionCommand({ executionArn }));
    const list = (more: object) => stack.client.send(new ListExecutionsCommand({ stateMachineArn, ...more }));

    const seen: (string | undefined)[] = [];
    let page = await list({ maxResults: 2 });
    for (let pages = 0; pages < 5; pages++) {
      seen.push(...(page.executions ?? []).map(({ name }) => name));
      if (page.nextToken === undefined) break;
      page = await list({ maxResults: 2, nextToken: page.nextToken });
    }

    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
    const aborted = await list({ statusFilter: 'ABORTED' });
    expect(aborted.executions?.map(({ name }) => name)).toEqual(['c']);
    await expect(list({ nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(list({ maxResults: 1001 })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('page through a history, in either order, with data or without', async () => {
    stack = await serve();
    const executionArn = await stack.run(await stack.machine(passes), { secret: 1 });
    await stack.ended(executionArn);

    const upwards = await stack.history(executionArn, 1);
    const { events: downwards = [] } = await stack.client.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, includeExecutionData: false }),
    );

    expect(upwards.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(downwards.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
    expect(JSON.stringify(upwards)).toContain('secret');
    expect(JSON.stringify(downwards)).not.toContain('secret');
  });
});
