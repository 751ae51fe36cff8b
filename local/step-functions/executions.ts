import { randomUUID } from 'node:crypto';
import type { Ports } from '../ports.ts';
import { ServiceError, type StackContext } from '../service.ts';
import { resourceCaller } from './call-resource.ts';
import { type Machine, readDefinition } from './definition.ts';
import { Execution, type Outside, readToken } from './execution.ts';
import { flow } from './flow.ts';
import { resume } from './resume.ts';
import { acknowledge, beat } from './states/task.ts';
import { statusChangeEvent } from './status-change-event.ts';
import { type ExecutionRow, retention, type Store, type TaskResult } from './store.ts';

const inputLimit = 256 * 1024;

/** The executions of a stack: those that run are in memory, all are kept. */
export type Executions = ReturnType<typeof openExecutions>;

export function openExecutions(context: StackContext, store: Store, ports: Pick<Ports, 'invoke' | 'emit'>) {
  const running = new Map<string, Execution>();
  const machines = new Map<number, Machine>();
  const machineOf = (definition: number): Machine => {
    const known = machines.get(definition) ?? readDefinition(store.definition(definition));
    machines.set(definition, known);
    return known;
  };
  const tell = (row: ExecutionRow): void => {
    ports.emit(statusChangeEvent(row));
    store.told(row.arn, row.status);
  };
  const outside: Outside = {
    clock: context.clock,
    store,
    call: resourceCaller(ports.invoke, (given) => start(given)),
    statusChanged(arn) {
      running.delete(arn);
      const row = store.execution(arn);
      if (row) tell(row);
    },
  };

  function start({
    stateMachineArn,
    name = randomUUID(),
    input,
  }: {
    stateMachineArn: string;
    name?: string;
    input: string;
  }): { executionArn: string; startDate: number } {
    const machine = store.machine(stateMachineArn);
    if (!machine)
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: AWS names them among what a name may not hold.
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/.test(name))
      throw new ServiceError('InvalidName', `Invalid Name: '${name.slice(0, 100)}'`);
    checkInput(input);
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const before = store.execution(arn);
    if (before) {
      if (before.status === 'RUNNING' && before.input === input) return { executionArn: arn, startDate: before.start };
      const free = before.stop !== null && before.stop + retention <= context.clock.now();
      if (!free) throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const row = {
      arn,
      machine: stateMachineArn,
      name,
      definition: machine.definition,
      input,
      start: context.clock.now(),
    };
    store.commit(() => {
      store.addExecution(row);
      store.putThread(arn, mainThread(machineOf(machine.definition), input));
    });
    const kept = store.execution(arn);
    if (!kept) throw new Error(`Execution ${arn} was not kept.`);
    tell(kept);
    void begin(kept);
    return { executionArn: arn, startDate: row.start };
  }

  async function begin(row: ExecutionRow): Promise<void> {
    const execution = open(row);
    await execution.enqueue(async () => {
      execution.event(undefined, 'ExecutionStarted', {
        input: row.input,
        inputDetails: { truncated: false },
        roleArn: store.machine(row.machine)?.role ?? '',
      });
      const thread = execution.thread(0);
      if (thread) await flow.enter(execution, { ...thread, event: 1 }, execution.machine.StartAt, thread.input);
    });
  }

  function open(row: ExecutionRow): Execution {
    const execution = new Execution(row, machineOf(row.definition), outside, flow);
    for (const thread of store.threads(row.arn)) execution.threads.set(thread.id, thread);
    running.set(row.arn, execution);
    return execution;
  }

  async function withToken(token: string, use: (execution: Execution, thread: number) => boolean): Promise<void> {
    const found = readToken(token);
    if (!found || !store.execution(found.execution))
      throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
    const execution = running.get(found.execution);
    const taken = await execution?.enqueue(() => use(execution, found.thread));
    if (!taken)
      throw new ServiceError('TaskTimedOut', 'Task Timed Out: the task does not wait for this token any more.');
  }

  return {
    start,
    answer: (token: string, result: TaskResult) =>
      withToken(token, (execution, thread) => acknowledge(execution, thread, token, result)),
    beat: (token: string) => withToken(token, (execution, thread) => beat(execution, thread, token)),
    async stop(arn: string, error?: string, cause?: string): Promise<number> {
      const row = store.execution(arn);
      if (!row) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
      const execution = running.get(arn);
      await execution?.enqueue(() => {
        const why = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
        execution.event(undefined, 'ExecutionAborted', why);
        execution.end('ABORTED', why);
      });
      return store.execution(arn)?.stop ?? context.clock.now();
    },
    /** Goes on with all that ran, and tells what was not told. */
    resumeAll(): void {
      for (const row of store.untold()) tell(row);
      for (const row of store.running()) {
        if (row.events === 0) void begin(row);
        else resume(open(row));
      }
    },
    close(): void {
      for (const execution of running.values()) execution.close();
      running.clear();
    },
  };
}

function mainThread(machine: Machine, input: string) {
  return {
    id: 0,
    parent: null,
    item: null,
    value: null,
    state: machine.StartAt,
    input: JSON.parse(input) as unknown,
    variables: {},
    entered: 0,
    retries: [],
    wait: { type: 'None' as const },
    event: 0,
  };
}

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > inputLimit)
    throw new ServiceError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: it is over ${inputLimit} bytes`,
    );
  try {
    JSON.parse(input);
  } catch (error) {
    throw new ServiceError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${error instanceof Error ? error.message : error}'`,
    );
  }
}
