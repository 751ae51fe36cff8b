import type { Walk } from './walk.ts';

/** What a probe comes to, with what was seen in one line. */
export interface Verdict {
  readonly verdict: 'confirmed' | 'refuted';
  readonly seen: string;
}

/** One line of docs/unverified-on-aws.md and how it is settled. */
export interface Probe {
  readonly id: string;
  /** Gathers evidence; throws where it cannot be had, which refutes nothing. */
  readonly look: (walk: Walk) => Promise<unknown>;
  /** Judges evidence alone. */
  readonly judge: (evidence: unknown) => Verdict;
  /** Why the local stack cannot be asked. */
  readonly notLocal?: string;
}

/** A probe whose two halves agree on what evidence is. */
export function probe<Evidence>(given: {
  readonly id: string;
  readonly look: (walk: Walk) => Promise<Evidence> | Evidence;
  readonly judge: (evidence: Evidence) => Verdict;
  readonly notLocal?: string;
}): Probe {
  const { id, look, judge, notLocal } = given;
  return {
    id,
    look: async (walk) => look(walk),
    judge: (evidence) => judge(evidence as Evidence),
    ...(notLocal === undefined ? {} : { notLocal }),
  };
}

/** Confirmed if it holds, else refuted. */
export function holds(isSo: boolean, seen: string): Verdict {
  return { verdict: isSo ? 'confirmed' : 'refuted', seen };
}

/** What the walk did not get to. */
export class NotSeen extends Error {}

/** What must have been seen before. */
export function had<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new NotSeen(`the walk did not come to ${what}`);
  return value;
}
