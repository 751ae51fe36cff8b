import { abandon } from './action.ts';
import type { Change, Situation } from './decide.ts';
import type { StageDeclaration } from './declaration.ts';
import * as history from './history-budget.ts';
import { awaitsRollback, enterAgain, gateOf } from './pipeline.ts';
import { Refusal } from './refusal.ts';
import { isFinal, isOverridden, type Run } from './run.ts';
import { resultOf, rulesOf } from './step.ts';
import { mustHaveRoom } from './unfinished-limit.ts';

/** A condition that can be overridden: OverrideStageCondition has no value for that of `onFailure`. */
export type Overridable = 'beforeEntry' | 'onSuccess';

/**
 * A condition is overridden (OverrideStageCondition): the run goes on as if it had succeeded. Rules that go on are abandoned; a run that the condition
 * has ended goes on in another execution of the machine. Refuses a condition with the result SKIP, one that is not what holds the run, and a run that is
 * not the latest in its stage. `situation.step`: the records of the rules.
 */
export function overrideCondition(
  situation: Situation,
  stage: StageDeclaration,
  condition: Overridable,
  now: number,
): Change {
  const { run, pipeline } = situation;
  if (run.executionMode !== 'PARALLEL' && gateOf(pipeline, stage.name).last?.run !== run.id)
    throw new Refusal(
      'NotLatestPipelineExecutionException',
      `Execution '${run.id}' is not the latest in stage '${stage.name}'.`,
    );
  const why = obstacle(situation, stage, condition);
  if (why !== undefined) throw notOverridable(run.id, stage.name, condition, why);
  const { token: _, left: __, statusSummary: ___, ...rest } = run;
  const overridden = [...(run.overridden ?? []), { stage: stage.name, attempt: run.attempt, condition }];
  const on: Run = { ...rest, overridden, lastUpdateTime: now };
  const change = { opened: [], entered: [], superseded: [] };
  if (!isFinal(run.status))
    return { ...change, run: on, abandoned: situation.step.flatMap((rule) => abandon(rule, now) ?? []) };
  mustHaveRoom(pipeline);
  const { decided: ____, ...fresh } = on;
  return {
    ...change,
    run: { ...fresh, status: 'InProgress', execution: run.execution + 1, spent: history.beginning, carriedSince: now },
    pipeline: enterAgain(pipeline, stage.name, run.id, 'goOn'),
    abandoned: [],
  };
}

function obstacle({ run, pipeline }: Situation, stage: StageDeclaration, condition: Overridable): string | undefined {
  if (rulesOf(stage, condition).length === 0) return 'the stage has no such condition';
  if (resultOf(stage, condition) === 'SKIP') return 'its result is SKIP';
  const isThere = run.stage === stage.name && run.place === 'inside' && run.condition === condition;
  if (!isThere || !(run.status === 'InProgress' || run.status === 'Failed'))
    return `it does not hold the execution, which is ${run.status}`;
  if (isOverridden(run)) return 'it is overridden already';
  if (run.status === 'Failed' && awaitsRollback(pipeline, stage.name))
    return 'a rollback of the stage waits before it: stop that first';
  const goesOn = run.executionMode === 'PARALLEL' && run.status === 'InProgress';
  return run.version === pipeline.version || goesOn ? undefined : 'the pipeline was updated since the execution began';
}

/** As the API names them. */
const conditionTypes: Readonly<Record<Overridable, string>> = { beforeEntry: 'BEFORE_ENTRY', onSuccess: 'ON_SUCCESS' };

/** Also for a run that is not there: the model has no other error for it. */
export function notOverridable(run: string, stage: string, condition: Overridable, why: string): Refusal {
  return new Refusal(
    'ConditionNotOverridableException',
    `The condition ${conditionTypes[condition]} of stage '${stage}' cannot be overridden for execution '${run}': ${why}.`,
  );
}
