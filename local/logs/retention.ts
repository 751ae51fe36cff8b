import type { Clock } from '../clock.ts';
import type { Store } from './store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Removes events older than their group's retention, now and every hour of the stack's clock. */
export function keepRetention(store: Store, clock: Clock): { cancel(): void } {
  let timer: { cancel(): void };
  sweep();
  return { cancel: () => timer.cancel() };

  function sweep(): void {
    const now = clock.now();
    for (const { id, retention } of store.groups()) {
      if (retention !== null) store.removeEventsBefore(id, now - retention * DAY);
    }
    timer = clock.at(now + HOUR, sweep);
  }
}
