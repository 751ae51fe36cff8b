import { type ActionType, typeName } from './action-type.ts';
import { actionTypes } from './catalogue.ts';
import type { CustomActionType } from './custom-action-type.ts';
import type { ActionTypeId } from './declaration.ts';

/** Finds the action type of an id; undefined when there is none. */
export type FindActionType = (id: ActionTypeId) => ActionType | undefined;

const byName = new Map(actionTypes.map((type) => [typeName(type.id), type]));
/** Fixed by CodePipeline (quotas). */
const dayInMinutes = 24 * 60;

/** The action type of an id; undefined when Sluice does not carry it out. */
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
export type Carrier = Pick<ActionType, 'class' | 'timeoutInMinutes'>;

/** The carrier of an action of a validated definition: workers have a day for each action of a custom type. */
export function carrier(id: ActionTypeId): Carrier {
  return id.owner === 'Custom' ? { class: 'job', timeoutInMinutes: dayInMinutes } : actionType(id);
}

/** The action type of a validated definition, if it is one of Sluice's. */
export function actionType(id: ActionTypeId): ActionType {
  const type = findActionType(id);
  if (!type) throw new Error(`There is no action type ${typeName(id)}.`);
  return type;
}
