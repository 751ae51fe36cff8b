import type { Timer } from '../clock.ts';
import type { Sender } from '../ports.ts';
import { type AslError, asAslError } from './asl-error.ts';
import type { Machine, State } from './definition.ts';
import { Fan } from './fan.ts';
import { historyLimit } from './limits.ts';
import type { End, ExecutionRow } from './store/executions.ts';
import type { HistoryEvent } from './store/journal.ts';
import type { Store } from './store/store.ts';
import type { Thread, Wait } from './thread.ts';
import type { Timers } from './timers.ts';
import type { Tokens } from './token.ts';

/** What an execution may do with the world outside. */
export interface Outside {
  readonly store: Store;
  readonly timers: Timers;
  readonly tokens: Tokens;
  /** Whole milliseconds since the epoch. */
  now(): number;
  /** Calls a task's resource as `by`; resolves with its result, rejects with an AslError. `task` tells one call from another. */
  call(resource: string, given: unknown, task: string, by: Sender): Promise<unknown>;
  /** Events were committed. */
  recorded(row: ExecutionRow, events: readonly HistoryEvent[]): void;
  /** The end was committed. */
  ended(row: ExecutionRow): void;
  /** A step could not be committed: what is in memory is void. */
  broken(execution: Execution, error: unknown): void;
}

/** What a state hands on: to the next state, or as its thread's result. */
export interface Exit {
  readonly output: unknown;
  readonly next: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What happens in a thread's state: it is left, or waits on. What it throws is the state's failure. */
export type Work = (thread: Thread, state: State) => Exit | undefined | Promise<Exit | undefined>;

/** Lets something happen in a thread's state, and all threads go on until they wait or end. */
export type Drive = (execution: Execution, id?: number, work?: Work) => Promise<void>;

/** No more events fit: the execution fails, and no state can catch that. */
export class HistoryFull extends Error {}

/** A call to go out once its task is committed. */
interface Call {
  readonly thread: number;
  readonly work: () => void;
}

/** Stands for no thread. */
const none = -1;

/** What was to be kept could not be: nothing of it has happened. */
class CommitFailed extends Error {}

/**
 * A running execution. All that one step changes is one transaction, and only then calls go out; what happens to it comes one
 * after the other through `enqueue`.
 */
export class Execution {
  readonly row: ExecutionRow;
  readonly machine: Machine;
  readonly outside: Outside;
  readonly input: unknown;
  readonly fans = new Map<number, Fan>();
  readonly #drive: Drive;
  readonly #threads = new Map<number, Thread>();
  readonly #timers = new Map<number, Timer[]>();
  readonly #changed = new Set<number>();
  readonly #ready = new Set<number>();
  #pending: HistoryEvent[] = [];
  #writes: ((store: Store) => void)[] = [];
  #calls: Call[] = [];
  #events: number;
  #transitions: number;
  #lastThread = 0;
  #end: End | undefined;
  #closed = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(row: ExecutionRow, machine: Machine, outside: Outside, drive: Drive) {
    this.row = row;
    this.machine = machine;
    this.outside = outside;
    this.input = JSON.parse(row.input);
    this.#drive = drive;
    this.#events = row.events;
    this.#transitions = row.transitions;
    this.#load();
  }

  #load(): void {
    const { journal } = this.outside.store;
    for (const thread of journal.threads(this.row.arn)) {
      this.#threads.set(thread.id, thread);
      this.#lastThread = Math.max(this.#lastThread, thread.id);
      if (thread.wait.type === 'Ready') this.#ready.add(thread.id);
    }
    for (const [id, iterations] of Map.groupBy(journal.iterations(this.row.arn), ({ thread }) => thread)) {
      const begun = [...this.#threads.values()].filter(({ parent }) => parent === id).map(({ item }) => item ?? 0);
      this.fans.set(id, Fan.of(iterations, begun));
    }
  }

  /** No step begins any more: the execution has ended, or goes on in another process. */
  get isOver(): boolean {
    return this.hasEnded || this.#closed;
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  get threads(): readonly Thread[] {
    return [...this.#threads.values()];
  }

  thread(id: number): Thread | undefined {
    return this.#threads.get(id);
  }

  /** Events that are not committed yet. */
  get uncommitted(): number {
    return this.#pending.length;
  }

  /** Runs one step after those before it, and commits what it changes; undefined when the execution is over. */
  enqueue<T>(step: () => Promise<T> | T, options: { readonly soon?: boolean } = {}): Promise<T | undefined> {
    const done = this.#queue.then(async () => {
      if (this.isOver) return undefined;
      let result: T | undefined;
      try {
        result = await step();
      } catch (error) {
        if (error instanceof CommitFailed) throw error;
        this.failWith(asAslError(error));
      }
      await this.commit(options.soon);
      return result;
    });
    this.#queue = done.catch((error: unknown) => this.outside.broken(this, error));
    return done;
  }

  /** Lets something happen in a thread's state, if it still waits as `expected` says; whether it did. */
  async happen(id: number, expected: (wait: Wait) => boolean, work: Work): Promise<boolean> {
    const happened = await this.enqueue(async () => {
      const thread = this.thread(id);
      if (!thread || !expected(thread.wait)) return false;
      await this.#drive(this, id, work);
      return true;
    });
    return happened ?? false;
  }

  /** As `happen`, for what nobody waits for: should the commit fail, `broken` has been told. */
  occur(id: number, expected: (wait: Wait) => boolean, work: Work): void {
    this.happen(id, expected, work).catch(() => undefined);
  }

