import {
  putActionType,
  putActionTypeCount,
  readActionTypeCount,
  readActionTypeRecord,
} from '../../aws/action-type-record.ts';
import { write } from '../../aws/table.ts';
import {
  acceptCustomActionType,
  admitActionType,
  type GivenActionType,
} from '../../domain/accept-custom-action-type.ts';
import type { Tag } from '../../domain/declaration.ts';
import { acceptTags } from '../../domain/tags.ts';
import { concurrently } from '../concurrent.ts';
import type { Operation } from '../operation.ts';

/** CreateCustomActionType: makes a type of the owner Custom, or brings a deleted one back as it was. */
export const createCustomActionType: Operation<GivenActionType & { tags?: readonly Tag[] }> = async (input) => {
  const tags = acceptTags(input.tags ?? []);
  const type = acceptCustomActionType(input);
  await concurrently('The list of custom action types', async () => {
    const count = await readActionTypeCount();
    const found = await readActionTypeRecord(type.id);
    admitActionType(type, found, count.live);
    await write([putActionType({ type, deleted: false, tags }, found?.rev), putActionTypeCount(count.live + 1, count)]);
  });
  return { actionType: type, ...(tags.length > 0 ? { tags } : {}) };
};
