import {
  type ActionDeclaration,
  actionsOf,
  asAction,
  type ConditionType,
  type StageDeclaration,
  steps,
} from './declaration.ts';
import type { Run } from './run.ts';

/** In the order in which a run meets them. */
export const conditionTypes: readonly ConditionType[] = ['beforeEntry', 'onSuccess', 'onFailure'];

/** One step of a stage, all of which goes on at once: the actions of a run order, or the rules of a condition. */
export type Step = number | ConditionType;

/** What a step runs, and its place among the actions of its stage or the rules of its condition. */
export interface Placed {
  readonly declaration: ActionDeclaration;
  readonly index: number;
}

/** The step that goes on in a run; undefined before the first of its stage. */
export function stepOf({ step, condition }: Pick<Run, 'step' | 'condition'>): Step | undefined {
  return condition ?? (step === 0 ? undefined : step);
}

/** Everything that a step of a stage runs. */
export function placedIn(stage: StageDeclaration, step: Step): readonly Placed[] {
  if (typeof step !== 'number') return rulesOf(stage, step).map((declaration, index) => ({ declaration, index }));
  return actionsOf(stage, step).map((declaration) => ({ declaration, index: stage.actions.indexOf(declaration) }));
}

/**
 * The step that follows in a stage when the one that goes on has succeeded; undefined when the stage is done. A run that rolls the
 * stage back is not kept out by its entry condition (decision 0023).
 */
export function stepAfter(
  stage: StageDeclaration,
  { step, condition, rollback }: Pick<Run, 'step' | 'condition' | 'rollback'>,
): Step | undefined {
  if (condition === 'onSuccess' || condition === 'onFailure') return undefined;
  if (condition === undefined && step === 0 && !rollback && rulesOf(stage, 'beforeEntry').length > 0)
    return 'beforeEntry';
  const order = steps(stage).find((each) => each > step);
  if (order !== undefined) return order;
  return rulesOf(stage, 'onSuccess').length > 0 ? 'onSuccess' : undefined;
}

/** The rules of a stage's condition, as the actions that they are carried out as; none where it has no such condition. */
export function rulesOf(stage: StageDeclaration, type: ConditionType): readonly ActionDeclaration[] {
  return (stage[type]?.conditions ?? []).flatMap(({ rules = [] }) => rules.map(asAction));
}

/** What engages when a condition of a stage fails. */
export function resultOf(stage: StageDeclaration, type: ConditionType): 'FAIL' | 'SKIP' | 'ROLLBACK' {
  const { result } = stage[type]?.conditions?.[0] ?? {};
  return (result as 'FAIL' | 'SKIP' | 'ROLLBACK' | undefined) ?? (type === 'onFailure' ? 'ROLLBACK' : 'FAIL');
}
