import type { ActionType } from './action-type.ts';

/** What a type of rule is: validation and ListRuleTypes come from here. */
export interface RuleType {
  readonly id: {
    readonly category: 'Rule';
    readonly owner: 'AWS';
    readonly provider: string;
    readonly version: string;
  };
  readonly properties: ActionType['properties'];
  readonly inputArtifacts: ActionType['inputArtifacts'];
}

/** Every type of rule that Sluice carries out: none yet. */
export const ruleTypes: readonly RuleType[] = [];
