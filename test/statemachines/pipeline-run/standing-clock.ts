import type { Clock, Timer } from '../../../local/clock.ts';

/** A clock that goes nowhere by itself: it jumps to what is due next, when it is told to. */
export class StandingClock implements Clock {
  readonly shared = new Float64Array(new SharedArrayBuffer(16));
  readonly #waiting = new Set<{ readonly time: number; readonly callback: () => void }>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  at(time: number, callback: () => void): Timer {
    const waiting = { time, callback };
    this.#waiting.add(waiting);
    return { cancel: () => void this.#waiting.delete(waiting) };
  }

  /** Lets the next thing happen that is waited for; false when there is none. */
  jump(): boolean {
    const [next] = [...this.#waiting].sort((a, b) => a.time - b.time);
    if (!next) return false;
    this.#waiting.delete(next);
    this.#now = Math.max(this.#now, next.time);
    next.callback();
    return true;
  }
}
