import {
  putActionType,
  putActionTypeCount,
  readActionTypeCount,
  readActionTypeRecord,
} from '../../aws/action-type-record.ts';
import { write } from '../../aws/table.ts';
import type { CustomTypeId } from '../../domain/custom-action-type.ts';
import { concurrently } from '../concurrent.ts';
import type { Operation } from '../operation.ts';

/** DeleteCustomActionType: no pipeline can name the type from now on. One that is not there is deleted already. */
export const deleteCustomActionType: Operation<CustomTypeId> = async (id) => {
  await concurrently('The list of custom action types', async () => {
    const count = await readActionTypeCount();
    const found = await readActionTypeRecord(id);
    if (!found || found.deleted) return;
    await write([
      putActionType({ type: found.type, deleted: true, tags: [] }, found.rev),
      putActionTypeCount(count.live - 1, count),
    ]);
  });
  return undefined;
};
