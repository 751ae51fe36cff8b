import type { DatabaseSync } from 'node:sqlite';
import { attribute, type Item } from './attribute-value.ts';
import type { Items } from './items.ts';
import type { Table } from './table.ts';

const DELETED_AT_ONCE = 100;
/** An expiry further back than five years is taken for a mistake ("Using time to live" in the Developer Guide). */
const TOO_OLD = 5 * 365 * 24 * 60 * 60;

/** When an item expires, in seconds since the epoch; null when never: TTL is off, or its attribute is missing or no number. */
export function expiryOf(table: Table, item: Item): number | null {
  const text = table.timeToLive === undefined ? undefined : attribute(item, table.timeToLive)?.N;
  const seconds = text === undefined ? Number.NaN : Math.floor(Number(text));
  return Number.isSafeInteger(seconds) ? seconds : null;
}

/** Deletes expired items in the background, in small batches. */
export class Expiry {
  readonly #items: Items;
  readonly #due;

  constructor(database: DatabaseSync, items: Items) {
    this.#items = items;
    this.#due = database.prepare(
      `SELECT id, hash, range, item, bytes FROM items WHERE tab = ? AND expires < ? AND expires > ? ORDER BY expires LIMIT ${DELETED_AT_ONCE}`,
    );
  }

  /** Deletes at most 100 items that expired before `now` (milliseconds); says whether more may be left. */
  sweep(table: Table, now: number): boolean {
    const seconds = Math.floor(now / 1000);
    const rows = this.#due.all(table.id, seconds, seconds - TOO_OLD) as unknown as DueRow[];
    for (const { id, hash, range, item: text, bytes } of rows) {
      const old = { id, item: JSON.parse(text) as Item, text, bytes };
      this.#items.apply({ table, key: { hash, range }, old, item: undefined, byService: true });
    }
    return rows.length === DELETED_AT_ONCE;
  }
}

interface DueRow {
  readonly id: number;
  readonly hash: Uint8Array;
  readonly range: Uint8Array;
  readonly item: string;
  readonly bytes: number;
}
