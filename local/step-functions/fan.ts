import type { Iteration } from './store/journal.ts';

/** The items of a Map, or branches of a Parallel, that a thread waits for. */
export class Fan {
  readonly items: readonly unknown[];
  readonly results: unknown[];
  readonly #done = new Set<number>();
  #next = 0;

  constructor(items: readonly unknown[]) {
    this.items = items;
    this.results = items.map(() => null);
  }

  /** As it was kept; `begun` are the items whose threads go on. */
  static of(iterations: readonly Iteration[], begun: readonly number[]): Fan {
    const fan = new Fan(iterations.map(({ value }) => JSON.parse(value) as unknown));
    for (const { item, result } of iterations) if (result !== null) fan.finish(item, JSON.parse(result));
    // Items begin in their order: those after the last that has begun have not.
    for (const item of [...begun, ...fan.#done]) fan.#next = Math.max(fan.#next, item + 1);
    return fan;
  }

  get running(): number {
    return this.#next - this.#done.size;
  }

  get isDone(): boolean {
    return this.#done.size === this.items.length;
  }

  /** The item to begin next, where fewer than `limit` are under way. */
  take(limit: number): number | undefined {
    if (this.#next >= this.items.length || this.running >= limit) return undefined;
    return this.#next++;
  }

  finish(item: number, result: unknown): void {
    this.results[item] = result;
    this.#done.add(item);
  }
}
