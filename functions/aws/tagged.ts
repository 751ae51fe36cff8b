import type { ActionCategory, Tag } from '../domain/declaration.ts';
import type { TaggedId } from '../domain/resource-arn.ts';
import { putActionType, readActionTypeRecord } from './action-type-record.ts';
import { putSummary, readSummary } from './pipeline-record.ts';
import { read, unchanged, type Write } from './table.ts';

/** The tags of a resource as they were read, and the write that replaces them if nobody has come between. */
export interface Tagged {
  readonly tags: readonly Tag[];
  replace(tags: readonly Tag[]): Write;
}

type Resources = {
  readonly [Type in TaggedId['type']]: (id: Extract<TaggedId, { type: Type }>) => Promise<Tagged | undefined>;
};

/** Where each kind of resource has its tags. */
const resources: Resources = { pipeline, webhook, actiontype };

/** The tags of a resource; undefined when there is none of this id. */
export async function readTagged(id: TaggedId): Promise<Tagged | undefined> {
  return (resources[id.type] as (id: TaggedId) => Promise<Tagged | undefined>)(id);
}

async function pipeline({ name }: { readonly name: string }): Promise<Tagged | undefined> {
  const found = await readSummary(name);
  return found && { tags: found.tags, replace: (tags) => putSummary({ ...found, tags }, found) };
}

async function webhook({ name }: { readonly name: string }): Promise<Tagged | undefined> {
  const key = { pk: 'WEBHOOKS', sk: name };
  const found = await read(key);
  if (!found) return undefined;
  const rev = Number(found['rev']);
  return {
    tags: (found['tags'] ?? []) as readonly Tag[],
    replace: (tags) => ({ put: { ...found, ...key, tags, rev: rev + 1 }, condition: unchanged(rev) }),
  };
}

/** Only custom action types are an account's own. */
async function actiontype({ owner, typeId }: Extract<TaggedId, { type: 'actiontype' }>): Promise<Tagged | undefined> {
  if (owner !== 'Custom') return undefined;
  const found = await readActionTypeRecord({ ...typeId, category: typeId.category as ActionCategory });
  if (!found || found.deleted) return undefined;
  return { tags: found.tags, replace: (tags) => putActionType({ ...found, tags }, found.rev) };
}
