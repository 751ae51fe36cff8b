import type { Ports } from '../ports.ts';
import { ServiceError, type StackContext } from '../service.ts';
import { Announcer } from './announcer.ts';
import { resourceCaller } from './call-resource.ts';
import type { Machine } from './definition.ts';
import { drive } from './drive.ts';
import { Execution, type Outside } from './execution.ts';
import { logEvents } from './execution-log.ts';
import type { TaskResult } from './finish-task.ts';
import type { MachineOptions } from './machine-options.ts';
import { resume } from './resume.ts';
import { keepExecution, type Started, type StartRequest } from './start-execution.ts';
import type { ExecutionRow } from './store/executions.ts';
import type { HistoryEvent } from './store/journal.ts';
import type { Store } from './store/store.ts';
import { answerTask, beatTask } from './task-token.ts';
import { Timers } from './timers.ts';
import { type TokenOwner, Tokens } from './token.ts';
import { unavailable } from './unavailable.ts';

const reopenAfter = 1000;

/** The executions of a stack: those that run are in memory, all are kept. */
export class Executions {
  readonly #store: Store;
  readonly #ports: Pick<Ports, 'invoke' | 'emit' | 'log' | 'mayStart'>;
  readonly #timers: Timers;
  readonly #tokens: Tokens;
  readonly #announcer: Announcer;
  readonly #outside: Outside;
  readonly #now: () => number;
  readonly #running = new Map<string, Execution>();
  readonly #machines = new Map<number, Machine>();
  #closed = false;

  constructor({ clock }: StackContext, store: Store, ports: Pick<Ports, 'invoke' | 'emit' | 'log' | 'mayStart'>) {
    this.#store = store;
    this.#ports = ports;
    this.#now = () => Math.floor(clock.now());
    this.#timers = new Timers(clock);
    this.#tokens = new Tokens(store.tokenKey());
    this.#announcer = new Announcer(store, (event) => ports.emit(event), this.#timers, this.#now);
    this.#outside = {
      store,
      timers: this.#timers,
      tokens: this.#tokens,
      now: this.#now,
      call: resourceCaller(
        (name, payload, by) => ports.invoke(name, payload, by),
        (request, by) => {
          ports.mayStart(request.stateMachineArn, by);
          return this.start(request);
        },
      ),
      recorded: (row, events) => this.#log(row, events),
      ended: ({ arn }) => {
        this.#running.delete(arn);
        this.#announcer.tell(arn);
      },
      broken: (execution, error) => this.#reopen(execution, error),
    };
  }

  /** Whether `close` has begun: nothing is answered any more. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Starts an execution; it is kept, and its event told, when this returns. */
  start(request: StartRequest): Started {
    if (this.#closed) throw unavailable();
    const { row, isNew } = keepExecution(this.#store, (id) => this.#machineOf(id), request, this.#now());
    if (isNew) {
      this.#announcer.tell(row.arn);
      this.#log(row, this.#store.journal.history(row.arn, 0, 1, false));
      this.#open(row);
    }
    return { executionArn: row.arn, startDate: row.start };
  }

  /** Records a task's result; it is committed when this resolves. TaskTimedOut when the task does not wait for it any more. */
  answer(token: string, result: TaskResult): Promise<void> {
    return this.#withToken(token, (execution, owner) => answerTask(execution, owner, result));
  }

  /** Records that the holder of a token lives. */
  beat(token: string): Promise<void> {
    return this.#withToken(token, beatTask);
  }

  /** Aborts an execution; answers when it ended, in milliseconds. One that has ended stays as it is. */
  async stop(arn: string, why: { readonly error?: string; readonly cause?: string }): Promise<number> {
    const execution = this.#running.get(arn);
    await execution?.enqueue(() => {
      execution.event(undefined, 'ExecutionAborted', why);
      execution.end({ status: 'ABORTED', ...why });
    });
    if (this.#closed) throw unavailable();
    const row = this.#store.executions.find(arn);
    if (!row) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    if (row.stop === null) throw unavailable();
    return row.stop;
  }

  /** Goes on with all that ran, and tells what was not told. */
  resumeAll(): void {
    this.#announcer.tellAll();
    for (const row of this.#store.executions.running()) if (!this.#running.has(row.arn)) this.#open(row);
  }

  /** Forgets what ended at a time or before, and the definitions that only it had: a new one may get a forgotten one's id. */
  forget(before: number): void {
    this.#store.forget(before);
    this.#machines.clear();
  }

  /** Ends what goes on here. An answer that comes later is refused, for its giver to try again when the stack has started anew. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running.values()];
    this.#running.clear();
    await Promise.all(running.map((execution) => execution.close()));
    this.#timers.close();
  }

  #open(row: ExecutionRow): void {
    if (this.#closed) return;
    const execution = new Execution(row, this.#machineOf(row.definition), this.#outside, drive);
    this.#running.set(row.arn, execution);
    resume(execution);
  }

  /** What could not be committed has not happened: the execution goes on from what was kept, as after a crash. */
  #reopen(execution: Execution, error: unknown): void {
    const { arn, name } = execution.row;
    if (this.#closed || this.#running.get(arn) !== execution) return;
    console.error(`Execution ${name} goes on from what was kept: ${error instanceof Error ? error.message : error}`);
    void execution.close();
    this.#timers.at(this.#now() + reopenAfter, () => {
      const row = this.#store.executions.find(arn);
      if (row?.status === 'RUNNING' && this.#running.get(arn) === execution) this.#open(row);
    });
  }

  #machineOf(definition: number): Machine {
    // It was checked when it was kept; what a later version would refuse still goes on.
    const known =
      this.#machines.get(definition) ?? (JSON.parse(this.#store.machines.definition(definition)) as Machine);
    this.#machines.set(definition, known);
    return known;
  }

  #log(row: ExecutionRow, events: readonly HistoryEvent[]): void {
    const machine = this.#store.machines.find(row.machine);
    if (!machine) return;
    try {
      const { log } = this.#ports;
      logEvents(log, JSON.parse(machine.options) as MachineOptions, row, events);
    } catch (error) {
      // As on AWS, where logs are written by best effort, an execution goes on without them.
      console.error(`Events of execution ${row.name} were not logged.`, error);
    }
  }

  async #withToken(token: string, use: (execution: Execution, owner: TokenOwner) => Promise<boolean>): Promise<void> {
    const owner = this.#tokens.read(token);
    if (!owner) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
    const execution = this.#running.get(owner.execution);
    if (execution && (await use(execution, owner))) return;
    if (this.#closed) throw unavailable();
    const row = this.#store.executions.find(owner.execution);
    if (!row) throw new ServiceError('TaskDoesNotExist', 'Task does not exist: its execution is not kept any more.');
    if (row.status === 'RUNNING' && (!execution || execution.isOver)) throw unavailable();
    throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }
}
