import type { StackContext } from '../service.ts';
import type { Input } from './input.ts';
import type { Secret, Store } from './store.ts';

/** What an operation of Secrets Manager works with; each runs as one transaction. */
export interface Desk {
  readonly store: Store;
  readonly context: StackContext;
  readonly now: number;
}

/** Answers with the members of its response. */
export type Operation = (input: Input, desk: Desk) => object;

/** Milliseconds as AWS's JSON writes them: seconds. */
export function seconds(time: number | null): number | undefined {
  return time === null ? undefined : time / 1000;
}

/** The tags of a secret, as `{Key, Value}`. */
export function tagsOf({ tags }: Secret): readonly { readonly Key: string; readonly Value: string }[] {
  return JSON.parse(tags);
}
