import { compareNumbers } from './number.ts';

/** A value as it travels: exactly one member is set. Numbers are decimal text, binary is base64. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly AttributeValue[];
  readonly M?: Item;
}

export type AttributeType = keyof AttributeValue;

/** An item, or a part of one: attributes by name. */
export type Item = Readonly<Record<string, AttributeValue>>;

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new TypeError('An attribute value without a type.');
}

/** The attribute of that name; never a member that every JavaScript object has. */
export function attribute(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Deep equality; the order of a set's elements and of a map's members does not count. */
export function equal(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (type === 'M') return equalItems(a.M ?? {}, b.M ?? {});
  if (type === 'L') return equalLists(a.L ?? [], b.L ?? []);
  const left = a[type];
  const right = b[type];
  return Array.isArray(left) && Array.isArray(right) ? equalSets(left, right) : left === right;
}

export function equalItems(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const left = attribute(a, name);
    const right = attribute(b, name);
    return left !== undefined && right !== undefined && equal(left, right);
  });
}

function equalLists(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  return a.length === b.length && a.every((left, i) => equal(left, b[i] as AttributeValue));
}

function equalSets(a: readonly string[], b: readonly string[]): boolean {
  const elements = new Set(b);
  return a.length === b.length && a.every((element) => elements.has(element));
}

/** Order of two values of one scalar type (negative, 0, positive); undefined when they cannot be ordered. Text is ordered by its UTF-8 bytes. */
export function order(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(bytesOf(a.B), bytesOf(b.B));
  return undefined;
}

export function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

/** Bytes that an item counts for limits, by the rules of "DynamoDB item sizes and formats" in the Developer Guide. */
export function sizeOfItem(item: Item): number {
  let size = 0;
  for (const name of Object.keys(item)) size += Buffer.byteLength(name) + sizeOf(item[name] as AttributeValue);
  return size;
}

function sizeOf(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return sizeOfNumber(value.N);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + sizeOfItem(value.M);
  if (value.L !== undefined) return 3 + value.L.length + sum(value.L.map(sizeOf));
  if (value.SS !== undefined) return sum(value.SS.map((element) => Buffer.byteLength(element)));
  if (value.NS !== undefined) return sum(value.NS.map(sizeOfNumber));
  if (value.BS !== undefined) return sum(value.BS.map((element) => Buffer.byteLength(element, 'base64')));
  return 1;
}

function sizeOfNumber(text: string): number {
  const digits = text.replace(/^-/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
