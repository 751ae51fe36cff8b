import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../clock.ts';
import { AslError } from './asl-error.ts';
import type { Machine, State } from './definition.ts';
import type { View } from './expression.ts';
import type { ExecutionRow, HistoryEvent, Store, Thread, Wait } from './store.ts';

/** What states may do with the world outside. */
export interface Outside {
  readonly clock: Clock;
  readonly store: Store;
  /** Calls a task's resource; resolves with its result, rejects with an AslError. */
  call(resource: string, given: unknown): Promise<unknown>;
  /** An execution's status was committed. */
  statusChanged(arn: string): void;
}

/** How threads go from state to state. */
export interface Flow {
  /** A thread enters a state and goes on until it waits or ends. */
  enter(execution: Execution, thread: Thread, name: string, input: unknown): Promise<void>;
  /** A thread leaves its state. */
  leave(execution: Execution, id: number, exit: Exit): Promise<void>;
  /** A state has failed: it is retried, caught, or its thread fails. */
  fail(execution: Execution, id: number, error: AslError): Promise<void>;
}

/** What a state hands on: to the next state, or as its thread's result. */
export interface Exit {
  readonly output: unknown;
  readonly next: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export const historyLimit = 25_000;
const dataLimit = 256 * 1024;

/**
 * One running execution. Its threads go from state to state until they wait; all that one step changes is one transaction. What
 * happens to it comes one after the other through `enqueue`.
 */
export class Execution {
  readonly row: ExecutionRow;
  readonly machine: Machine;
  readonly outside: Outside;
  readonly flow: Flow;
  readonly threads = new Map<number, Thread>();
  readonly #timers = new Map<number, Timer[]>();
  #events: number;
  #transitions: number;
  #pending: HistoryEvent[] = [];
  readonly #changed = new Set<number>();
  #end:
    | { status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'; output?: string; error?: string; cause?: string }
    | undefined;
  #after: (() => void)[] = [];
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(row: ExecutionRow, machine: Machine, outside: Outside, flow: Flow) {
    this.row = row;
    this.machine = machine;
    this.outside = outside;
    this.flow = flow;
    this.#events = row.events;
    this.#transitions = row.transitions;
  }

  get isOver(): boolean {
    return this.#end !== undefined || this.#closed;
  }

  /** Runs one step: what it changes is committed together, then what it has planned with `afterCommit` happens. */
  enqueue<T>(step: () => Promise<T> | T, relaxed = false): Promise<T | undefined> {
    const done = this.#queue.then(async () => {
      if (this.isOver) return undefined;
      const result = await step();
      this.#commit(relaxed);
      return result;
    });
    this.#queue = done.catch((error: unknown) => console.error(`Execution ${this.row.name}: a step failed.`, error));
    return done;
  }

