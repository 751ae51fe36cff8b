import { type ActionExecution, runOf } from '../../../functions/domain/action.ts';
import { conditionStatus, newestEvaluation } from '../../../functions/domain/condition-status.ts';
import type { ConditionType, ExecutionMode, StageDeclaration } from '../../../functions/domain/declaration.ts';
import type { Run } from '../../../functions/domain/run.ts';
import { resultOf, rulesOf } from '../../../functions/domain/step.ts';
import type { Choices } from './choices.ts';

/** What a stage's conditions may be: without rules, none. */
type Conditions = Pick<StageDeclaration, ConditionType>;

/** Some stages have conditions, which mostly hold. One with a `result` in `onFailure` has no failure condition. */
export function drawConditions(
  choices: Choices,
  mode: ExecutionMode,
  onFailure: StageDeclaration['onFailure'],
): Conditions {
  const rollback = mode === 'PARALLEL' ? [] : (['ROLLBACK'] as const);
  const has = (type: ConditionType, often: number) => choices.chance(type, often);
  return {
    ...(has('beforeEntry', 0.2)
      ? { beforeEntry: drawCondition(choices, choices.pick('entry result', ['FAIL', 'SKIP'])) }
      : {}),
    ...(has('onSuccess', 0.2)
      ? { onSuccess: drawCondition(choices, choices.pick('success result', ['FAIL', ...rollback])) }
      : {}),
    ...(!onFailure && rollback.length > 0 && has('onFailure', 0.4)
      ? { onFailure: drawCondition(choices, 'ROLLBACK', 0.7) }
      : {}),
  };
}

/** A quick rule, one that waits, or both; what skips a stage, and what is to fail, is quick. `fails`: how likely. */
function drawCondition(choices: Choices, result: string, fails = 0.2): NonNullable<StageDeclaration['beforeEntry']> {
  const Variable = choices.chance('rule fails', fails) ? 'no' : 'yes';
  const quick = rule('Check', 'VariableCheck', { Variable, Value: 'yes', Operator: 'EQ' });
  const waits = rule('Window', 'DeploymentWindow', { Cron: '0 * * * * ?' });
  const isQuick = result === 'SKIP' || fails > 0.5;
  const rules = isQuick ? [quick] : choices.pick('rules', [[quick], [waits], [quick, waits]]);
  return { conditions: [{ result, rules }] };
}

function rule(name: string, provider: string, configuration: Readonly<Record<string, string>>) {
  return { name, ruleTypeId: { category: 'Rule', owner: 'AWS', provider, version: '1' }, configuration } as const;
}

/** The rules of a condition that a run has evaluated last; of a stage that it has come to. */
export function evaluated(
  run: Run,
  stage: StageDeclaration,
  type: ConditionType,
  actions: readonly ActionExecution[],
): readonly ActionExecution[] {
  return newestEvaluation(
    actions.filter(
      ({ key, stage: of, condition }) => runOf(key).run === run.id && of === stage.name && condition === type,
    ),
  );
}

/** Whether a run has skipped a stage. */
export function isSkipped(run: Run, stage: StageDeclaration, actions: readonly ActionExecution[]): boolean {
  const rules = evaluated(run, stage, 'beforeEntry', actions);
  const failed = ['Failed', 'Errored'].includes(conditionStatus(rules, run));
  return rulesOf(stage, 'beforeEntry').length > 0 && resultOf(stage, 'beforeEntry') === 'SKIP' && failed;
}

/** Whether a run that went on past a condition may have: it held, was overridden, or a rollback was not kept out. */
export function mayPass(
  run: Run,
  stage: StageDeclaration,
  type: 'beforeEntry' | 'onSuccess',
  actions: readonly ActionExecution[],
): boolean {
  const declared = rulesOf(stage, type);
  if (declared.length === 0 || (run.rollback && type === 'beforeEntry')) return true;
  const rules = evaluated(run, stage, type, actions);
  return rules.length === declared.length && ['Succeeded', 'Overridden'].includes(conditionStatus(rules, run));
}

/** What the failure of a run in its stage leads to: the result of the stage, or of the condition that has failed. */
export function engaged(run: Run, stage: StageDeclaration, actions: readonly ActionExecution[]): string | undefined {
  const { condition } = run;
  if (condition === undefined) return stage.onFailure?.result;
  const rules = evaluated(run, stage, condition, actions);
  const failed = rules.some(({ failure }) => failure !== undefined);
  return failed && conditionStatus(rules, run) !== 'Overridden' ? resultOf(stage, condition) : undefined;
}
