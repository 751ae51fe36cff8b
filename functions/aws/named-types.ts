import { type FindActionType, findActionType, findAmong } from '../domain/action-types.ts';
import type { ActionTypeId, PipelineDeclaration } from '../domain/declaration.ts';
import { readActionTypeRecord, readActionTypeRecords } from './action-type-record.ts';

/** Finds the action types that a new definition may name: Sluice's, and those custom ones of its own that are not deleted. */
export async function usableTypes(definition: PipelineDeclaration): Promise<FindActionType> {
  return among(idsOf(definition), (deleted) => !deleted);
}

/** Finds the action types that accepted definitions name. Custom types that were deleted since are among them: what they call secret stays so. */
export async function typesOf(...definitions: readonly PipelineDeclaration[]): Promise<FindActionType> {
  return among(definitions.flatMap(idsOf), () => true);
}

/** Finds the action type of one action of an accepted definition, a deleted custom type too. */
export async function typeOf(id: ActionTypeId): Promise<FindActionType> {
  const record = id.owner === 'Custom' ? await readActionTypeRecord(id) : undefined;
  return record ? findAmong([record.type]) : findActionType;
}

/** Reads only what is of the owner Custom. */
async function among(ids: readonly ActionTypeId[], isWanted: (deleted: boolean) => boolean): Promise<FindActionType> {
  const custom = ids.filter(({ owner }) => owner === 'Custom');
  if (custom.length === 0) return findActionType;
  const records = await readActionTypeRecords(custom);
  return findAmong(records.filter(({ deleted }) => isWanted(deleted)).map(({ type }) => type));
}

function idsOf({ stages }: PipelineDeclaration): readonly ActionTypeId[] {
  return stages.flatMap(({ actions }) => actions.map(({ actionTypeId }) => actionTypeId));
}
