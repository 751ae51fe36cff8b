import { SendTaskFailureCommand } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../local/ports.ts';
import { definitionOf, plainTask, waitingTask } from './asl.ts';
import { pause, type Served, serve, typesOf, until } from './serving.ts';

let stack: Served;
afterEach(() => stack.close());

const submitted = (arn: string) => async () => typesOf(await stack.history(arn)).includes('TaskSubmitted');

describe('after a restart', () => {
  it('a task whose function was called waits on, and is not called again', async () => {
    const tokens: unknown[] = [];
    stack = await serve({ work: ({ token }) => void tokens.push(token) });
    const arn = await stack.run(await stack.machine(definitionOf({ Work: waitingTask() })));
    await until(submitted(arn));

    for (let times = 0; times < 3; times++) await stack.restart();
    await stack.succeed(tokens[0], 'there');

    expect(await stack.ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '"there"' });
    expect(tokens).toHaveLength(1);
    expect(stack.events.map(({ detail }) => Reflect.get(detail, 'status'))).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  it('a call that was not known to have ended counts as Lambda.Unknown, and is retried', async () => {
    let calls = 0;
    stack = await serve({ work: () => (++calls === 1 ? new Promise(() => undefined) : 'second') });
    const Retry = [{ ErrorEquals: ['Lambda.Unknown'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const Work = { Type: 'Task', Resource: plainTask, Arguments: { FunctionName: 'work' }, Retry, End: true };
    const arn = await stack.run(await stack.machine(definitionOf({ Work })));
    await until(() => calls === 1);

    await stack.restart();

    expect((await stack.ended(arn, 500)).output).toContain('second');
    const [failed] = (await stack.history(arn)).flatMap((event) => event.taskFailedEventDetails ?? []);
    expect(failed?.error).toBe('Lambda.Unknown');
  });

  it('an execution is not started a second time by the task that started it', async () => {
    const start = {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Arguments: { StateMachineArn: '{% $states.input.other %}', Name: 'child' },
      End: true,
    };
    let restarted: Promise<void> | undefined;
    const told: unknown[] = [];
    const emit = ({ detail }: BusEvent): void => {
      told.push(`${Reflect.get(detail, 'name')} ${Reflect.get(detail, 'status')}`);
      // The stack ends after the child was kept, and before the task's result is.
      if (told.at(-1) === 'child RUNNING') restarted ??= stack.restart();
    };
    stack = await serve({}, { emit });
    const other = await stack.machine(definitionOf({ A: { Type: 'Succeed' } }), {}, 'other');
    const arn = await stack.run(await stack.machine(definitionOf({ Start: start })), { other }, 'parent');
    await until(() => restarted !== undefined);
    await restarted;

    expect((await stack.ended(arn)).status).toBe('SUCCEEDED');
    await until(() => told.includes('child SUCCEEDED'));
    expect(typesOf(await stack.history(arn)).filter((type) => type === 'TaskScheduled')).toHaveLength(1);
  });

  it('time-outs, waits and retries are due when they were', async () => {
    let calls = 0;
    stack = await serve({
      work: () => {
        if (++calls === 1) throw new Error('once');
      },
    });
    const Retry = [{ ErrorEquals: ['Error'], IntervalSeconds: 600 }];
    const Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'End', Output: 'late' }];
    const Work = waitingTask({}, { TimeoutSeconds: 3600, Retry, Catch, Next: 'End' });
    const states = { Wait: { Type: 'Wait', Seconds: 60, Next: 'Work' }, Work, End: { Type: 'Succeed' } };
    const arn = await stack.run(await stack.machine(definitionOf(states)));
    const turn = async (seconds: number): Promise<void> => {
      await stack.restart();
      stack.clock.turn(seconds * 1000);
      await pause();
      await pause();
    };

    await turn(30);
    expect(calls).toBe(0);
    await turn(31);
    await until(() => calls === 1);
    await turn(590);
    expect(calls).toBe(1);
    await turn(11);
    await until(submitted(arn));
    await turn(3590);
    expect((await stack.describe(arn)).status).toBe('RUNNING');
    await turn(11);

    expect((await stack.ended(arn)).output).toBe('"late"');
    expect(calls).toBe(2);
  });

  it('a Map goes on with the items that are left, at any point of it', async () => {
    const tokens = new Map<unknown, unknown>();
    const calls: unknown[] = [];
    stack = await serve({
      work: ({ token, n }) => {
        calls.push(n);
        tokens.set(n, token);
      },
    });
    const items = Array.from({ length: 10 }, (_, index) => index);
    const Each = waitingTask({ n: '{% $states.context.Map.Item.Value & $x %}' });
    const map = {
      Type: 'Map',
      Items: items,
      MaxConcurrency: 3,
      ItemProcessor: { StartAt: 'Mark', States: { Mark: { Type: 'Pass', Assign: { x: '!' }, Next: 'Each' }, Each } },
      End: true,
    };
    const arn = await stack.run(await stack.machine(definitionOf({ A: map })));

    for (const item of items) {
      await until(() => tokens.has(`${item}!`));
      await until(async () => {
        const types = typesOf(await stack.history(arn));
        return types.filter((type) => type === 'TaskSubmitted').length === calls.length;
      });
      await stack.restart();
      await stack.succeed(tokens.get(`${item}!`), item * 10);
    }

    expect((await stack.ended(arn)).output).toBe(JSON.stringify(items.map((item) => item * 10)));
    expect(calls).toHaveLength(10);
  });

  it('a token of a task that has failed is still known to be over', async () => {
    const tokens: string[] = [];
    stack = await serve({ work: ({ token }) => void tokens.push(String(token)) });
    const arn = await stack.run(await stack.machine(definitionOf({ Work: waitingTask() })));
    await until(submitted(arn));
    await stack.client.send(new SendTaskFailureCommand({ taskToken: tokens[0], error: 'E' }));

    await stack.restart();

    await expect(stack.succeed(tokens[0])).rejects.toMatchObject({ name: 'TaskTimedOut' });
    expect(await stack.describe(arn)).toMatchObject({ status: 'FAILED', error: 'E' });
  });

  it('what runs keeps its definition, though the machine has another by then', async () => {
    const tokens: unknown[] = [];
    stack = await serve({ work: ({ token }) => void tokens.push(token) });
    const End = (Output: string) => ({ Type: 'Succeed', Output });
    const states = (output: string) => definitionOf({ Work: waitingTask({}, { Next: 'End' }), End: End(output) });
    const arn = await stack.run(await stack.machine(states('old')));
    await until(submitted(arn));

    await stack.machine(states('new'));
    await stack.restart();
    await stack.succeed(tokens[0]);

    expect((await stack.ended(arn)).output).toBe('"old"');
  });
});
