/**
 * Which invocation of a task something came from. Step Functions may invoke a task again, with a new token, while an older
 * invocation still lives; the later one counts, never the other way round.
 */
export interface Order {
  /** Which execution of the run, from 1. */
  readonly execution: number;
  /** Which entry into the state, from 1. */
  readonly entry: number;
  /** Which invocation of this entry: the state's retry count. */
  readonly invocation: number;
}

/** Below zero when `a` is older than `b`. */
export function compareOrder(a: Order, b: Order): number {
  return a.execution - b.execution || a.entry - b.entry || a.invocation - b.invocation;
}

/** A task token of Step Functions, with the invocation that brought it. */
export interface TaskToken {
  readonly value: string;
  readonly order: Order;
}
