import { types } from 'dynalite/validations/getItem.js';
import type { Item } from '../attribute-value.ts';
import { type ExpressionParameters, parseExpressions } from '../expressions.ts';
import { keyOfRequest } from '../key.ts';
import { project } from '../path.ts';
import { checkAttributes, checkRequest, pick, TABLE } from '../request.ts';
import type { Operation, State } from '../state.ts';

interface Get extends ExpressionParameters {
  readonly TableName: string;
  readonly Key: Item;
}

const IN_TRANSACTION = {
  ...TABLE,
  ...pick(types, 'Key', 'ProjectionExpression', 'ExpressionAttributeNames'),
};
const SHAPE = { ...IN_TRANSACTION, ...pick(types, 'ConsistentRead') };

/** Reads one item for `operation`. Every read is consistent. */
export function get(operation: string, { catalogue, items }: State, input: object): { readonly Item?: Item } {
  const request = checkRequest<Get>(operation, operation === 'GetItem' ? SHAPE : IN_TRANSACTION, input);
  checkAttributes(request.Key);
  const { projection } = parseExpressions(request, ['ProjectionExpression']);
  const table = catalogue.get(request.TableName);
  const found = items.find(table, keyOfRequest(table, request.Key))?.item;
  if (!found) return {};
  return { Item: projection ? project(found, projection) : found };
}

export const getItem: Operation = {
  kind: 'read',
  run: (state, input) => get('GetItem', state, input),
};
