import type { Conditions, ConditionType, PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { aDefinition } from './given.ts';

/** A condition of two rules. */
export const condition = (result?: string): Conditions => ({
  conditions: [
    {
      ...(result === undefined ? {} : { result }),
      rules: ['R1', 'R2'].map((name) => ({ name, ruleTypeId: { category: 'Rule', provider: 'VariableCheck' } })),
    },
  ],
});

/** A pipeline whose middle stage has conditions, each of two rules, with the results that are named. */
export function withConditions(results: Partial<Record<ConditionType, string>>): PipelineDeclaration {
  const definition = aDefinition({ A: [1], B: [1, 2], C: [1] });
  const conditions = Object.fromEntries(Object.entries(results).map(([type, result]) => [type, condition(result)]));
  const stages = definition.stages.map((stage) => (stage.name === 'B' ? { ...stage, ...conditions } : stage));
  return { ...definition, stages };
}
