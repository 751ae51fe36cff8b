import type { Timer } from '../clock.ts';
import type { BusEvent } from '../ports.ts';
import { statusChangeEvent } from './status-change-event.ts';
import type { ExecutionRow } from './store/executions.ts';
import type { Store } from './store/store.ts';
import type { Timers } from './timers.ts';

const again = 1000;

/** Tells of each change of status, in its order and at least once: what was committed and not told is told at the next start. */
export class Announcer {
  readonly #store: Store;
  readonly #emit: (event: BusEvent) => void;
  readonly #timers: Timers;
  readonly #now: () => number;
  #retry: Timer | undefined;

  constructor(store: Store, emit: (event: BusEvent) => void, timers: Timers, now: () => number) {
    this.#store = store;
    this.#emit = emit;
    this.#timers = timers;
    this.#now = now;
  }

  /** Tells what has not been told of one execution; should that fail, it is tried again. */
  tell(arn: string): void {
    const row = this.#store.executions.find(arn);
    if (!row) return;
    try {
      if (row.told < 1)
        this.#tellOf({ ...row, status: 'RUNNING', stop: null, output: null, error: null, cause: null }, 1);
      if (row.status !== 'RUNNING') this.#tellOf(row, 2);
    } catch (error) {
      console.error(`The status of execution ${row.name} was not told; it is tried again.`, error);
      this.#retry ??= this.#timers.at(this.#now() + again, () => {
        this.#retry = undefined;
        this.tellAll();
      });
    }
  }

  /** Tells all that was committed and not told. */
  tellAll(): void {
    for (const { arn } of this.#store.executions.untold()) this.tell(arn);
  }

  #tellOf(row: ExecutionRow, told: number): void {
    if (row.told >= told) return;
    this.#emit(statusChangeEvent(row));
    this.#store.commitSoon(() => this.#store.executions.tell(row.arn, told));
  }
}
