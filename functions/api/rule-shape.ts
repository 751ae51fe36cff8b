import type { ActionExecution } from '../domain/action.ts';
import type { PipelineDeclaration } from '../domain/declaration.ts';
import { rulesOf } from '../domain/step.ts';
import { executionDetail, executionInput, executionResult } from './action-shape.ts';

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
