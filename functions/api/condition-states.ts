import { readRun } from '../aws/run-record.ts';
import { type ActionExecution, runOf } from '../domain/action.ts';
import { conditionStatus, newestEvaluation, runOfEvaluation } from '../domain/condition-status.ts';
import type { ConditionType, StageDeclaration } from '../domain/declaration.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import type { Run } from '../domain/run.ts';
import { conditionTypes, rulesOf } from '../domain/step.ts';
import { latestExecution } from './action-shape.ts';
import { seconds } from './operation.ts';

/** Answers, for a stage, its members of StageState that tell of conditions. `executions`: the latest of each rule of the pipeline. */
export async function conditionStates(
  pipeline: Pipeline,
  executions: readonly ActionExecution[],
): Promise<(stage: StageDeclaration) => object> {
  const rules = executions.filter(({ condition }) => condition !== undefined);
  const runs = await runsOf(pipeline, rules);
  const stateOf = (stage: StageDeclaration, type: ConditionType) => {
    const latest = rules.filter((rule) => rule.stage === stage.name && rule.condition === type);
    const run = runOfEvaluation(newestEvaluation(latest));
    return conditionState(stage, type, latest, runs.find(({ id }) => id === run) ?? {});
  };
  return (stage) =>
    Object.fromEntries(
      conditionTypes
        .filter((type) => rulesOf(stage, type).length > 0)
        .map((type) => [`${type}ConditionState`, stateOf(stage, type)]),
    );
}

/** StageConditionState of the API. `latest`: the latest executions of the condition's rules; `run`: that of the newest. */
export function conditionState(
  stage: StageDeclaration,
  type: ConditionType,
  latest: readonly ActionExecution[],
  run: Partial<Pick<Run, 'overridden' | 'condition' | 'stage' | 'status'>>,
): object {
  const evaluated = newestEvaluation(latest);
  const ruleStates = rulesOf(stage, type).map(({ name }) => {
    const execution = evaluated.find(({ action }) => action === name);
    return { ruleName: name, ...(execution ? ruleState(execution) : {}) };
  });
  if (evaluated.length === 0) return { conditionStates: [{ ruleStates }] };
  const isGoingOn = run.condition === type && run.stage === stage.name && run.status === 'InProgress';
  const found = conditionStatus(evaluated, run);
  // A rule is known once it has begun.
  const status = isGoingOn && found !== 'Overridden' && evaluated.length < ruleStates.length ? 'InProgress' : found;
  const lastStatusChange = seconds(Math.max(...evaluated.map(({ lastUpdateTime }) => lastUpdateTime)));
  return {
    latestExecution: { status },
    conditionStates: [{ latestExecution: { status, lastStatusChange }, ruleStates }],
  };
}

function ruleState(execution: ActionExecution): object {
  return {
    latestExecution: { ruleExecutionId: execution.id, ...latestExecution(execution) },
    ...(execution.url === undefined ? {} : { entityUrl: execution.url }),
  };
}

/** The runs to which executions of rules belong. */
async function runsOf(pipeline: Pipeline, rules: readonly ActionExecution[]): Promise<readonly Run[]> {
  const ids = [...new Set(rules.map(({ key }) => runOf(key).run))];
  const found = await Promise.all(ids.map((id) => readRun(pipeline.id, id)));
  return found.flatMap((record) => record?.run ?? []);
}
