import { types } from 'dynalite/validations/listTables.js';
import { checkRequest } from '../request.ts';
import type { Operation } from '../state.ts';

interface Request {
  readonly ExclusiveStartTableName?: string;
  readonly Limit?: number;
}

export const listTables: Operation = {
  kind: 'read',
  run({ catalogue }, input) {
    const { ExclusiveStartTableName: after = '', Limit = 100 } = checkRequest<Request>('ListTables', types, input);
    const names = catalogue.all().map(({ name }) => name);
    const rest = names.filter((name) => name > after);
    const page = rest.slice(0, Limit);
    return {
      TableNames: page,
      ...(rest.length > page.length && { LastEvaluatedTableName: page[page.length - 1] }),
    };
  },
};
