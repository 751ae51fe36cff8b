import { invalid } from '../errors.ts';
import { checkRequest, checkTransactItems } from '../request.ts';
import type { Operation } from '../state.ts';
import { get } from './get-item.ts';

const OPERATION = 'TransactGetItems';

/** Reads items as they stand at one moment. */
export const transactGetItems: Operation = {
  kind: 'read',
  run(state, { TransactItems, ...rest }) {
    checkRequest(OPERATION, {}, rest);
    const responses = checkTransactItems<{ readonly Get?: object }>({ TransactItems }).map(({ Get }) => {
      if (!Get) throw invalid('TransactItems can only contain Get');
      return get(OPERATION, state, Get);
    });
    return { Responses: responses };
  },
};
