import { isDone } from './action.ts';
import { type Change, type Decision, hasFailed, isOutdated, type Situation } from './decide.ts';
import type { StageDeclaration } from './declaration.ts';
import { relieve, stay } from './pipeline.ts';
import { again, type RetryGiven } from './retry.ts';
import { rollbackRun } from './rollback.ts';
import { executionName, type Run } from './run.ts';
import { resultOf } from './step.ts';

/**
 * What the end of a run in a stage leads to, now that `closing` makes it (user guide, stage conditions): where its actions have failed, what
 * `onFailure.result` says: RETRY, the first time; ROLLBACK, if the run is no rollback itself; where a condition with the result ROLLBACK has failed, that.
 * Nothing where the definition has changed or is gone, or the run was stopped.
 */
export function recovery(situation: Situation, closing: Change): 'RETRY' | 'ROLLBACK' | undefined {
  const { run } = closing;
  if (run.status !== 'Failed' || run.place !== 'inside' || isOutdated(run, situation.pipeline)) return undefined;
  const result = engaged(situation);
  if (result === 'RETRY' && run.retriedItself !== run.stage) return 'RETRY';
  return result === 'ROLLBACK' && !run.rollback ? 'ROLLBACK' : undefined;
}

/** A condition that was cut off has no result: one of its rules must have failed. */
function engaged(situation: Situation): string | undefined {
  const stage = stageOf(situation);
  const { condition } = situation.run;
  if (condition === undefined) return stage.onFailure?.result;
  const done = situation.step.filter(({ status }) => isDone(status));
  return hasFailed({ ...situation, step: done }) ? resultOf(stage, condition) : undefined;
}

/** Writes of a transaction that may be of actions: one hundred, less the run and its pipeline. */
const mostActions = 98;

/**
 * The run stays in its stage and tries it once more, in another execution of the machine. Where the actions that it abandons and those that it opens again
 * do not fit into one transaction, the whole stage is tried again.
 */
export function retryItself(situation: Situation, closing: Change, given: RetryGiven): Change {
  const stage = stageOf(situation);
  const { retryMode = 'FAILED_ACTIONS' } = stage.onFailure?.retryConfiguration ?? {};
  const failed = { ...situation, run: closing.run };
  const tried = again(failed, stage, retryMode, given);
  const fits = closing.abandoned.length + tried.opened.length <= mostActions;
  const { run, opened } = fits ? tried : again(failed, stage, 'ALL_ACTIONS', given);
  return {
    run: { ...run, retriedItself: stage.name },
    pipeline: stay(situation.pipeline, stage.name, run.id),
    opened,
    abandoned: closing.abandoned,
    entered: [],
    superseded: [],
  };
}

/** The run has failed, and a new one rolls its stage back to `target` before anyone else enters. */
export function rollBackAfter(
  { pipeline: before }: Situation,
  closing: Change,
  target: Run,
  { id, now }: { readonly id: string; readonly now: number },
): Change {
  const { stage, id: failed } = closing.run;
  const detail = JSON.stringify({ FailedPipelineExecutionId: failed });
  const trigger = { type: 'AutomatedRollback', detail } as const;
  const pipeline = { ...before, sequence: before.sequence + 1 };
  const { executionMode, sequence } = pipeline;
  const status = closing.run.left?.stage === stage ? closing.run.left.status : 'Failed';
  const move = relieve(pipeline, stage, failed, status, { run: id, sequence, rollback: true });
  const place = move.entered.includes(id) ? 'inside' : 'inbound';
  return {
    ...closing,
    pipeline: move.pipeline,
    entered: [],
    superseded: move.superseded,
    rollback: { ...rollbackRun(target, stage, { id, trigger, now }), executionMode, sequence, place },
  };
}

/** What Decide answers when what was to close its run has become another change. */
export function answerOf(change: Change): Decision {
  if (change.run.status !== 'InProgress') return { answer: 'Close', change };
  return { answer: 'Continue', name: executionName(change.run), change };
}

function stageOf({ run, definition }: Situation): StageDeclaration {
  const stage = definition.stages.find(({ name }) => name === run.stage);
  if (!stage) throw new Error(`Pipeline ${definition.name} has no stage ${run.stage}.`);
  return stage;
}
