import { checkTypes, checkValidations, validateAttributeValue } from 'dynalite/validations/index.js';
import { ServiceError } from '../service.ts';
import type { Item } from './attribute-value.ts';
import { invalid, missing } from './errors.ts';

/** Members of a request and what each must be, in the notation of dynalite's validators. */
export type Shape = Readonly<Record<string, object | string>>;

export const RETURN_OLD_ON_FAILURE: Shape = {
  ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] },
};

/** A table's name or ARN. One that is neither is simply not found. */
export const TABLE: Shape = {
  TableName: { type: 'String', notNull: true, lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 1024 },
};

/** The members of a batch by table name; dynalite's own shape of the names has no room for ARNs. */
export function requestItems(types: Shape): Shape {
  const { keys, ...withoutNames } = types['RequestItems'] as Shape;
  return { RequestItems: withoutNames };
}

/** Some members of a shape. */
export function pick(shape: Shape, ...names: readonly string[]): Shape {
  return Object.fromEntries(names.map((name) => [name, shape[name] as object]));
}

/**
 * Checks a request against its shape. A member that the shape does not have is refused, not ignored; capacity is not metered, so
 * asking for it is refused too.
 */
export function checkRequest<T>(operation: string, shape: Shape, input: object): T {
  const known = new Set(Object.keys(shape));
  for (const [name, value] of Object.entries(input)) {
    if (value === null || known.has(name)) continue;
    if (name === 'ReturnConsumedCapacity' && value === 'NONE') continue;
    if (name === 'ReturnItemCollectionMetrics') continue;
    throw missing(`parameter ${name} of DynamoDB's ${operation}`);
  }
  try {
    const data = checkTypes(input, shape);
    checkValidations(data, shape);
    return data as T;
  } catch (error) {
    throw serviceError(error);
  }
}

const MOST_ACTIONS = 100;

/** The actions of a transaction, 1 to 100 objects, each still to be checked. */
export function checkTransactItems<T extends object>(input: { readonly TransactItems?: unknown }): readonly T[] {
  const { TransactItems: actions } = input;
  if (!Array.isArray(actions) || actions.some((action) => typeof action !== 'object' || action === null)) {
    throw invalid(
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must be a list of structures",
    );
  }
  if (actions.length < 1 || actions.length > MOST_ACTIONS) {
    const bound = actions.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ACTIONS}`;
    throw invalid(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  return actions;
}

/** Checks the values of an item or key and rewrites its numbers in plain notation. */
export function checkAttributes(item: Item): void {
  for (const value of Object.values(item)) {
    const wrong = validateAttributeValue(value);
    if (wrong) throw invalid(wrong);
  }
}

/** dynalite's errors carry the body that AWS would send. */
function serviceError(error: unknown): unknown {
  const body = (error as { body?: { __type: string; message?: string; Message?: string } }).body;
  if (!body) return error;
  return new ServiceError(body.__type.slice(body.__type.indexOf('#') + 1), body.message ?? body.Message ?? '');
}
