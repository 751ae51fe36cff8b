import { types } from 'dynalite/validations/updateItem.js';
import type { AttributeValue, Item } from '../attribute-value.ts';
import { type Conditional, checkCondition } from '../conditional-write.ts';
import { invalid } from '../errors.ts';
import { parseExpressions } from '../expressions.ts';
import type { Change } from '../items.ts';
import { keyOfRequest } from '../key.ts';
import { type Path, project } from '../path.ts';
import { checkAttributes, checkRequest, pick, RETURN_OLD_ON_FAILURE, type Shape, TABLE } from '../request.ts';
import type { Operation, State } from '../state.ts';
import type { KeySchema } from '../table.ts';
import { applyUpdate, type Update } from '../update.ts';

interface UpdateRequest extends Conditional {
  readonly Key: Item;
}

const SHAPE: Shape = {
  ...TABLE,
  ...pick(
    types,
    'Key',
    'ConditionExpression',
    'UpdateExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
    'ReturnValues',
  ),
  ...RETURN_OLD_ON_FAILURE,
};
const { ReturnValues: _, ...WITHOUT_RETURN_VALUES } = SHAPE;
const IN_TRANSACTION: Shape = { ...WITHOUT_RETURN_VALUES, UpdateExpression: { type: 'String', notNull: true } };

/** A decided update, and the paths that it touches. */
export interface UpdateChange extends Change {
  readonly paths: readonly Path[];
}

/** Checks an Update of `operation` as far as it can be without the table; the answer decides it. */
export function prepareUpdate(operation: string, input: object): (state: State) => UpdateChange {
  const request = checkRequest<UpdateRequest>(operation, operation === 'UpdateItem' ? SHAPE : IN_TRANSACTION, input);
  checkAttributes(request.Key);
  const expressions = parseExpressions(request, ['UpdateExpression', 'ConditionExpression']);
  const { update = [] } = expressions;
  const paths = update.map(({ path }) => path);
  return ({ catalogue, items }) => {
    const table = catalogue.get(request.TableName);
    const key = keyOfRequest(table, request.Key);
    checkKeyStays(table.key, paths);
    const old = items.find(table, key);
    checkCondition(request, expressions, old);
    const before = old?.item ?? request.Key;
    const item: Record<string, AttributeValue> = old ? JSON.parse(old.text) : { ...request.Key };
    applyUpdate(update, item, before, request.ExpressionAttributeValues ?? {});
    return { table, key, old, item: old || !onlyTakesAway(update) ? item : undefined, paths };
  };
}

/** An update that only removes makes no item where there is none; an update with no expression at all does. */
function onlyTakesAway(update: readonly Update[]): boolean {
  return update.length > 0 && update.every(({ type }) => type === 'remove' || type === 'delete');
}

function checkKeyStays({ hash, range }: KeySchema, paths: readonly Path[]): void {
  for (const [name] of paths) {
    if (name !== hash && name !== range) continue;
    throw invalid(
      `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
    );
  }
}

export const updateItem: Operation = {
  kind: 'write',
  run(state, input: UpdateRequest) {
    const change = prepareUpdate('UpdateItem', input)(state);
    state.items.apply(change);
    const attributes = answered(input.ReturnValues, change);
    return attributes && Object.keys(attributes).length > 0 ? { Attributes: attributes } : {};
  },
};

function answered(returnValues: string | undefined, { old, item, paths }: UpdateChange): Item | undefined {
  switch (returnValues) {
    case 'ALL_OLD':
      return old?.item;
    case 'ALL_NEW':
      return item;
    case 'UPDATED_OLD':
      return old && project(old.item, paths);
    case 'UPDATED_NEW':
      return item && project(item, paths);
    default:
      return undefined;
  }
}
