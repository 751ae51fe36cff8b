import { type ActionClass, type ActionType, typeName } from './action-type.ts';
import { actionTypes } from './catalogue.ts';
import type { CustomActionType } from './custom-action-type.ts';
import type { ActionTypeId } from './declaration.ts';
import { ruleTypes } from './rule-types.ts';

/** Finds the action type of an id; undefined when there is none. */
export type FindActionType = (id: ActionTypeId) => ActionType | undefined;

const byName = new Map([...actionTypes, ...ruleTypes].map((type) => [typeName(type.id), type]));
/** Fixed by CodePipeline (quotas). */
const dayInMinutes = 24 * 60;

/** The action type of an id, or the type of a rule, whether or not Sluice carries it out; undefined when CodePipeline has none. */
export function findActionType(id: ActionTypeId): ActionType | undefined {
  return byName.get(typeName(id));
}

/** Finds action types among Sluice's and some custom ones. */
export function findAmong(custom: readonly CustomActionType[]): FindActionType {
  const customByName = new Map(custom.map((type) => [typeName(type.id), asActionType(type)]));
  return (id) => findActionType(id) ?? customByName.get(typeName(id));
}

/** A custom action type as any other: a worker of the account has a day for each of its actions. */
function asActionType({
  id,
  actionConfigurationProperties,
  inputArtifactDetails: inputs,
  outputArtifactDetails: outputs,
}: CustomActionType): ActionType {
  return {
    id,
    class: 'job',
    properties: actionConfigurationProperties.map(
      ({ name, required, secret, queryable = false, description = '' }) => ({
        name,
        required,
        secret,
        queryable,
        description,
      }),
    ),
    inputArtifacts: { minimum: inputs.minimumCount, maximum: inputs.maximumCount },
    outputArtifacts: { minimum: outputs.minimumCount, maximum: outputs.maximumCount },
    timeoutInMinutes: dayInMinutes,
  };
}

/** What the machine must know of an action type: who carries it out, and for how long. */
export interface Carrier extends Pick<ActionType, 'timeoutInMinutes'> {
  readonly class: ActionClass;
}

/**
 * The carrier of an action of a validated definition. Workers have a day for each action of a custom type. What Sluice does not carry
 * out goes to the function that may do least: it fails the action (decision 0021).
 */
export function carrier(id: ActionTypeId): Carrier {
  if (id.owner === 'Custom') return { class: 'job', timeoutInMinutes: dayInMinutes };
  const type = findActionType(id);
  if (!type) throw new Error(`There is no action type ${typeName(id)}.`);
  return { class: type.class ?? 'approval', timeoutInMinutes: type.timeoutInMinutes };
}
