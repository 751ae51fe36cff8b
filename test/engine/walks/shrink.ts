import { type Made, repeated } from '../simulation/choices.ts';
import type { Failure, Walked } from './walk.ts';

/** How a walk is tried again with other choices. */
type Try = (source: ReturnType<typeof repeated>) => Promise<Walked>;

/** What is left out first: whole commands, then what goes wrong, then the order of things, then all else. */
const groups: readonly RegExp[] = [
  /^turn|^tick|^stream|^records|^wait|^priority|^change of priority|^by priority/,
  /^command/,
  /^fault|^faults|^number of faults|^rate/,
  /./,
];

/**
 * Makes a walk that failed simpler, as long as the same promise is broken: choices are left out in ever smaller pieces (delta debugging), then
 * what is left is made smaller. Answers the simplest one that was found within `most` walks.
 */
export async function shrink(failed: Walked & { readonly failure: Failure }, walk: Try, most: number): Promise<Walked> {
  const shrinking = new Shrinking(failed, walk, most);
  for (let before = -1; before !== shrinking.size && shrinking.goesOn; ) {
    before = shrinking.size;
    for (const group of groups) await shrinking.leaveOut(group);
    await shrinking.makeSmaller();
  }
  return shrinking.simplest;
}

class Shrinking {
  simplest: Walked & { readonly failure: Failure };
  #left: number;
  readonly #walk: Try;

  constructor(failed: Walked & { readonly failure: Failure }, walk: Try, most: number) {
    this.simplest = failed;
    this.#walk = walk;
    this.#left = most;
  }

  get size(): number {
    return this.simplest.made.size;
  }

  get goesOn(): boolean {
    return this.#left > 0;
  }

  /** Leaves out choices whose names are in a group: all, halves, quarters, and so on, one by one at last. */
  async leaveOut(group: RegExp): Promise<void> {
    const names = () => [...this.simplest.made.keys()].filter((name) => group.test(name));
    for (let piece = names().length; piece >= 1; piece = Math.floor(piece / 2)) {
      for (let start = 0; start < names().length; ) {
        const without = new Set(names().slice(start, start + piece));
        const rest = new Map([...this.simplest.made].filter(([name]) => !without.has(name)));
        if (!this.goesOn) return;
        if (!(await this.#fails(rest))) start += piece;
      }
    }
  }

  /** Makes numbers smaller: by halves. */
  async makeSmaller(): Promise<void> {
    for (const name of [...this.simplest.made.keys()]) {
      for (let value = this.simplest.made.get(name) ?? 0; value > 1 && this.goesOn; ) {
        value = Math.floor(value / 2);
        if (!(await this.#fails(new Map([...this.simplest.made, [name, value]])))) break;
      }
    }
  }

  /** Whether it fails with these choices in the same way; then it is the simplest one now. */
  async #fails(made: Made): Promise<boolean> {
    this.#left--;
    const tried = await this.#walk(repeated(made));
    const { failure } = tried;
    if (failure?.what !== this.simplest.failure.what || weight(tried.made) >= weight(this.simplest.made)) return false;
    this.simplest = { ...tried, failure };
    return true;
  }
}

/** Fewer choices are simpler; then smaller ones. */
function weight(made: Made): number {
  return [...made.values()].reduce((sum, value) => sum + 1 + value / 1e9, 0);
}