  /** Stops all timers; what is kept goes on in another process. */
  close(): void {
    this.#closed = true;
    for (const id of this.#timers.keys()) this.disarm(id);
  }

  event(thread: Thread | undefined, type: string, details: object = {}): number {
    if (this.#events >= historyLimit)
      throw new AslError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${historyLimit}).`,
      );
    const id = ++this.#events;
    const previous = thread ? (this.threads.get(thread.id)?.event ?? thread.event) : id - 1;
    this.#pending.push({ id, previous, time: this.outside.clock.now(), type, details });
    if (thread) this.put({ ...(this.threads.get(thread.id) ?? thread), event: id });
    return id;
  }

  transition(): void {
    this.#transitions++;
  }

  put(thread: Thread): Thread {
    this.threads.set(thread.id, thread);
    this.#changed.add(thread.id);
    return thread;
  }

  thread(id: number): Thread | undefined {
    return this.threads.get(id);
  }

  /** Ends a thread and those of its Map or Parallel. */
  remove(id: number): void {
    for (const child of [...this.threads.values()]) if (child.parent === id) this.remove(child.id);
    this.disarm(id);
    this.threads.delete(id);
    this.#changed.add(id);
  }

  removeChildren(id: number): void {
    for (const child of [...this.threads.values()]) if (child.parent === id) this.remove(child.id);
  }

  afterCommit(work: () => void): void {
    this.#after.push(work);
  }

  /** Calls back at a time of the clock, unless the thread has gone on. */
  arm(id: number, time: number, wait: Wait, callback: () => void): void {
    const timer = this.outside.clock.at(time, () => {
      const now = this.threads.get(id)?.wait;
      if (now?.type === wait.type && attemptOf(now) === attemptOf(wait)) callback();
    });
    this.#timers.set(id, [...(this.#timers.get(id) ?? []), timer]);
  }

  disarm(id: number): void {
    for (const timer of this.#timers.get(id) ?? []) timer.cancel();
    this.#timers.delete(id);
  }

  /** The machine whose states a thread goes through. */
  machineOf(thread: Thread): Machine {
    if (thread.parent === null) return this.machine;
    const parent = this.threads.get(thread.parent);
    const state = parent && this.stateOf(parent);
    const inner = state?.ItemProcessor ?? state?.Branches?.[thread.item ?? 0];
    if (!inner) throw new Error(`Thread ${thread.id} of ${this.row.name} has no parent.`);
    return inner;
  }

  stateOf(thread: Thread): State {
    const state = this.machineOf(thread).States[thread.state];
    if (!state) throw new Error(`There is no state ${thread.state} in ${this.row.name}.`);
    return state;
  }

  /** The variables that a thread sees: its own, and those of the threads around it. */
  variables(thread: Thread): Readonly<Record<string, unknown>> {
    const parent = thread.parent === null ? undefined : this.threads.get(thread.parent);
    return parent ? { ...this.variables(parent), ...thread.variables } : thread.variables;
  }

  /** What expressions of a thread's state see. */
  view(
    thread: Thread,
    also: { result?: unknown; errorOutput?: unknown; token?: string; item?: { index: number; value: unknown } } = {},
  ): View {
    const { token, item, ...rest } = also;
    const { arn, name, input, start, machine } = this.row;
    const map = item ?? (thread.item === null ? undefined : { index: thread.item, value: thread.value });
    const context = {
      Execution: { Id: arn, Name: name, Input: JSON.parse(input), StartTime: new Date(start).toISOString() },
      State: {
        Name: thread.state,
        EnteredTime: new Date(thread.entered).toISOString(),
        RetryCount: attemptOf(thread.wait),
      },
      StateMachine: { Id: machine, Name: machine.split(':').at(-1) },
      ...(token === undefined ? {} : { Task: { Token: token } }),
      ...(map ? { Map: { Item: { Index: map.index, Value: map.value } } } : {}),
    };
    return { states: { input: thread.input, context, ...rest }, variables: this.variables(thread) };
  }

  end(
    status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED',
    result: { output?: string; error?: string; cause?: string },
  ): void {
    this.#end = { status, ...result };
    for (const id of [...this.threads.keys()]) this.disarm(id);
  }

  failWith(error: AslError): void {
    this.#events = Math.min(this.#events, historyLimit - 1);
    this.event(undefined, 'ExecutionFailed', { error: error.error, cause: error.cause });
    this.end('FAILED', { error: error.error, cause: error.cause });
  }

  #commit(relaxed: boolean): void {
    const { store } = this.outside;
    const { arn } = this.row;
    if (this.#pending.length === 0 && this.#changed.size === 0 && !this.#end) return;
    store.commit(() => {
      for (const event of this.#pending) store.addEvent(arn, event);
      for (const id of this.#changed) {
        const thread = this.threads.get(id);
        if (thread) store.putThread(arn, thread);
        else store.removeThread(arn, id);
      }
      store.progress(arn, this.#events, this.#transitions);
      if (this.#end) store.end(arn, this.#end.status, this.outside.clock.now(), this.#end);
    }, relaxed && !this.#end);
    this.#pending = [];
    this.#changed.clear();
    const after = this.#after;
    this.#after = [];
    for (const work of after) work();
    if (this.#end) this.outside.statusChanged(arn);
  }
}

/** Which attempt at its state a waiting thread is at, from 0. */
export function attemptOf(wait: Wait): number {
  return 'attempt' in wait ? wait.attempt : 0;
}

/** A token that cannot be guessed and says whom it is for. */
export function newToken(execution: string, thread: number): string {
  return Buffer.from(JSON.stringify([execution, thread, randomBytes(24).toString('base64url')])).toString('base64url');
}

/** Whom a token is for; undefined when it is none of ours. */
export function readToken(token: string): { readonly execution: string; readonly thread: number } | undefined {
  try {
    const [execution, thread, random] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown[];
    if (typeof execution === 'string' && typeof thread === 'number' && typeof random === 'string')
      return { execution, thread };
  } catch {
    return undefined;
  }
  return undefined;
}

/** A value that states may hand on: 256 KiB at most as JSON. */
export function limited(value: unknown, what: string): unknown {
  const size = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (size > dataLimit)
    throw new AslError('States.DataLimitExceeded', `The ${what} has ${size} bytes; at most ${dataLimit} are allowed.`);
  return value;
}
