import type { Clock, Timer } from '../clock.ts';

/** Lets receivers wait for messages. */
export class Arrivals {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tells those who wait at the queue to look again. */
  announce(queue: string): void {
    for (const look of this.#waiting.get(queue) ?? []) look();
  }

  /** Resolves when something was announced, at the time `until`, or when the stack closes. */
  async wait(queue: string, until: number): Promise<void> {
    if (this.#closed) return;
    const waiting = this.#waiting.get(queue) ?? new Set();
    this.#waiting.set(queue, waiting);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer: Timer = this.#clock.at(until, resolve);
    waiting.add(resolve);
    await promise;
    timer.cancel();
    waiting.delete(resolve);
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    for (const queue of this.#waiting.keys()) this.announce(queue);
  }
}
