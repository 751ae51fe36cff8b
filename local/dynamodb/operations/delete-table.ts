import { ServiceError } from '../../service.ts';
import { checkRequest, TABLE } from '../request.ts';
import type { Operation } from '../state.ts';
import { describe } from '../table.ts';

/** Removes a table and its items at once. Its stream stays readable until its records are a day old. */
export const deleteTable: Operation = {
  kind: 'table',
  run({ catalogue, items }, input) {
    const { TableName } = checkRequest<{ readonly TableName: string }>('DeleteTable', TABLE, input);
    const table = catalogue.get(TableName);
    if (table.deletionProtection) {
      throw new ServiceError(
        'ValidationException',
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
      );
    }
    const { items: count, bytes } = items.count(table);
    catalogue.delete(table);
    return { TableDescription: { ...describe(table, count, bytes), TableStatus: 'DELETING' } };
  },
};
