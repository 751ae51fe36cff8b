import type { CustomActionType, CustomTypeId } from '../domain/custom-action-type.ts';
import type { Tag } from '../domain/declaration.ts';
import { type Item, isNew, type Key, list, read, readAll, unchanged, type Write } from './table.ts';

/** A custom action type as it is kept. A deleted one stays: its name may come back only with the same definition. */
export interface ActionTypeRecord {
  readonly type: CustomActionType;
  readonly deleted: boolean;
  readonly tags: readonly Tag[];
  readonly rev: number;
}

const partition = 'ACTIONTYPES';

/** The custom action type of an id, whoever its owner is said to be; undefined when there is none or it was deleted. */
export async function readActionType(id: CustomTypeId): Promise<CustomActionType | undefined> {
  const record = await readActionTypeRecord(id);
  return record && !record.deleted ? record.type : undefined;
}

/** The record of a custom action type, deleted or not; undefined when there never was one. */
export async function readActionTypeRecord(id: CustomTypeId): Promise<ActionTypeRecord | undefined> {
  const item = await read(typeKey(id));
  return item && recordFrom(item);
}

/** The records of those of some custom action types that there are or were. */
export async function readActionTypeRecords(ids: readonly CustomTypeId[]): Promise<readonly ActionTypeRecord[]> {
  const keys = new Map(ids.map((id) => [typeKey(id).sk, typeKey(id)]));
  const items = await readAll([...keys.values()]);
  return items.flatMap((item) => (item ? [recordFrom(item)] : []));
}

/** A page of the custom action types that are not deleted, by id: `limit` records are read, of which deleted ones are left out. */
export async function listActionTypes(
  limit: number,
  after?: Key,
): Promise<{ readonly types: readonly CustomActionType[]; readonly next?: Key }> {
  const { items, next } = await list(partition, '', { limit, ...(after ? { after } : {}) });
  const types = items.map(recordFrom).flatMap(({ type, deleted }) => (deleted ? [] : [type]));
  return { types, ...(next ? { next } : {}) };
}

/** The write that saves a custom action type: new, or as it was read. */
export function putActionType(record: Omit<ActionTypeRecord, 'rev'>, rev?: number): Write {
  const { type, deleted, tags } = record;
  return {
    put: { ...typeKey(type.id), definition: JSON.stringify(type), deleted, tags, rev: (rev ?? 0) + 1 },
    condition: rev === undefined ? isNew : unchanged(rev),
  };
}

/** How many custom action types there are that are not deleted. Whoever makes or deletes one writes it in the same transaction. */
export interface ActionTypeCount {
  readonly live: number;
  /** Absent before the first. */
  readonly rev?: number;
}

const countKey = { pk: `${partition}#COUNT`, sk: 'COUNT' };

/** Reads how many custom action types there are. */
export async function readActionTypeCount(): Promise<ActionTypeCount> {
  const item = await read(countKey);
  return item ? { live: Number(item['live']), rev: Number(item['rev']) } : { live: 0 };
}

/** The write that changes how many there are, if that is as it was read. */
export function putActionTypeCount(live: number, { rev }: ActionTypeCount): Write {
  return {
    put: { ...countKey, live, rev: (rev ?? 0) + 1 },
    condition: rev === undefined ? isNew : unchanged(rev),
  };
}

function typeKey({ category, provider, version }: CustomTypeId): Key {
  return { pk: partition, sk: `${category}#${provider}#${version}` };
}

function recordFrom({ definition, deleted, tags, rev }: Item): ActionTypeRecord {
  return {
    type: JSON.parse(String(definition)),
    deleted: deleted === true,
    tags: tags as readonly Tag[],
    rev: Number(rev),
  };
}
