/** What must always hold, whatever happens to handlers (docs/architecture.md, "On failure"). */
export const promises = {
  'one inside':
    'At most one run is inside a stage of a SUPERSEDED or QUEUED pipeline, and those who wait do so as its mode says.',
  ends: 'Every run that was accepted ends; its status moves neither backwards nor, once final, at all, but by a retry.',
  'started once': 'An attempt at an action is started at most once at its provider, and its result is recorded once.',
  'one answer': 'One approval has one answer.',
  'one start': 'One start, however often it comes, starts one run.',
  agree: 'What the API shows, what the events said and what the history lists agree.',
  'no false success': 'No success is reported for work that was not done.',
} as const;

export type Promised = keyof typeof promises;

/** A promise that was not kept. */
export class Broken extends Error {
  readonly promised: Promised;

  constructor(promised: Promised, otherwise: string) {
    super(`Broken promise (${promised}): ${otherwise}`);
    this.promised = promised;
  }
}

/** How many promises were looked at. */
export const checks = { evaluated: 0 };

/** Throws `Broken` where a promise is not kept. */
export function promise(promised: Promised, kept: boolean, otherwise: string): asserts kept {
  checks.evaluated++;
  if (!kept) throw new Broken(promised, otherwise);
}
