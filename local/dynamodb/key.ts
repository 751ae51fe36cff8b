import { type AttributeValue, attribute, bytesOf, type Item, typeOf } from './attribute-value.ts';
import { invalid } from './errors.ts';
import { encodeNumber } from './number.ts';
import type { Index, KeySchema, KeyType, Table } from './table.ts';

/** Where an item stands: bytes that sort as DynamoDB sorts. `range` is empty when the table has no sort key. */
export interface Key {
  readonly hash: Uint8Array;
  readonly range: Uint8Array;
}

/** Where an item stands in an index: sorted by the index's sort key, then by the table's key, which makes it unique. */
export interface IndexKey {
  readonly hash: Uint8Array;
  readonly position: Uint8Array;
}

const EMPTY = new Uint8Array();
const LONGEST_HASH = 2048;
const LONGEST_RANGE = 1024;

/** After every sort key, plain or as a position in an index. */
export const END: Uint8Array = Buffer.alloc(2 * LONGEST_RANGE + 1, 0xff);

/** The key of an item that is to be stored; refuses one that lacks it or has it in another type. */
export function keyOfItem(table: Table, item: Item): Key {
  const encode = (name: string, longest: number) => {
    const value = attribute(item, name);
    if (!value) throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    const expected = typeOfKey(table, name);
    if (typeOf(value) !== expected) {
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${expected} actual: ${typeOf(value)}`,
      );
    }
    return encodeKey(name, value, longest);
  };
  return encodeWith(table.key, encode);
}

/** The key that a request names; refuses one that does not have exactly the table's key attributes. */
export function keyOfRequest(table: Table, key: Item): Key {
  const mismatch = () => invalid('The provided key element does not match the schema');
  if (Object.keys(key).length !== (table.key.range === undefined ? 1 : 2)) throw mismatch();
  const encode = (name: string, longest: number) => {
    const value = attribute(key, name);
    if (!value || typeOf(value) !== typeOfKey(table, name)) throw mismatch();
    return encodeKey(name, value, longest);
  };
  return encodeWith(table.key, encode);
}

function encodeWith({ hash, range }: KeySchema, encode: (name: string, longest: number) => Buffer): Key {
  return {
    hash: encode(hash, LONGEST_HASH),
    range: range === undefined ? EMPTY : encode(range, LONGEST_RANGE),
  };
}

/** Text that tells the keys of one table apart. */
export function keyText({ hash, range }: Key): string {
  return `${Buffer.from(hash).toString('hex')} ${Buffer.from(range).toString('hex')}`;
}

/** The key attributes of an item: what a stream record and LastEvaluatedKey hold. */
export function keyAttributes(item: Item, ...schemas: readonly KeySchema[]): Item {
  const names = schemas.flatMap(({ hash, range }) => (range === undefined ? [hash] : [hash, range]));
  return Object.fromEntries(names.map((name) => [name, item[name] as AttributeValue]));
}

export function typeOfKey(table: Table, name: string): KeyType {
  const type = table.attributes[name];
  if (!type) throw new TypeError(`${table.name} does not define the key attribute ${name}.`);
  return type;
}

/** Encodes one key attribute. */
export function encodeKey(name: string, value: AttributeValue, longest = LONGEST_RANGE): Buffer {
  if (value.N !== undefined) return encodeNumber(value.N);
  const bytes = value.S !== undefined ? Buffer.from(value.S) : bytesOf(value.B ?? '');
  if (bytes.length === 0) {
    const kind = value.S !== undefined ? 'string' : 'binary';
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
    );
  }
  if (bytes.length > longest) throw tooLong(longest);
  return bytes;
}

function tooLong(longest: number): Error {
  return invalid(
    longest === LONGEST_HASH
      ? 'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes'
      : 'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
  );
}

/** Where an item stands in an index; undefined when it lacks one of the index's key attributes (the index is sparse). */
export function indexKey(table: Table, index: Index, item: Item, key: Key): IndexKey | undefined {
  const hash = indexAttribute(table, index, item, index.key.hash, LONGEST_HASH);
  if (!hash) return undefined;
  const { range } = index.key;
  const sort = range === undefined ? EMPTY : indexAttribute(table, index, item, range, LONGEST_RANGE);
  return sort && { hash, position: position(sort, key) };
}

function indexAttribute(table: Table, index: Index, item: Item, name: string, longest: number): Buffer | undefined {
  const value = attribute(item, name);
  if (!value) return undefined;
  const expected = typeOfKey(table, name);
  if (typeOf(value) !== expected) {
    throw invalid(
      `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${typeOf(value)} IndexName: ${index.name}`,
    );
  }
  if (value.S === '' || value.B === '') {
    throw invalid(
      `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${value.S === '' ? 'string' : 'binary'} value. IndexName: ${index.name}, IndexKey: ${name}`,
    );
  }
  return encodeKey(name, value, longest);
}

function position(sort: Uint8Array, { hash, range }: Key): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(hash.length);
  return Buffer.concat([escapeZeros(sort), Buffer.alloc(2), length, hash, range]);
}

/** Writes 00 as 00 FF, so that 00 00 can end a sort key within a position and the order stays. A bound on sort keys becomes a bound on positions. */
export function escapeZeros(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0)) return bytes;
  const escaped: number[] = [];
  for (const byte of bytes) escaped.push(...(byte === 0 ? [0, 0xff] : [byte]));
  return Buffer.from(escaped);
}

/** The next byte string after `bytes`. */
export function justAfter(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(1)]);
}

/** The first byte string after all that begin with `prefix`. */
export function afterPrefix(prefix: Uint8Array): Uint8Array {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return END;
  const after = Buffer.from(prefix.subarray(0, length));
  after[length - 1] = (after[length - 1] ?? 0) + 1;
  return after;
}
