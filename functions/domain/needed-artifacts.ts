import type { Pipeline } from './pipeline.ts';
import { isFinal, type Run } from './run.ts';

/** What of a pipeline speaks for keeping the artifacts of its runs. */
export interface Needs {
  /** Undefined when it was never there; a deleted one needs nothing any more. */
  readonly pipeline: Pipeline | undefined;
  /** Of each stage the run that succeeded in it last, other than as a rollback. */
  readonly lastGood: readonly string[];
  /** The runs that approvals approved last. */
  readonly approved: readonly string[];
  /** The runs to which those that stand in the pipeline roll back. */
  readonly targets: readonly string[];
}

/** Who stands in a pipeline: runs inside stages, before them, and those that entered a stage last, which may be retried or are deployed. */
export function standing({ gates, parallel = [] }: Pipeline): readonly string[] {
  const atGates = gates.flatMap(({ holder, last, waiting }) => [
    ...(holder === undefined ? [] : [holder]),
    ...(last === undefined ? [] : [last.run]),
    ...waiting.map(({ run }) => run),
  ]);
  return [...new Set([...atGates, ...parallel.map(({ run }) => run)])];
}

/** Of these the ones that roll a stage back: only such have a target. */
export function standingRollbacks({ gates }: Pipeline): readonly string[] {
  const visitors = gates.flatMap(({ last, waiting }) => [...(last ? [last] : []), ...waiting]);
  return [...new Set(visitors.filter(({ rollback }) => rollback).map(({ run }) => run))];
}

/**
 * Whether somebody may still come for the artifacts of a run: it goes on, it can be retried in a stage, it is what a stage has now or had
 * last when all was well, an approval was given for it last, or a run rolls back to it. Runs that failed in PARALLEL mode can
 * be retried until the definition changes.
 */
export function needsArtifacts(run: Run, { pipeline, lastGood, approved, targets }: Needs): boolean {
  if (!isFinal(run.status)) return true;
  if (pipeline === undefined || pipeline.deleted) return false;
  const isRetryable = run.status === 'Failed' || run.status === 'Stopped';
  if (isRetryable && run.executionMode === 'PARALLEL' && run.version === pipeline.version) return true;
  return [...standing(pipeline), ...lastGood, ...approved, ...targets].includes(run.id);
}