  /** Lets all threads that are ready go on. */
  go(): void {
    this.enqueue(() => this.#drive(this)).catch(() => undefined);
  }

  /**
   * Ends timers and waits for the step that is under way. It follows what has happened to its end and is committed, but enters no
   * further state and lets no call go out; what is kept goes on in another process.
   */
  async close(): Promise<void> {
    this.#closed = true;
    for (const id of [...this.#timers.keys()]) this.disarm(id);
    await this.#queue;
  }

  /** Adds to the history; the thread's chain of events, where one is named, goes on from it. */
  event(id: number | undefined, type: string, details: Readonly<Record<string, unknown>> = {}): void {
    const isLast = type.startsWith('Execution') && type !== 'ExecutionStarted';
    if (this.#events >= historyLimit - (isLast ? 0 : 1))
      throw new HistoryFull(`The execution reached the maximum number of history events (${historyLimit}).`);
    const event = ++this.#events;
    const thread = id === undefined ? undefined : this.thread(id);
    this.#pending.push({ id: event, previous: thread?.event ?? event - 1, time: this.outside.now(), type, details });
    if (thread) this.put({ ...thread, event });
  }

  /** Counts a state transition: a state is entered, or retried. */
  transition(): void {
    this.#transitions++;
  }

  put(thread: Thread): Thread {
    this.#threads.set(thread.id, thread);
    this.#changed.add(thread.id);
    if (thread.wait.type === 'Ready') this.#ready.add(thread.id);
    else this.#ready.delete(thread.id);
    return thread;
  }

  newThreadId(): number {
    return ++this.#lastThread;
  }

  takeReady(): number | undefined {
    const [id] = this.#ready;
    if (id !== undefined) this.#ready.delete(id);
    return id;
  }

  /** Ends a thread and those within it. */
  remove(id: number): void {
    this.removeChildren(id);
    this.disarm(id);
    this.#threads.delete(id);
    this.#ready.delete(id);
    this.#changed.add(id);
  }

  /** Ends the threads of a thread's Map or Parallel. */
  removeChildren(id: number): void {
    if (!this.fans.delete(id)) return;
    for (const child of this.threads) if (child.parent === id) this.remove(child.id);
    this.#writes.push(({ journal }) => journal.removeIterations(this.row.arn, id));
  }

  fanOut(id: number, items: readonly unknown[]): Fan {
    const fan = new Fan(items);
    this.fans.set(id, fan);
    this.#writes.push(({ journal }) => {
      for (const [item, value] of items.entries()) journal.addIteration(this.row.arn, id, item, value);
    });
    return fan;
  }

  finishItem(id: number, fan: Fan, item: number, result: unknown): void {
    fan.finish(item, result);
    this.#writes.push(({ journal }) => journal.endIteration(this.row.arn, id, item, result));
  }

  /** Lets a thread's task be called once what has changed is committed; should the execution close before, at its next start. */
  callAfterCommit(thread: number, work: () => void): void {
    this.#calls.push({ thread, work });
  }

  /** Calls back at a time, unless the thread's timers are disarmed before. */
  arm(id: number, time: number, callback: () => void): void {
    this.#timers.set(id, [...(this.#timers.get(id) ?? []), this.outside.timers.at(time, callback)]);
  }

  /** Calls back at a time, unless the execution ends before. */
  armEnd(time: number, callback: () => void): void {
    this.arm(none, time, callback);
  }

  disarm(id: number): void {
    for (const timer of this.#timers.get(id) ?? []) timer.cancel();
    this.#timers.delete(id);
  }

  end(end: End): void {
    this.#end = end;
    for (const id of [...this.#timers.keys()]) this.disarm(id);
  }

  failWith({ error, cause }: AslError): void {
    this.event(undefined, 'ExecutionFailed', { error, cause });
    this.end({ status: 'FAILED', error, cause });
  }

  /** Commits what has changed, together with what others change in this turn, then lets its calls go out. */
  async commit(soon = false): Promise<void> {
    const end = this.#end;
    if (this.#pending.length + this.#changed.size + this.#writes.length === 0 && !end) return;
    const { store } = this.outside;
    let isCommitted = false;
    const write = (): void => this.#write(store, end);
    const then = (): void => {
      isCommitted = true;
      this.#committed(end);
    };
    try {
      await store.commitTogether(write, then, soon && !end);
    } catch (cause) {
      if (isCommitted) throw cause;
      throw new CommitFailed(`A step of ${this.row.name} could not be committed.`, { cause });
    }
  }

  #committed(end: End | undefined): void {
    const [events, calls] = [this.#pending, this.#calls];
    this.#pending = [];
    this.#writes = [];
    this.#calls = [];
    this.#changed.clear();
    if (events.length > 0) this.outside.recorded(this.row, events);
    for (const { work } of end ? [] : calls) work();
    if (end) this.outside.ended(this.row);
  }

  /** Has the calls that have not gone out kept as such. */
  #hold(): void {
    for (const { thread: id } of this.#calls.splice(0)) {
      const thread = this.thread(id);
      if (thread?.wait.type === 'Task') this.put({ ...thread, wait: { ...thread.wait, held: true } });
    }
  }

  #write({ executions, journal }: Store, end: End | undefined): void {
    const { arn } = this.row;
    if (this.#closed) this.#hold();
    for (const event of this.#pending) journal.addEvent(arn, event);
    if (this.#pending.length > 0) executions.progress(arn, this.#events, this.#transitions);
    if (end) {
      executions.end(arn, this.outside.now(), end);
      journal.removePlaces(arn);
      return;
    }
    for (const write of this.#writes) write(this.outside.store);
    for (const id of this.#changed) {
      const thread = this.#threads.get(id);
      if (thread) journal.putThread(arn, thread);
      else journal.removeThread(arn, id);
    }
  }
}
