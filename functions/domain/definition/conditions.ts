import type {
  Condition,
  ConditionType,
  FailureConditions,
  PipelineDeclaration,
  StageDeclaration,
} from '../declaration.ts';
import { type At, type Breaches, stageBreach } from './breach.ts';

interface Hook extends FailureConditions {
  readonly name: ConditionType;
  readonly conditions: readonly Condition[];
}

/** What a condition of a hook may lead to, and what the hook itself may (user guide, stage conditions). */
const results: Readonly<
  Record<ConditionType, { readonly condition: readonly string[]; readonly hook: readonly string[] }>
> = {
  beforeEntry: { condition: ['FAIL', 'SKIP'], hook: [] },
  onSuccess: { condition: ['FAIL', 'ROLLBACK'], hook: [] },
  onFailure: { condition: ['ROLLBACK'], hook: ['ROLLBACK', 'RETRY'] },
};
const skippable = ['LambdaInvoke', 'VariableCheck'];

/** The hooks that a stage declares, in the order in which a run meets them. */
export function hooks(stage: StageDeclaration): readonly Hook[] {
  const declared = { beforeEntry: stage.beforeEntry, onSuccess: stage.onSuccess, onFailure: stage.onFailure };
  return (Object.keys(declared) as ConditionType[]).flatMap((name) =>
    declared[name] ? [{ conditions: [], ...declared[name], name }] : [],
  );
}

/** The rules of stage conditions: which results each may have. */
export function* checkConditions({ executionMode, stages }: PipelineDeclaration): Breaches {
  const [first] = stages;
  if (first) yield* checkSource(first);
  for (const [index, stage] of stages.entries())
    for (const hook of hooks(stage)) yield* checkHook(stage.name, hook, executionMode, ['stages', index, hook.name]);
}

/** What no source stage leads to. */
function* checkSource(stage: StageDeclaration): Breaches {
  for (const { name, result, conditions } of hooks(stage)) {
    const at = ['stages', 0, name];
    const ofConditions = conditions.map((condition, index) => ({
      result: condition.result,
      at: [...at, 'conditions', index],
    }));
    for (const declared of [{ result, at }, ...ofConditions])
      if (declared.result === 'ROLLBACK')
        yield stageBreach(
          `Stage '${stage.name}' has the result ROLLBACK in ${name}, but a source stage cannot be rolled back.`,
          ...[...declared.at, 'result'],
        );
  }
}

function* checkHook(stage: string, hook: Hook, mode: PipelineDeclaration['executionMode'], at: At): Breaches {
  const { name, result, conditions } = hook;
  if (result !== undefined && conditions.length > 0)
    yield stageBreach(
      `Stage '${stage}' has a failure exit gate configured with both top level result and conditions. It can have one of them.`,
      ...at,
    );
  const ofConditions = conditions.map((condition, index) => ({ ...condition, at: [...at, 'conditions', index] }));
  for (const declared of [{ result, at }, ...ofConditions]) {
    if (mode === 'PARALLEL' && declared.result === 'ROLLBACK')
      yield stageBreach(
        `The rollback result type cannot be added to a PARALLEL pipeline. Stage '${stage}' has one.`,
        ...declared.at,
        'result',
      );
  }
  yield* checkResult(stage, name, result, results[name].hook, at);
  if (hook.retryConfiguration && result !== 'RETRY')
    yield stageBreach(
      `Stage '${stage}' has a retryConfiguration in onFailure, which is for the result RETRY only.`,
      ...at,
      'retryConfiguration',
    );
  for (const condition of ofConditions) {
    yield* checkResult(stage, `a condition of ${name}`, condition.result, results[name].condition, condition.at);
    for (const [index, rule] of (condition.rules ?? []).entries()) {
      const { provider } = rule.ruleTypeId;
      if (condition.result === 'SKIP' && !skippable.includes(provider))
        yield stageBreach(
          `Stage '${stage}' has the result SKIP with rule '${rule.name}' of ${provider}. SKIP can only be used with ${skippable.join(' and ')}.`,
          ...[...condition.at, 'rules', index, 'ruleTypeId'],
        );
    }
  }
}

function* checkResult(
  stage: string,
  of: string,
  result: string | undefined,
  allowed: readonly string[],
  at: At,
): Breaches {
  if (result !== undefined && !allowed.includes(result))
    yield stageBreach(
      `Stage '${stage}' has the result ${result} in ${of}, which can have: ${allowed.join(', ')}.`,
      ...at,
      'result',
    );
}
