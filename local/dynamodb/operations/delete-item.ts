import { types } from 'dynalite/validations/deleteItem.js';
import type { Item } from '../attribute-value.ts';
import { answerOld, type Conditional, checkCondition, checkReturnValues } from '../conditional-write.ts';
import { invalid } from '../errors.ts';
import { parseExpressions } from '../expressions.ts';
import type { Change } from '../items.ts';
import { keyOfRequest } from '../key.ts';
import { checkAttributes, checkRequest, pick, RETURN_OLD_ON_FAILURE, TABLE } from '../request.ts';
import type { Operation, State } from '../state.ts';

interface Delete extends Conditional {
  readonly Key: Item;
}

const DELETE = {
  ...TABLE,
  ...pick(types, 'Key', 'ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'),
  ...RETURN_OLD_ON_FAILURE,
};
const SHAPE = { ...DELETE, ...pick(types, 'ReturnValues') };

/** Checks a Delete of `operation` as far as it can be without the table; the answer decides it. */
export function prepareDelete(operation: string, input: object): (state: State) => Change {
  const shape = operation === 'DeleteItem' ? SHAPE : DELETE;
  return prepare(checkRequest<Delete>(operation, shape, input), (change) => ({ ...change, item: undefined }));
}

/** Checks a ConditionCheck of a transaction: its change leaves the item as it is. */
export function prepareConditionCheck(operation: string, input: object): (state: State) => Change {
  const check = checkRequest<Delete>(operation, DELETE, input);
  if (check.ConditionExpression === undefined) {
    throw invalid(
      "1 validation error detected: Value null at 'conditionExpression' failed to satisfy constraint: Member must not be null",
    );
  }
  return prepare(check, (change) => change);
}

function prepare(request: Delete, decide: (unchanged: Change) => Change): (state: State) => Change {
  checkAttributes(request.Key);
  const expressions = parseExpressions(request, ['ConditionExpression']);
  return ({ catalogue, items }) => {
    const table = catalogue.get(request.TableName);
    const key = keyOfRequest(table, request.Key);
    const old = items.find(table, key);
    checkCondition(request, expressions, old);
    return decide({ table, key, old, item: old?.item });
  };
}

export const deleteItem: Operation = {
  kind: 'write',
  run(state, input: Delete) {
    const decide = prepareDelete('DeleteItem', input);
    checkReturnValues(input.ReturnValues);
    const change = decide(state);
    state.items.apply(change);
    return answerOld(input.ReturnValues, change.old);
  },
};
