import type { DatabaseSync } from 'node:sqlite';
import { equalItems, type Item, sizeOfItem } from './attribute-value.ts';
import { invalid } from './errors.ts';
import { type IndexKey, indexKey, type Key, keyAttributes } from './key.ts';
import type { Streams } from './stream.ts';
import type { Table } from './table.ts';
import { expiryOf } from './time-to-live.ts';

const LARGEST_ITEM = 400 * 1024;

/** An item as it is stored; `text` is its JSON. */
export interface Stored {
  readonly id: number;
  readonly item: Item;
  readonly text: string;
  readonly bytes: number;
}

/** A decided write of one item: from `old` (undefined: there was none) to `item` (undefined: it goes). */
export interface Change {
  readonly table: Table;
  readonly key: Key;
  readonly old: Stored | undefined;
  readonly item: Item | undefined;
  readonly byService?: boolean;
}

/** The items of all tables, their index entries and their stream records, which every write keeps together. */
export class Items {
  readonly #streams: Streams;
  readonly #find;
  readonly #insert;
  readonly #update;
  readonly #delete;
  readonly #insertEntry;
  readonly #deleteEntry;
  readonly #count;

  constructor(database: DatabaseSync, streams: Streams) {
    this.#streams = streams;
    this.#find = database.prepare('SELECT id, item, bytes FROM items WHERE tab = ? AND hash = ? AND range = ?');
    this.#insert = database.prepare(
      'INSERT INTO items (tab, hash, range, item, bytes, expires) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#update = database.prepare('UPDATE items SET item = ?, bytes = ?, expires = ? WHERE id = ?');
    this.#delete = database.prepare('DELETE FROM items WHERE id = ?');
    this.#insertEntry = database.prepare('INSERT INTO entries (idx, hash, position, item) VALUES (?, ?, ?, ?)');
    this.#deleteEntry = database.prepare('DELETE FROM entries WHERE idx = ? AND hash = ? AND position = ?');
    this.#count = database.prepare(
      'SELECT count(*) AS items, coalesce(sum(bytes), 0) AS bytes FROM items WHERE tab = ?',
    );
  }

  find(table: Table, key: Key): Stored | undefined {
    const row = this.#find.get(table.id, key.hash, key.range) as
      | { id: number; item: string; bytes: number }
      | undefined;
    return row && { id: row.id, item: JSON.parse(row.item), text: row.item, bytes: row.bytes };
  }

  count(table: Table): { readonly items: number; readonly bytes: number } {
    return this.#count.get(table.id) as { items: number; bytes: number };
  }

  /** Makes a decided change; to be called within a transaction. A change that changes nothing writes nothing and leaves no record. */
  apply(change: Change): void {
    const { table, old, item } = change;
    if (old && item ? equalItems(old.item, item) : old === item) return;
    const stored = item && { text: JSON.stringify(item), bytes: checkedSize(item) };
    const id = this.#store(change, stored);
    this.#index(change, id);
    if (!table.stream) return;
    this.#streams.append(table.stream, {
      keys: keyAttributes((item ?? old?.item) as Item, table.key),
      old,
      new: stored,
      byService: change.byService ?? false,
    });
  }

  #store(
    { table, key, old, item }: Change,
    stored: { readonly text: string; readonly bytes: number } | undefined,
  ): number {
    if (!item || !stored) {
      this.#delete.run(old?.id ?? 0);
      return old?.id ?? 0;
    }
    const expires = expiryOf(table, item);
    if (old) {
      this.#update.run(stored.text, stored.bytes, expires, old.id);
      return old.id;
    }
    return Number(this.#insert.run(table.id, key.hash, key.range, stored.text, stored.bytes, expires).lastInsertRowid);
  }

  #index({ table, key, old, item }: Change, id: number): void {
    for (const index of table.indexes) {
      const before = old && indexKey(table, index, old.item, key);
      const after = item && indexKey(table, index, item, key);
      if (samePlace(before, after)) continue;
      if (before) this.#deleteEntry.run(index.id, before.hash, before.position);
      if (after) this.#insertEntry.run(index.id, after.hash, after.position, id);
    }
  }
}

function samePlace(a: IndexKey | undefined, b: IndexKey | undefined): boolean {
  if (!a || !b) return a === b;
  return Buffer.compare(a.hash, b.hash) === 0 && Buffer.compare(a.position, b.position) === 0;
}

/** The size of an item that is to be stored; refuses one over 400 KB. */
function checkedSize(item: Item): number {
  const bytes = sizeOfItem(item);
  if (bytes > LARGEST_ITEM) throw invalid('Item size has exceeded the maximum allowed size');
  return bytes;
}
