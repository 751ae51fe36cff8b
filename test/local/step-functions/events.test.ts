import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BusEvent, Ports } from '../../../local/ports.ts';
import { definitionOf, plainTask } from './asl.ts';
import { type Served, serve, until } from './serving.ts';

let stack: Served;
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.close();
});

const fails = definitionOf({ A: { Type: 'Fail', Error: 'E', Cause: 'C' } });
const passes = definitionOf({ A: { Type: 'Pass', Output: 2, End: true } });

describe('the events of an execution', () => {
  it('tell that it runs and how it ended, in AWS’s shape', async () => {
    stack = await serve();

    const arn = await stack.run(await stack.machine(passes), { a: 1 }, 'one');
    const { startDate, stopDate } = await stack.ended(arn);

    const detail = {
      executionArn: arn,
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m',
      name: 'one',
      startDate: Number(startDate),
      input: '{"a":1}',
      inputDetails: { included: true },
      error: null,
      cause: null,
    };
    const about = { source: 'aws.states', detailType: 'Step Functions Execution Status Change', resources: [arn] };
    expect(stack.events).toEqual([
      { ...about, detail: { ...detail, status: 'RUNNING', stopDate: null, output: null, outputDetails: null } },
      {
        ...about,
        detail: {
          ...detail,
          status: 'SUCCEEDED',
          stopDate: Number(stopDate),
          output: '2',
          outputDetails: { included: true },
        },
      },
    ]);
  });

  it('leave out an input that is too large for an event', async () => {
    stack = await serve();

    await stack.ended(await stack.run(await stack.machine(fails), 'x'.repeat(250 * 1024)));

    expect(stack.events.at(-1)?.detail).toMatchObject({ input: null, inputDetails: { included: false }, error: 'E' });
  });

  it('are told again at the next start, in order, when they could not be told', async () => {
    const told: BusEvent[] = [];
    let works = false;
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const emit = (event: BusEvent): void => {
      if (!works) throw new Error('the bus is down');
      told.push(event);
    };
    stack = await serve({}, { emit });
    const arn = await stack.run(await stack.machine(fails));
    await stack.ended(arn);

    works = true;
    await stack.restart();
    await stack.restart();

    expect(told.map(({ detail }) => Reflect.get(detail, 'status'))).toEqual(['RUNNING', 'FAILED']);
  });

  it('are told when the bus is there again', async () => {
    let calls = 0;
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const emit = (): void => {
      if (++calls === 1) throw new Error('the bus is down');
    };
    stack = await serve({}, { emit });
    await stack.ended(await stack.run(await stack.machine(fails)));

    stack.clock.turn(2000);

    await until(() => calls === 3);
  });
});

describe('the log of a machine', () => {
  const secret = 'do-not-log';
  const Work = {
    Type: 'Task',
    Resource: plainTask,
    Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' },
    Assign: { kept: secret },
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Bad', Output: '{% $states.errorOutput %}' }],
    End: true,
  };
  const Bad = { Type: 'Fail', Error: 'Bad', Cause: '{% $states.input.Cause %}' };

  async function logged(Level: string, IncludeExecutionData: boolean) {
    const lines: { group: string; message: Record<string, unknown> }[] = [];
    const log: Ports['log'] = (group, _, given) => {
      for (const { message } of given) lines.push({ group, message: JSON.parse(message) });
    };
    const work = (payload: object): never => {
      throw new Error(JSON.stringify(payload));
    };
    stack = await serve({ work }, { log });
    const LogGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:/states/m:*';
    const Destinations = [{ CloudWatchLogsLogGroup: { LogGroupArn } }];
    const properties = { LoggingConfiguration: { Level, IncludeExecutionData, Destinations } };
    const machine = await stack.machine(definitionOf({ Work, Bad }), properties);
    await stack.ended(await stack.run(machine, { secret }));
    return { lines, types: lines.map(({ message }) => message['type']) };
  }

  it('has errors alone at level ERROR, and nothing of the data', async () => {
    const { lines, types } = await logged('ERROR', false);

    expect(types).toEqual(['TaskFailed', 'FailStateEntered', 'ExecutionFailed']);
    expect(new Set(lines.map(({ group }) => group))).toEqual(new Set(['/states/m']));
    expect(lines[0]?.message['details']).toEqual({ resourceType: 'lambda', resource: 'invoke', error: 'Error' });
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('has every event at level ALL, still without data', async () => {
    const { lines, types } = await logged('ALL', false);

    expect(types).toContain('ExecutionStarted');
    expect(types).toContain('TaskScheduled');
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('has the data where it is to be included, and nothing at level OFF', async () => {
    const all = await logged('ALL', true);
    await stack.close();
    const off = await logged('OFF', true);

    expect(JSON.stringify(all.lines)).toContain(secret);
    expect(off.lines).toEqual([]);
  });
});
