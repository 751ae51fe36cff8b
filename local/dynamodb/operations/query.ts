import { types } from 'dynalite/validations/query.js';
import type { Item } from '../attribute-value.ts';
import { attributesOf, type Condition } from '../condition.ts';
import { invalid } from '../errors.ts';
import { type ExpressionParameters, parseExpressions } from '../expressions.ts';
import { type Key, keyOfRequest } from '../key.ts';
import { keyRange } from '../key-condition.ts';
import type { Source, Wish } from '../pages.ts';
import type { Path } from '../path.ts';
import { checkAttributes, checkRequest, pick, TABLE } from '../request.ts';
import type { Operation, State } from '../state.ts';
import { type KeySchema, projected } from '../table.ts';

/** What Query and Scan share. */
export interface PageRequest extends ExpressionParameters {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Limit?: number;
  readonly Select?: 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES' | 'SPECIFIC_ATTRIBUTES' | 'COUNT';
  readonly ConsistentRead?: boolean;
  readonly ExclusiveStartKey?: Item;
}

interface QueryRequest extends PageRequest {
  readonly ScanIndexForward?: boolean;
}

const SHAPE = {
  ...TABLE,
  ...pick(
    types,
    'IndexName',
    'KeyConditionExpression',
    'FilterExpression',
    'ProjectionExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
    'Select',
    'Limit',
    'ConsistentRead',
    'ScanIndexForward',
    'ExclusiveStartKey',
  ),
};

export const query: Operation = {
  kind: 'read',
  run(state, input) {
    const request = checkRequest<QueryRequest>('Query', SHAPE, input);
    const { keyCondition, filter, projection } = parseExpressions(request, [
      'ProjectionExpression',
      'FilterExpression',
      'KeyConditionExpression',
    ]);
    if (!keyCondition) {
      throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
    }
    const source = sourceOf(state, request);
    const schema = source.index?.key ?? source.table.key;
    if (filter) checkFilter(schema, filter);
    const range = keyRange(source.table, schema, keyCondition, request.ExpressionAttributeValues ?? {});
    const start = startOf(source, request.ExclusiveStartKey);
    const backwards = request.ScanIndexForward === false;
    const wish = wishOf(source, request, filter, projection);
    return state.pages.query(source, range.hash, range.sortKeys, backwards, start, wish);
  },
};

/** The table or index that a request names. */
export function sourceOf({ catalogue }: State, { TableName, IndexName, ConsistentRead }: PageRequest): Source {
  const table = catalogue.get(TableName);
  if (IndexName === undefined) return { table };
  const index = table.indexes.find(({ name }) => name === IndexName);
  if (!index) throw invalid(`The table does not have the specified index: ${IndexName}`);
  if (ConsistentRead) throw invalid('Consistent reads are not supported on global secondary indexes');
  return { table, index };
}

/** What a request wants of the items that are read; refuses to show attributes that the index does not hold. */
export function wishOf(
  { table, index }: Source,
  { Limit, Select, ExpressionAttributeValues = {} }: PageRequest,
  filter: Condition | undefined,
  projection: readonly Path[] | undefined,
): Wish {
  if (projection && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES') {
    throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${Select}`);
  }
  if (Select === 'SPECIFIC_ATTRIBUTES' && !projection) {
    throw invalid('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && !index) {
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  const held = index && projected(table, index);
  if (held && Select === 'ALL_ATTRIBUTES') {
    throw invalid(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  const absent = held && projection?.map(([name]) => String(name)).filter((name) => !held.has(name));
  if (absent && absent.length > 0) {
    throw invalid(
      `One or more parameter values were invalid: Global secondary index ${index?.name} does not project [${absent.join(', ')}]`,
    );
  }
  return {
    ...(Limit !== undefined && { limit: Limit }),
    ...(filter && { filter }),
    ...(projection && { projection }),
    values: ExpressionAttributeValues,
    countOnly: Select === 'COUNT',
  };
}

/** The item after which a page begins: it need not exist (any more), but must have all keys. */
export function startOf(
  { table, index }: Source,
  startKey: Item | undefined,
): { readonly item: Item; readonly key: Key } | undefined {
  if (!startKey) return undefined;
  checkAttributes(startKey);
  const names = (schema: KeySchema) => [schema.hash, schema.range].filter((name) => name !== undefined);
  const expected = new Set([...names(table.key), ...(index ? names(index.key) : [])]);
  if (Object.keys(startKey).length !== expected.size || [...expected].some((name) => !startKey[name])) {
    throw invalid('The provided starting key is invalid');
  }
  const key = Object.fromEntries(Object.entries(startKey).filter(([name]) => names(table.key).includes(name)));
  return { item: startKey, key: keyOfRequest(table, key) };
}

function checkFilter({ hash, range }: KeySchema, filter: Condition): void {
  const key = attributesOf(filter).find((name) => name === hash || name === range);
  if (key === undefined) return;
  throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
}
