import { type AttributeValue, attribute, type Item, typeOf } from './attribute-value.ts';
import type { Condition, Operand } from './condition.ts';
import { invalid } from './errors.ts';
import { afterPrefix, encodeKey, justAfter, typeOfKey } from './key.ts';
import { ALL, type SortKeys } from './pages.ts';
import type { KeySchema, Table } from './table.ts';

/** The one partition and the range of sort keys that a KeyConditionExpression names. */
export interface KeyRange {
  readonly hash: Uint8Array;
  readonly sortKeys: SortKeys;
}

interface Part {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly AttributeValue[];
}

const MIRRORED: Readonly<Record<string, string>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** Reads a KeyConditionExpression: an equality of the partition key and at most one condition of the sort key. */
export function keyRange(table: Table, schema: KeySchema, condition: Condition, values: Item): KeyRange {
  const parts = partsOf(condition, values);
  const names = parts.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw invalid('KeyConditionExpressions must only contain one condition per key');
  }
  if (parts.length > 2) throw invalid('Conditions can be of length 1 or 2 only');
  const hash = parts.find(({ name }) => name === schema.hash);
  if (!hash) throw invalid(`Query condition missed key schema element: ${schema.hash}`);
  const other = parts.find((part) => part !== hash);
  if (other && schema.range === undefined) throw invalid('Query key condition not supported');
  if (other && other.name !== schema.range) {
    throw invalid(`Query condition missed key schema element: ${schema.range}`);
  }
  if (hash.operator !== '=') throw invalid('Query key condition not supported');
  const [partition] = encodeAll(table, hash);
  return { hash: partition as Uint8Array, sortKeys: other ? sortKeys(other.operator, encodeAll(table, other)) : ALL };
}

function partsOf(condition: Condition, values: Item): Part[] {
  switch (condition.type) {
    case 'and':
      return [...partsOf(condition.left, values), ...partsOf(condition.right, values)];
    case 'or':
    case 'not':
      throw notForKeys(condition.type.toUpperCase());
    case 'function':
      if (condition.name !== 'begins_with') throw notForKeys(condition.name);
      return [part(condition.name, condition.operands, values)];
    case 'comparison':
      if (condition.operator === 'in' || condition.operator === '<>')
        throw notForKeys(condition.operator.toUpperCase());
      return [part(condition.operator, condition.operands, values)];
  }
}

function notForKeys(operator: string): Error {
  return invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function part(operator: string, operands: readonly Operand[], values: Item): Part {
  const [first, second] = operands;
  if (first?.type === 'value' && second?.type === 'path' && operator in MIRRORED) {
    return part(MIRRORED[operator] as string, [second, first], values);
  }
  if (first?.type !== 'path') {
    throw invalid('Invalid condition in KeyConditionExpression: No key attribute specified');
  }
  if (first.path.length > 1) throw invalid('KeyConditionExpressions cannot have conditions on nested attributes');
  const named = operands.slice(1).map((operand) => {
    if (operand.type === 'value') return attribute(values, operand.name) as AttributeValue;
    if (operand.type === 'size') throw invalid('KeyConditionExpressions cannot contain nested operations');
    throw invalid('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition');
  });
  return { name: String(first.path[0]), operator, values: named };
}

function encodeAll(table: Table, { name, operator, values }: Part): Uint8Array[] {
  const type = typeOfKey(table, name);
  return values.map((value) => {
    if (typeOf(value) !== type) {
      throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
    }
    if (operator === 'begins_with' && type === 'N') {
      throw invalid(
        'One or more parameter values were invalid: ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type',
      );
    }
    return encodeKey(name, value, 2048);
  });
}

function sortKeys(operator: string, [first, second]: readonly Uint8Array[]): SortKeys {
  const value = first as Uint8Array;
  switch (operator) {
    case '=':
      return { low: value, high: justAfter(value) };
    case '<':
      return { low: ALL.low, high: value };
    case '<=':
      return { low: ALL.low, high: justAfter(value) };
    case '>':
      return { low: justAfter(value), high: ALL.high };
    case '>=':
      return { low: value, high: ALL.high };
    case 'between':
      return { low: value, high: justAfter(second as Uint8Array) };
    default:
      return { low: value, high: afterPrefix(value) };
  }
}
