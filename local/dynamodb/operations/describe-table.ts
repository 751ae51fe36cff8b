import { checkRequest, TABLE } from '../request.ts';
import type { Operation } from '../state.ts';
import { describe } from '../table.ts';

export const describeTable: Operation = {
  kind: 'read',
  run({ catalogue, items }, input) {
    const { TableName } = checkRequest<{ readonly TableName: string }>('DescribeTable', TABLE, input);
    const table = catalogue.get(TableName);
    const { items: count, bytes } = items.count(table);
    return { Table: describe(table, count, bytes) };
  },
};
