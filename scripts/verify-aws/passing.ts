/** Time as the place of the walk has it. A test turns the clock of its stack instead of waiting. */
export interface Time {
  /** Milliseconds. */
  readonly now: () => number;
  /** Lets seconds pass. */
  readonly pass: (seconds: number) => Promise<void>;
}

/** The time of the world. */
export const realTime: Time = {
  now: () => Date.now(),
  pass: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
};

/** Asks again, a few times a second, until there is an answer. Throws after `seconds` of real time, saying what was waited for. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds: number): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (let wait = 200; ; wait = Math.min(wait * 1.5, 3000)) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
