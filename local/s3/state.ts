import type { StackContext } from '../service.ts';
import type { Blobs } from './blobs.ts';
import type { Outbox } from './outbox.ts';
import type { Tables } from './tables.ts';

/** What every operation works on. */
export interface S3State {
  readonly context: StackContext;
  readonly tables: Tables;
  readonly blobs: Blobs;
  readonly outbox: Outbox;
}

/** A change under way: `freed` collects files that records named before it. */
export interface Change {
  readonly freed: string[];
}

/** Makes one change: its records are committed together, then files that nothing names any more go, and its events leave. */
export function change<T>(s3: S3State, work: (change: Change) => T): T {
  const freed: string[] = [];
  const result = s3.tables.write(() => work({ freed }));
  s3.blobs.sweep(freed);
  s3.outbox.deliver();
  return result;
}
