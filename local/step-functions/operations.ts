import { ServiceError, type StackContext } from '../service.ts';
import type { Executions } from './executions.ts';
import { historyEvents } from './history-shape.ts';
import { putMachine } from './machine-resource.ts';
import type { ExecutionRow, MachineRow, Store } from './store.ts';

/** What operations work on. */
export interface Parts {
  readonly context: StackContext;
  readonly store: Store;
  readonly executions: Executions;
}

// biome-ignore lint/suspicious/noExplicitAny: an input is what a client sent; each operation reads its own members.
type Operation = (input: any, parts: Parts) => object | Promise<object>;

const seconds = (milliseconds: number): number => milliseconds / 1000;
const outputLimit = 262_144;

/** The operations of Step Functions that the local stack has, by name. */
export const operations: Readonly<Record<string, Operation>> = {
  StartExecution({ stateMachineArn, name, input = '{}' }, { executions }) {
    const { executionArn, startDate } = executions.start({
      stateMachineArn,
      ...(name === undefined ? {} : { name }),
      input,
    });
    return { executionArn, startDate: seconds(startDate) };
  },
  async StopExecution({ executionArn, error, cause }, { executions }) {
    return { stopDate: seconds(await executions.stop(executionArn, error, cause)) };
  },
  async SendTaskSuccess({ taskToken, output }, { executions }) {
    await executions.answer(required(taskToken, 'taskToken'), { output: parseOutput(output) });
    return {};
  },
  async SendTaskFailure({ taskToken, error = '', cause = '' }, { executions }) {
    await executions.answer(required(taskToken, 'taskToken'), { error, cause });
    return {};
  },
  async SendTaskHeartbeat({ taskToken }, { executions }) {
    await executions.beat(required(taskToken, 'taskToken'));
    return {};
  },
  DescribeExecution({ executionArn }, { store }) {
    const row = found(store.execution(executionArn), executionArn);
    const { input, output, error, cause } = row;
    return {
      ...summary(row),
      input,
      inputDetails: { included: true },
      ...(output === null ? {} : { output, outputDetails: { included: true } }),
      ...(error === null ? {} : { error }),
      ...(cause === null ? {} : { cause }),
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
    };
  },
  ListExecutions({ stateMachineArn, statusFilter, maxResults = 100, nextToken }, { store }) {
    machineOf(store, stateMachineArn);
    const limit = maxResults === 0 ? 100 : maxResults;
    const rows = store.list(
      stateMachineArn,
      statusFilter ?? null,
      nextToken === undefined ? undefined : read(nextToken),
      limit + 1,
    );
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      executions: shown.map(summary),
      ...(rows.length > limit && last ? { nextToken: write({ start: last.start, arn: last.arn }) } : {}),
    };
  },
  GetExecutionHistory(
    { executionArn, reverseOrder = false, maxResults = 100, nextToken, includeExecutionData = true },
    { store },
  ) {
    found(store.execution(executionArn), executionArn);
    const limit = maxResults === 0 ? 100 : maxResults;
    const from =
      nextToken === undefined
        ? reverseOrder
          ? Number.MAX_SAFE_INTEGER
          : 0
        : Number(read<{ id: number }>(nextToken).id);
    const events = store.history(executionArn, from, limit, reverseOrder);
    const last = events.at(-1);
    const more = last !== undefined && store.history(executionArn, last.id, 1, reverseOrder).length > 0;
    return {
      events: historyEvents(events, includeExecutionData),
      ...(more ? { nextToken: write({ id: last.id }) } : {}),
    };
  },
  DescribeStateMachine({ stateMachineArn }, { store }) {
    return machineShape(machineOf(store, stateMachineArn), store);
  },
  DescribeStateMachineForExecution({ executionArn }, { store }) {
    const row = found(store.execution(executionArn), executionArn);
    const machine = machineOf(store, row.machine);
    return {
      stateMachineArn: machine.arn,
      name: machine.name,
      definition: store.definition(row.definition),
      roleArn: machine.role,
      updateDate: seconds(machine.created),
    };
  },
  ListStateMachines(_, { store }) {
    return {
      stateMachines: store.machines().map(({ arn, name, created }) => ({
        stateMachineArn: arn,
        name,
        type: 'STANDARD',
        creationDate: seconds(created),
      })),
    };
  },
  CreateStateMachine({ name, definition, roleArn, type = 'STANDARD' }, { context, store }) {
    if (type !== 'STANDARD')
      throw new ServiceError(
        'ValidationException',
        `The local stack has state machines of type STANDARD, not ${type}.`,
      );
    const { partition, region, account, clock } = context;
    const arn = `arn:${partition}:states:${region}:${account}:stateMachine:${name}`;
    putMachine(store, { arn, name, role: roleArn, text: definition, logging: '{}', now: clock.now() });
    return { stateMachineArn: arn, creationDate: seconds(store.machine(arn)?.created ?? 0) };
  },
  UpdateStateMachine({ stateMachineArn, definition, roleArn }, { context, store }) {
    const machine = machineOf(store, stateMachineArn);
    putMachine(store, {
      ...machine,
      role: roleArn ?? machine.role,
      text: definition ?? store.definition(machine.definition),
      now: context.clock.now(),
    });
    return { updateDate: seconds(context.clock.now()) };
  },
  DeleteStateMachine({ stateMachineArn }, { store }) {
    store.removeMachine(stateMachineArn);
    return {};
  },
};

function summary({ arn, machine, name, status, start, stop }: ExecutionRow) {
  return {
    executionArn: arn,
    stateMachineArn: machine,
    name,
    status,
    startDate: seconds(start),
    ...(stop === null ? {} : { stopDate: seconds(stop) }),
  };
}

function machineShape({ arn, name, role, definition, created, logging }: MachineRow, store: Store): object {
  return {
    stateMachineArn: arn,
    name,
    status: 'ACTIVE',
    definition: store.definition(definition),
    roleArn: role,
    type: 'STANDARD',
    creationDate: seconds(created),
    loggingConfiguration: loggingShape(logging),
  };
}

function loggingShape(text: string): object {
  const { Level = 'OFF', IncludeExecutionData = false } = JSON.parse(text) as {
    Level?: string;
    IncludeExecutionData?: boolean;
  };
  return { level: Level, includeExecutionData: IncludeExecutionData };
}

function found(row: ExecutionRow | undefined, arn: string): ExecutionRow {
  if (!row) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return row;
}

function machineOf(store: Store, arn: string): MachineRow {
  const machine = store.machine(arn);
  if (!machine) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

function required(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '')
    throw new ServiceError('ValidationException', `${name} must be given.`);
  return value;
}

function parseOutput(output: unknown): unknown {
  if (typeof output !== 'string' || Buffer.byteLength(output) > outputLimit)
    throw new ServiceError('InvalidOutput', `Invalid Output: JSON text of at most ${outputLimit} bytes is expected.`);
  try {
    return JSON.parse(output);
  } catch {
    throw new ServiceError('InvalidOutput', "Invalid Output: 'it is not JSON'");
  }
}

function write(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function read<T = { start: number; arn: string }>(token: string): T {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as T;
  } catch {
    throw new ServiceError('InvalidToken', `Invalid Token: '${token.slice(0, 50)}'`);
  }
}
