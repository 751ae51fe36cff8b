import type { StackContext } from '../service.ts';
import type { Input } from './input.ts';
import type { Store } from './store.ts';

/** What an operation of CloudWatch Logs works with; each runs as one transaction, after all lines that were logged before. */
export interface Desk {
  readonly store: Store;
  readonly context: StackContext;
  readonly now: number;
}

/** Answers with the members of its response. */
export type Operation = (input: Input, desk: Desk) => object;
