import { type ActionDeclaration, type PipelineDeclaration, type RuleDeclaration, runOrder } from '../declaration.ts';
import type { At } from './breach.ts';
import { hooks } from './conditions.ts';

/** When something of a pipeline runs: the number of its stage, and its run order there. */
export interface Place {
  readonly stage: number;
  readonly order: number;
}

/** An action with its place, the name of its stage, and where it stands. */
interface PlacedAction {
  readonly action: ActionDeclaration;
  readonly stageName: string;
  readonly place: Place;
  readonly at: At;
}

/** The actions of a pipeline, in the order of declaration. */
export function placedActions({ stages }: Pick<PipelineDeclaration, 'stages'>): readonly PlacedAction[] {
  return stages.flatMap(({ name, actions }, stage) =>
    actions.map((action, index) => ({
      action,
      stageName: name,
      place: { stage, order: runOrder(action) },
      at: ['stages', stage, 'actions', index],
    })),
  );
}

/** A rule of a condition with its place, the name of its stage, and where it stands. */
export interface PlacedRule {
  readonly rule: RuleDeclaration;
  readonly stageName: string;
  readonly place: Place;
  readonly at: At;
}

/** The rules of a pipeline's conditions. They run before all actions of their stage, or after all. */
export function placedRules({ stages }: Pick<PipelineDeclaration, 'stages'>): readonly PlacedRule[] {
  return stages.flatMap((stage, index) =>
    hooks(stage).flatMap(({ name, conditions }) => {
      const place = { stage: index, order: name === 'beforeEntry' ? 0 : Number.POSITIVE_INFINITY };
      return conditions.flatMap(({ rules = [] }, condition) =>
        rules.map((rule, number) => ({
          rule,
          stageName: stage.name,
          place,
          at: ['stages', index, name, 'conditions', condition, 'rules', number],
        })),
      );
    }),
  );
}

/** Whether what is at the first place is done when the second comes; not so when there is no first. */
export function isBefore(first: Place | undefined, second: Place): boolean {
  if (!first) return false;
  return first.stage < second.stage || (first.stage === second.stage && first.order < second.order);
}
