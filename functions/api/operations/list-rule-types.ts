import type { ActionType } from '../../domain/action-type.ts';
import { ruleTypes } from '../../domain/rule-types.ts';
import type { Operation } from '../operation.ts';
import { artifactDetails, propertyShape } from '../type-shape.ts';

/** ListRuleTypes: the rules that conditions may have, all at once. They are of this Region: another has none. */
export const listRuleTypes: Operation<{ regionFilter?: string }> = async ({ regionFilter: region }, { home }) => ({
  ruleTypes: region === undefined || region === home.region ? ruleTypes.map(ruleTypeShape) : [],
});

/** RuleType of the API. */
function ruleTypeShape({ id, properties, inputArtifacts }: ActionType): object {
  return {
    id,
    settings: {},
    ruleConfigurationProperties: properties.map(propertyShape),
    inputArtifactDetails: artifactDetails(inputArtifacts),
  };
}
