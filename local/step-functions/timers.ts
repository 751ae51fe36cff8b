import type { Clock, Timer } from '../clock.ts';

interface Waiting {
  readonly time: number;
  readonly callback: () => void;
}

/** Many timers on one of the clock's: to set and to cancel costs nothing that grows with their number. */
export class Timers {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  #armed: { readonly time: number; readonly timer: Timer } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back once the clock has reached `time`. */
  at(time: number, callback: () => void): Timer {
    const waiting = { time, callback };
    this.#waiting.add(waiting);
    if (!this.#armed || time < this.#armed.time) this.#arm(time);
    return { cancel: () => void this.#waiting.delete(waiting) };
  }

  close(): void {
    this.#armed?.timer.cancel();
    this.#waiting.clear();
  }

  #arm(time: number): void {
    this.#armed?.timer.cancel();
    this.#armed = { time, timer: this.#clock.at(time, () => this.#fire()) };
  }

  #fire(): void {
    this.#armed = undefined;
    const now = this.#clock.now();
    const due = [...this.#waiting].filter(({ time }) => time <= now).sort((a, b) => a.time - b.time);
    for (const waiting of due) {
      // One that an earlier callback has cancelled is not due any more.
      if (this.#waiting.delete(waiting)) waiting.callback();
    }
    let next = Number.POSITIVE_INFINITY;
    for (const { time } of this.#waiting) next = Math.min(next, time);
    if (this.#waiting.size > 0) this.#arm(next);
  }
}
