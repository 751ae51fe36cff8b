import { openAction } from './action.ts';
import type { Change, Situation } from './decide.ts';
import type { RetryMode, StageDeclaration } from './declaration.ts';
import * as history from './history-budget.ts';
import { awaitsRollback, enterAgain, gateOf } from './pipeline.ts';
import { Refusal } from './refusal.ts';
import type { Run } from './run.ts';
import { placedIn, stepOf } from './step.ts';
import { mustHaveRoom } from './unfinished-limit.ts';

/** What a retry looks at besides: when, ids, and the time-out of an action that names none. */
export interface RetryGiven {
  readonly now: number;
  readonly newId: () => string;
  readonly timeoutInMinutes: (action: StageDeclaration['actions'][number]) => number;
}

/**
 * A stage is retried (RetryStageExecution): the run that failed or was stopped in it, and was the last inside unless its mode is PARALLEL,
 * goes on there in another execution of the machine. It has passed the transition before: that this is disabled keeps only others out.
 * What succeeded stays as it was in the mode FAILED_ACTIONS. `situation.step`: the records of the step that is tried again (`retriedStep`).
 */
export function retry(situation: Situation, stageName: string, mode: RetryMode, given: RetryGiven): Change {
  const { run, pipeline, definition, step } = situation;
  const stage = definition.stages.find(({ name }) => name === stageName);
  if (
    run.stage !== stageName ||
    run.place !== 'inside' ||
    (run.status !== 'Failed' && run.status !== 'Stopped') ||
    !stage
  )
    throw stageNotRetryable(run.id, stageName, `the execution has not failed or stopped in it, but is ${run.status}`);
  if (run.left?.stage === stageName)
    throw stageNotRetryable(run.id, stageName, 'the stage has succeeded, though its success condition has failed');
  const { last } = gateOf(pipeline, stageName);
  if (run.executionMode !== 'PARALLEL' && last?.run !== run.id)
    throw new Refusal(
      'NotLatestPipelineExecutionException',
      `Execution '${run.id}' cannot retry stage '${stageName}': a later one has entered it since.`,
    );
  if (awaitsRollback(pipeline, stageName))
    throw stageNotRetryable(run.id, stageName, 'a rollback of the stage waits before it: stop that first');
  if (run.version !== pipeline.version)
    throw stageNotRetryable(run.id, stageName, 'the pipeline was updated since the execution began');
  if (mode === 'FAILED_ACTIONS' && !isEvaluated(run) && step.every(({ status }) => status === 'Succeeded'))
    throw stageNotRetryable(run.id, stageName, 'none of its actions has failed: retry all of them');
  mustHaveRoom(pipeline);
  return {
    ...again(situation, stage, mode, given),
    pipeline: enterAgain(pipeline, stageName, run.id, 'retry'),
    abandoned: [],
    entered: [],
    superseded: [],
  };
}

/** A run as it is tried again in its stage: after a failure condition its actions are, not the rules. */
export function retriedRun(run: Run): Run {
  if (run.condition !== 'onFailure') return run;
  const { condition: _, ...rest } = run;
  return rest;
}

/** Whether a condition is what the run ended in: tried again, all of its rules are evaluated anew. */
function isEvaluated({ condition }: Run): boolean {
  return condition === 'beforeEntry' || condition === 'onSuccess';
}

/**
 * The run goes on in its stage in another execution: what failed of its step is opened again, or the condition in which it ended, or the stage begins
 * anew.
 */
export function again(
  { run: ended, definition, step: records }: Situation,
  stage: StageDeclaration,
  mode: RetryMode,
  given: RetryGiven,
): Pick<Change, 'run' | 'opened'> {
  const { token: _, decided: __, stop: ___, statusSummary: ____, left: _____, ...run } = retriedRun(ended);
  const { condition, ...bare } = run;
  const anew = mode === 'ALL_ACTIONS';
  const retried: Run = {
    ...bare,
    ...(anew || condition === undefined ? {} : { condition }),
    status: 'InProgress',
    attempt: run.attempt + 1,
    step: anew ? 0 : run.step,
    execution: run.execution + 1,
    spent: history.beginning,
    carriedSince: given.now,
    retried: { times: (run.retried?.times ?? 0) + 1, stage: stage.name, at: given.now },
    lastUpdateTime: given.now,
  };
  const step = stepOf(retried);
  const failed = records.filter(({ status }) => status !== 'Succeeded').map(({ action }) => action);
  const tried = step === undefined ? [] : placedIn(stage, step);
  const index = definition.stages.indexOf(stage);
  return {
    run: retried,
    opened: tried
      .filter(({ declaration: { name } }) => typeof step !== 'number' || failed.includes(name))
      .map((each) =>
        openAction(
          retried,
          each,
          { stage: index, step: step ?? 0 },
          { id: given.newId(), timeoutInMinutes: given.timeoutInMinutes(each.declaration), now: given.now },
        ),
      ),
  };
}

/** A stage that a run cannot retry; also for a run that is not there, as the model has no other error for it. */
export function stageNotRetryable(run: string, stage: string, why: string): Refusal {
  return new Refusal('StageNotRetryableException', `Execution '${run}' cannot retry stage '${stage}': ${why}.`);
}
