/** What a thread waits for. Times in milliseconds since the epoch. */
export type Wait =
  /** It enters its state at once. */
  | { readonly type: 'Ready' }
  | TaskWait
  | { readonly type: 'Retry'; readonly until: number }
  | { readonly type: 'Until'; readonly until: number }
  /** For the threads of its Map or Parallel, at most `limit` at once. */
  | { readonly type: 'Children'; readonly limit: number };

/** A task that was scheduled. `task` names this one invocation: a retry is another. */
export interface TaskWait {
  readonly type: 'Task';
  readonly task: string;
  /** The call of the task's resource is known to have succeeded; only a token is missing. */
  readonly submitted: boolean;
  /** The stack was closed before the call went out: it goes out at the next start. */
  readonly held?: true;
  readonly deadline?: number;
  readonly heartbeat?: number;
  readonly heartbeatMillis?: number;
}

/** A place in an execution that goes from state to state: the machine's own, or that of an item or branch. */
export interface Thread {
  readonly id: number;
  readonly parent: number | null;
  /** Which item of its parent's Map, or branch of its Parallel. */
  readonly item: number | null;
  readonly state: string;
  readonly input: unknown;
  /** Those assigned in it; it also sees those of the threads around it. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly entered: number;
  /** How often the state has been retried. */
  readonly attempt: number;
  /** How often each retrier of the state was used. */
  readonly retries: readonly number[];
  readonly wait: Wait;
  /** Its last event in the history. */
  readonly event: number;
}

/** A thread that is about to enter a state. */
export function newThread(given: Pick<Thread, 'id' | 'parent' | 'item' | 'state' | 'input' | 'event'>): Thread {
  return { ...given, variables: {}, entered: 0, attempt: 0, retries: [], wait: { type: 'Ready' } };
}
