import type { ActionExecution } from '../domain/action.ts';
import { conditionStatus, newestEvaluation } from '../domain/condition-status.ts';
import type { ConditionType, PipelineDeclaration, StageDeclaration } from '../domain/declaration.ts';
import type { Run } from '../domain/run.ts';
import { rulesOf } from '../domain/step.ts';
import { executionDetail, executionInput, executionResult, latestExecution } from './action-shape.ts';
import { seconds } from './operation.ts';

/** RuleExecutionDetail of ListRuleExecutions. */
export function ruleExecutionDetail(
  execution: ActionExecution,
  definition: PipelineDeclaration,
  region: string,
): object {
  const stage = definition.stages.find(({ name }) => name === execution.stage);
  const rules = stage && execution.condition ? rulesOf(stage, execution.condition) : [];
  const declaration = rules.find(({ name }) => name === execution.action);
  return {
    ...executionDetail(execution),
    ruleExecutionId: execution.id,
    ruleName: execution.action,
    input: { ruleTypeId: execution.type, ...executionInput(execution, declaration, region) },
    output: { executionResult: executionResult(execution) },
  };
}

/** StageConditionState of GetPipelineState. `latest`: the latest executions of the condition's rules; `run`: that of the newest. */
export function conditionState(
  stage: StageDeclaration,
  type: ConditionType,
  latest: readonly ActionExecution[],
  run: Pick<Run, 'overridden'>,
): object {
  const evaluated = newestEvaluation(latest);
  const last = evaluated.map(({ lastUpdateTime }) => lastUpdateTime).sort((a, b) => b - a)[0];
  const status = last === undefined ? undefined : conditionStatus(evaluated, run);
  const ruleStates = rulesOf(stage, type).map(({ name }) => {
    const execution = evaluated.find(({ action }) => action === name);
    return {
      ruleName: name,
      ...(execution ? { latestExecution: { ruleExecutionId: execution.id, ...latestExecution(execution) } } : {}),
      ...(execution?.url === undefined ? {} : { entityUrl: execution.url }),
    };
  });
  return {
    ...(status === undefined ? {} : { latestExecution: { status } }),
    conditionStates: [
      {
        ...(status === undefined || last === undefined
          ? {}
          : { latestExecution: { status, lastStatusChange: seconds(last) } }),
        ruleStates,
      },
    ],
  };
}
