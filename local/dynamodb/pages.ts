import type { DatabaseSync } from 'node:sqlite';
import { type Item, sizeOfItem } from './attribute-value.ts';
import { type Condition, holds } from './condition.ts';
import { END, escapeZeros, indexKey, justAfter, type Key, keyAttributes } from './key.ts';
import { type Path, project } from './path.ts';
import { type Index, projected, type Table } from './table.ts';

const LARGEST_PAGE = 1024 * 1024;
const EMPTY = new Uint8Array();

/** Sort keys from `low` (inclusive) to `high` (exclusive). */
export interface SortKeys {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

/** Where a query or scan reads: the table itself or one of its indexes. */
export interface Source {
  readonly table: Table;
  readonly index?: Index;
}

/** What becomes of the items read: at most `limit` are looked at, those that the filter lets through are answered. */
export interface Wish {
  readonly limit?: number;
  readonly filter?: Condition;
  readonly values: Item;
  readonly projection?: readonly Path[];
  readonly countOnly: boolean;
}

export interface Page {
  readonly Items?: readonly Item[];
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: Item;
}

interface Row {
  readonly item: string;
  readonly bytes: number;
}

/** Reads pages of at most 1 MB. Rows come from the database one by one, in order, so a page costs what it holds, not what its partition holds. */
export class Pages {
  readonly #query;
  readonly #queryBackwards;
  readonly #queryIndex;
  readonly #queryIndexBackwards;
  readonly #scan;
  readonly #scanIndex;

  constructor(database: DatabaseSync) {
    const partition = 'SELECT item, bytes FROM items WHERE tab = ? AND hash = ? AND range >= ? AND range < ?';
    const entries = 'SELECT i.item, i.bytes FROM entries e JOIN items i ON i.id = e.item WHERE e.idx = ?';
    const indexPartition = `${entries} AND e.hash = ? AND e.position >= ? AND e.position < ?`;
    this.#query = database.prepare(`${partition} ORDER BY range`);
    this.#queryBackwards = database.prepare(`${partition} ORDER BY range DESC`);
    this.#queryIndex = database.prepare(`${indexPartition} ORDER BY e.position`);
    this.#queryIndexBackwards = database.prepare(`${indexPartition} ORDER BY e.position DESC`);
    this.#scan = database.prepare(
      'SELECT item, bytes FROM items WHERE tab = ? AND (hash, range) > (?, ?) ORDER BY hash, range',
    );
    this.#scanIndex = database.prepare(`${entries} AND (e.hash, e.position) > (?, ?) ORDER BY e.hash, e.position`);
  }

  /** A page of one partition. `start` is the item after which it begins. */
  query(
    { table, index }: Source,
    hash: Uint8Array,
    { low, high }: SortKeys,
    backwards: boolean,
    start: { readonly item: Item; readonly key: Key } | undefined,
    wish: Wish,
  ): Page {
    const after = start && (index ? indexKey(table, index, start.item, start.key)?.position : start.key.range);
    const from = index ? escapeZeros(low) : low;
    const to = index ? escapeZeros(high) : high;
    const first = after && !backwards ? justAfter(after) : from;
    const end = after && backwards ? after : to;
    const forwards = index ? this.#queryIndex : this.#query;
    const statement = backwards ? (index ? this.#queryIndexBackwards : this.#queryBackwards) : forwards;
    const rows = statement.iterate(index ? index.id : table.id, hash, first, end);
    return read({ table, ...(index && { index }) }, rows as Iterable<unknown> as Iterable<Row>, wish);
  }

  /** A page of all items. */
  scan({ table, index }: Source, start: { readonly item: Item; readonly key: Key } | undefined, wish: Wish): Page {
    const at = start && index ? indexKey(table, index, start.item, start.key) : undefined;
    const rows = index
      ? this.#scanIndex.iterate(index.id, at?.hash ?? EMPTY, at?.position ?? EMPTY)
      : this.#scan.iterate(table.id, start?.key.hash ?? EMPTY, start?.key.range ?? EMPTY);
    return read({ table, ...(index && { index }) }, rows as Iterable<unknown> as Iterable<Row>, wish);
  }
}

/** All sort keys. */
export const ALL: SortKeys = { low: EMPTY, high: END };

function read({ table, index }: Source, rows: Iterable<Row>, wish: Wish): Page {
  const seen = index && projected(table, index);
  const items: Item[] = [];
  let count = 0;
  let scanned = 0;
  let size = 0;
  let last: Item | undefined;
  let full = false;
  for (const row of rows) {
    const whole: Item = JSON.parse(row.item);
    const item = seen ? Object.fromEntries(Object.entries(whole).filter(([name]) => seen.has(name))) : whole;
    size += seen ? sizeOfItem(item) : row.bytes;
    full = scanned > 0 && size > LARGEST_PAGE;
    if (full) break;
    scanned++;
    last = item;
    if (!wish.filter || holds(wish.filter, item, wish.values)) {
      count++;
      if (!wish.countOnly) items.push(wish.projection ? project(item, wish.projection) : item);
    }
    full = scanned === wish.limit;
    if (full) break;
  }
  return {
    ...(!wish.countOnly && { Items: items }),
    Count: count,
    ScannedCount: scanned,
    ...(full && last && { LastEvaluatedKey: keyAttributes(last, ...(index ? [index.key] : []), table.key) }),
  };
}
