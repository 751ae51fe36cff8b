import { type ActionExecution, isDone, runOf } from './action.ts';
import type { Run } from './run.ts';

/** ConditionExecutionStatus of the API; Cancelled is never used: a run that is cancelled lets its rules end. */
export type ConditionStatus = 'InProgress' | 'Failed' | 'Errored' | 'Succeeded' | 'Abandoned' | 'Overridden';

/** Of the latest executions of a condition's rules those that belong together: of the newest attempt of the newest run. */
export function newestEvaluation(rules: readonly ActionExecution[]): readonly ActionExecution[] {
  const newest = rules.map(evaluation).sort().at(-1);
  return rules.filter((rule) => evaluation(rule) === newest);
}

/** What a condition has come to, by the executions of its rules. It has errored when no rule has failed that could be evaluated. */
export function conditionStatus(rules: readonly ActionExecution[], run: Pick<Run, 'overridden'>): ConditionStatus {
  if (rules.some((rule) => isOverridden(rule, run))) return 'Overridden';
  if (rules.some(({ status }) => !isDone(status))) return 'InProgress';
  const failures = rules.flatMap(({ failure }) => failure ?? []);
  if (failures.some(({ code }) => code === 'JobFailed')) return 'Failed';
  if (failures.length > 0) return 'Errored';
  return rules.some(({ status }) => status === 'Abandoned') ? 'Abandoned' : 'Succeeded';
}

/** Pipeline, run, stage and attempt of a rule's execution. */
function evaluation({ key }: ActionExecution): string {
  return key.split('.').slice(0, 2).join('.');
}

function isOverridden(
  { key, stage, condition }: ActionExecution,
  { overridden = [] }: Pick<Run, 'overridden'>,
): boolean {
  const attempt = Number(key.split('.')[1]);
  return overridden.some((each) => each.stage === stage && each.attempt === attempt && each.condition === condition);
}

/** The run of a condition's evaluation. */
export function runOfEvaluation([rule]: readonly ActionExecution[]): string | undefined {
  return rule && runOf(rule.key).run;
}
