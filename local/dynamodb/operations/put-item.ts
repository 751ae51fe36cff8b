import { types } from 'dynalite/validations/putItem.js';
import type { Item } from '../attribute-value.ts';
import { answerOld, type Conditional, checkCondition, checkReturnValues } from '../conditional-write.ts';
import { parseExpressions } from '../expressions.ts';
import type { Change } from '../items.ts';
import { keyOfItem } from '../key.ts';
import { checkAttributes, checkRequest, pick, RETURN_OLD_ON_FAILURE, TABLE } from '../request.ts';
import type { Operation, State } from '../state.ts';

interface Put extends Conditional {
  readonly Item: Item;
}

const PUT = {
  ...TABLE,
  ...pick(types, 'Item', 'ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'),
  ...RETURN_OLD_ON_FAILURE,
};
const SHAPE = { ...PUT, ...pick(types, 'ReturnValues') };

/** Checks a Put of `operation` as far as it can be without the table; the answer decides it. */
export function preparePut(operation: string, input: object): (state: State) => Change {
  const put = checkRequest<Put>(operation, operation === 'PutItem' ? SHAPE : PUT, input);
  checkAttributes(put.Item);
  const expressions = parseExpressions(put, ['ConditionExpression']);
  return ({ catalogue, items }) => {
    const table = catalogue.get(put.TableName);
    const key = keyOfItem(table, put.Item);
    const old = items.find(table, key);
    checkCondition(put, expressions, old);
    return { table, key, old, item: put.Item };
  };
}

export const putItem: Operation = {
  kind: 'write',
  run(state, input: Put) {
    const decide = preparePut('PutItem', input);
    checkReturnValues(input.ReturnValues);
    const change = decide(state);
    state.items.apply(change);
    return answerOld(input.ReturnValues, change.old);
  },
};
