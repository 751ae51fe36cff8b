/** An unfinished run of PARALLEL mode: no stage is locked for it, none is locked by it. */
export interface ParallelRun {
  readonly run: string;
  /** The stage before which it waits, as the transition into that is disabled. */
  readonly before?: string;
}

/** The list with a run where it is now: before a stage, or inside of one. */
export function place(runs: readonly ParallelRun[], run: string, before?: string): readonly ParallelRun[] {
  return [...remove(runs, [run]), before === undefined ? { run } : { run, before }];
}

/** The list without runs. */
export function remove(runs: readonly ParallelRun[], gone: readonly string[]): readonly ParallelRun[] {
  return runs.filter(({ run }) => !gone.includes(run));
}

/** Runs that wait before such stages enter them. */
export function resume(
  runs: readonly ParallelRun[],
  isOpen: (stage: string) => boolean,
): { readonly runs: readonly ParallelRun[]; readonly entered: readonly string[] } {
  const entered = runs.filter(({ before }) => before !== undefined && isOpen(before)).map(({ run }) => run);
  return { runs: runs.map((each) => (entered.includes(each.run) ? { run: each.run } : each)), entered };
}
