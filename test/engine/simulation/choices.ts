import { Random } from './random.ts';

/** Choices by name: which of the possibilities, by number. What is not among them is 0, the simplest. */
export type Made = ReadonlyMap<string, number>;

/** Where a choice comes from: drawn, or what was made before. */
export type Source = (name: string, end: number, probability?: number) => number;

/** Draws each choice. */
export function drawn(seed: number): Source {
  const random = new Random(seed);
  return (_, end, probability) => {
    if (probability !== undefined) return random.chance(probability) ? 1 : 0;
    return random.below(end);
  };
}

/** Makes the choices that were made before, whatever else is different now. */
export function repeated(made: Made): Source {
  return (name, end) => Math.min(made.get(name) ?? 0, end - 1);
}

/**
 * All that is left open in a world is a choice with a name. 0 is the simplest one: nobody does anything, nothing goes wrong, what is first
 * goes first. So a world is known by its other choices, and becomes simpler by leaving some of them out.
 */
export class Choices {
  /** Choices that are not 0, in the order in which they were made. */
  readonly made = new Map<string, number>();
  readonly #source: Source;
  readonly #times = new Map<string, number>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** A whole number from 0 to below `end`. */
  below(name: string, end: number): number {
    return end < 2 ? 0 : this.#make(name, end);
  }

  chance(name: string, probability: number): boolean {
    return this.#make(name, 2, probability) === 1;
  }

  /** One of a list, the simplest first. */
  pick<T>(name: string, list: readonly T[]): T {
    if (list.length === 0) throw new Error(`There is nothing to pick from for ${name}.`);
    return list[this.below(name, list.length)] as T;
  }

  /** A name that is used again is another choice. */
  #make(name: string, end: number, probability?: number): number {
    const times = (this.#times.get(name) ?? 0) + 1;
    this.#times.set(name, times);
    const full = times === 1 ? name : `${name} ${times}`;
    const value = this.#source(full, end, probability);
    if (value > 0) this.made.set(full, value);
    return value;
  }
}
