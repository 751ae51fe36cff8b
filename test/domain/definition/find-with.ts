import { type ActionType, typeName } from '../../../functions/domain/action-type.ts';
import { type FindActionType, findActionType } from '../../../functions/domain/action-types.ts';

/** Finds Sluice's own types, and another. */
export function findWith(other: ActionType): FindActionType {
  return (id) => (typeName(id) === typeName(other.id) ? other : findActionType(id));
}
