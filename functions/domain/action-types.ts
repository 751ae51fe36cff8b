import { type ActionType, typeName } from './action-type.ts';
import { actionTypes } from './catalogue.ts';
import type { ActionTypeId } from './declaration.ts';

const byName = new Map(actionTypes.map((type) => [typeName(type.id), type]));

/** The action type of an id; undefined when Sluice does not carry it out. */
export function findActionType(id: ActionTypeId): ActionType | undefined {
  return byName.get(typeName(id));
}

/** The action type of a validated definition. */
export function actionType(id: ActionTypeId): ActionType {
  const type = findActionType(id);
  if (!type) throw new Error(`There is no action type ${typeName(id)}.`);
  return type;
}
