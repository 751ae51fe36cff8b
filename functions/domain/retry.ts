import { openAction } from './action.ts';
import type { Change, Situation } from './decide.ts';
import { actionsOf, type RetryMode, type StageDeclaration } from './declaration.ts';
import * as history from './history-budget.ts';
import { enterAgain, gateOf } from './pipeline.ts';
import { Refusal } from './refusal.ts';
import type { Run } from './run.ts';
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
 * What succeeded stays as it was in the mode FAILED_ACTIONS. `situation.step`: the records of the step in which it ended.
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
  const { last } = gateOf(pipeline, stageName);
  if (run.executionMode !== 'PARALLEL' && last?.run !== run.id)
    throw new Refusal(
      'NotLatestPipelineExecutionException',
      `Execution '${run.id}' cannot retry stage '${stageName}': a later one has entered it since.`,
    );
  if (run.version !== pipeline.version)
    throw stageNotRetryable(run.id, stageName, 'the pipeline was updated since the execution began');
  if (mode === 'FAILED_ACTIONS' && step.every(({ status }) => status === 'Succeeded'))
    throw stageNotRetryable(run.id, stageName, 'none of its actions has failed: retry all of them');
  mustHaveRoom(pipeline);
  return {
    ...again(situation, stage, mode, given),
    pipeline: enterAgain(pipeline, stageName, run.id),
    abandoned: [],
    entered: [],
    superseded: [],
  };
}

/** The run goes on in its stage in another execution: what failed of its step is opened again, or the stage begins anew. */
export function again(
  { run, definition, step }: Situation,
  stage: StageDeclaration,
  mode: RetryMode,
  given: RetryGiven,
): Pick<Change, 'run' | 'opened'> {
  const { token: _, decided: __, stop: ___, statusSummary: ____, ...rest } = run;
  const retried: Run = {
    ...rest,
    status: 'InProgress',
    attempt: run.attempt + 1,
    step: mode === 'ALL_ACTIONS' ? 0 : run.step,
    execution: run.execution + 1,
    spent: history.beginning,
    retried: { times: (run.retried?.times ?? 0) + 1, stage: stage.name, at: given.now },
    lastUpdateTime: given.now,
  };
  const failed = step.filter(({ status }) => status !== 'Succeeded').map(({ action }) => action);
  const declared = mode === 'ALL_ACTIONS' ? [] : actionsOf(stage, run.step).filter(({ name }) => failed.includes(name));
  const index = definition.stages.indexOf(stage);
  const opened = declared.map((action) =>
    openAction(
      retried,
      action,
      { stage: index, index: stage.actions.indexOf(action) },
      { id: given.newId(), timeoutInMinutes: given.timeoutInMinutes(action), now: given.now },
    ),
  );
  return { run: retried, opened };
}

/** A stage that a run cannot retry; also for a run that is not there, as the model has no other error for it. */
export function stageNotRetryable(run: string, stage: string, why: string): Refusal {
  return new Refusal('StageNotRetryableException', `Execution '${run}' cannot retry stage '${stage}': ${why}.`);
}
