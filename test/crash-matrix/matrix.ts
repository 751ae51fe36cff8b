import { type Fault, faults } from './faults.ts';
import { type Lived, live } from './live.ts';
import { referenceRuns } from './reference-runs.ts';

/** Which worlds of the matrix are to be lived. */
export interface Choice {
  readonly seed: number;
  /** Reference runs; all by default. */
  readonly runs?: readonly string[];
  readonly points?: readonly number[];
  readonly faults?: readonly Fault[];
  /** Every how many worlds one is lived, and which of them. */
  readonly every?: number;
  readonly first?: number;
}

/** A world of the matrix that broke a promise, or in which the calls were not those of the reference run. */
export interface Violation {
  readonly run: string;
  readonly point: number;
  readonly call: string;
  readonly fault: Fault | 'none';
  readonly what: string;
  /** The end of what happened. */
  readonly trace: readonly string[];
}

/** What came of a reference run's part of the matrix. */
export interface Row {
  readonly run: string;
  readonly points: number;
  readonly worlds: number;
  readonly checks: number;
  readonly violations: readonly Violation[];
}

const shown = 40;

/** Lives the chosen worlds of the matrix, each reference run undisturbed first. */
export async function* matrix(choice: Choice): AsyncGenerator<Row> {
  let number = 0;
  const isChosen = () => number++ % (choice.every ?? 1) === (choice.first ?? 0);
  for (const run of choice.runs ?? Object.keys(referenceRuns)) yield await rowOf(run, choice, isChosen);
}

async function rowOf(run: string, choice: Choice, isChosen: () => boolean): Promise<Row> {
  const reference = referenceRuns[run];
  if (!reference)
    throw new Error(`There is no reference run ${run}; there are ${Object.keys(referenceRuns).join(', ')}.`);
  // Clients read what they are to know for good in the first world that needs them: it is not counted.
  await live(reference, choice.seed);
  const undisturbed = await live(reference, choice.seed);
  const { points: calls } = undisturbed;
  const violations: Violation[] = [];
  let { checks } = undisturbed;
  let worlds = 1;
  const add = (point: number, fault: Violation['fault'], what: string | undefined, { trace }: Lived) => {
    if (what !== undefined)
      violations.push({ run, point, call: calls[point - 1] ?? '', fault, what, trace: trace.slice(-shown) });
  };
  add(0, 'none', undisturbed.violation, undisturbed);
  const { stride = 1 } = reference;
  const isTaken = (point: number) => choice.points !== undefined || point % stride === choice.seed % stride;
  for (const point of choice.points ?? calls.map((_, index) => index + 1)) {
    for (const fault of choice.faults ?? faults) {
      if (!isTaken(point) || !isChosen()) continue;
      const lived = await live(reference, choice.seed, { point, fault });
      worlds++;
      checks += lived.checks;
      const isSame = lived.points[point - 1] === calls[point - 1];
      const other = `Call ${point} is ${lived.points[point - 1]}, not ${calls[point - 1]}: the world is not the same again.`;
      add(point, fault, lived.violation ?? (isSame ? undefined : other), lived);
    }
  }
  return { run, points: calls.length, worlds, checks, violations };
}
