/**
 * History events that the machine of `statemachines/pipeline-run.asl.json` spends. Step Functions ends an execution at 25,000;
 * a run goes on in a new one before. A test holds each figure against the interpreter's history.
 */
const task = 6;
const choice = 2;
const pass = 2;

/** Started, and the state that begins. */
export const beginning = 1 + pass;

/** One entry into Decide and the choice that follows. */
export const decision = task + choice;

/** One step of `count` actions; a caught action costs its Settle task besides. */
export function stepEvents(count: number): number {
  return count === 1 ? task : 4 + count * (2 + task);
}

/** Where a run goes on in a new execution: what is left to 25,000 is for retries and caught actions. */
export const budget = 20_000;

/**
 * For how long an execution may have carried a run that begins another step, in milliseconds. Step Functions ends an execution after a year (quotas,
 * "Maximum execution time"); the longest action, an approval, has 60 days.
 */
export const longestCarried = 300 * 24 * 60 * 60_000;
