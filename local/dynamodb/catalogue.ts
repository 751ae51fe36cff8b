import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../database.ts';
import { ServiceError, type StackContext } from '../service.ts';
import type { Item } from './attribute-value.ts';
import { invalid, tableNotFound } from './errors.ts';
import { indexKey } from './key.ts';
import { type Index, type StreamViewType, type Table, type TableStream, tableArn } from './table.ts';
import { expiryOf } from './time-to-live.ts';

/** What a template or CreateTable asks a table to be. */
export interface TableSpecification
  extends Pick<Table, 'name' | 'attributes' | 'key' | 'deletionProtection' | 'keyArn'> {
  readonly indexes: readonly Omit<Index, 'id'>[];
  readonly streamView?: StreamViewType;
  /** undefined: TTL stays as it is. */
  readonly timeToLive?: string | null;
}

interface ItemRow {
  readonly id: number;
  readonly hash: Uint8Array;
  readonly range: Uint8Array;
  readonly item: string;
}

/** The tables, kept in memory as they stand in the database. Every change of one is a transaction of its own. */
export class Catalogue {
  readonly #database: DatabaseSync;
  readonly #context: StackContext;
  readonly #tables = new Map<string, Table>();

  constructor(database: DatabaseSync, context: StackContext) {
    this.#database = database;
    this.#context = context;
    const rows = database.prepare('SELECT definition FROM tables').all() as { definition: string }[];
    for (const { definition } of rows) this.#remember(JSON.parse(definition));
  }

  /** Finds a table by its name or ARN. */
  find(name: string): Table | undefined {
    if (!name.startsWith('arn:')) return this.#tables.get(name);
    const table = this.#tables.get(name.slice(name.indexOf('/') + 1));
    return table?.arn === name ? table : undefined;
  }

  get(name: string): Table {
    const table = this.find(name);
    if (!table) throw tableNotFound(name);
    return table;
  }

  /** All tables, by name. */
  all(): Table[] {
    return [...this.#tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  create(specification: TableSpecification): Table {
    const { name } = specification;
    if (this.#tables.has(name)) throw new ServiceError('ResourceInUseException', `Table already exists: ${name}`);
    return this.#transaction(() => {
      const inserted = this.#database.prepare("INSERT INTO tables (name, definition) VALUES (?, '{}')").run(name);
      return this.#shape(specification, {
        id: Number(inserted.lastInsertRowid),
        uuid: randomUUID(),
        name,
        arn: tableArn(this.#context, name),
        created: this.#context.clock.now(),
        attributes: specification.attributes,
        key: specification.key,
        indexes: [],
        deletionProtection: false,
      });
    });
  }

  /** Brings a table to its specification; indexes that are new are filled. Refuses another key: AWS would replace the table. */
  change(specification: TableSpecification): Table {
    const table = this.get(specification.name);
    const { hash, range } = table.key;
    const retyped = [hash, range].some(
      (name) => name !== undefined && specification.attributes[name] !== table.attributes[name],
    );
    if (retyped || specification.key.hash !== hash || specification.key.range !== range) {
      throw invalid(
        `The key of table ${table.name} cannot be changed: CloudFormation would replace the table and lose its items. Give the table another name.`,
      );
    }
    return this.#transaction(() => this.#shape(specification, table));
  }

  setTimeToLive(table: Table, attributeName: string | undefined): Table {
    return this.#transaction(() => this.#withTimeToLive(table, attributeName));
  }

  delete(table: Table): void {
    const statements = [
      'DELETE FROM entries WHERE idx IN (SELECT id FROM indexes WHERE tab = ?)',
      'DELETE FROM indexes WHERE tab = ?',
      'DELETE FROM items WHERE tab = ?',
      'DELETE FROM tables WHERE id = ?',
    ];
    transaction(this.#database, () => {
      for (const sql of statements) this.#database.prepare(sql).run(table.id);
    });
    this.#tables.delete(table.name);
  }

  /** Runs a change of one table, stores the result and, once it is committed, shows it. */
  #transaction(work: () => Table): Table {
    const table = transaction(this.#database, () => {
      const changed = work();
      this.#database.prepare('UPDATE tables SET definition = ? WHERE id = ?').run(JSON.stringify(changed), changed.id);
      return changed;
    });
    this.#remember(table);
    return table;
  }

  #remember(table: Table): void {
    this.#tables.set(table.name, table);
  }

  #shape(specification: TableSpecification, table: Table): Table {
    const { attributes, deletionProtection, keyArn, streamView, timeToLive } = specification;
    const { stream: before, keyArn: _, ...rest } = table;
    const stream = before?.view === streamView ? before : streamView && this.#openStream(table, streamView);
    const indexes = this.#reindex(table, attributes, specification.indexes);
    const more = { ...(stream && { stream }), ...(keyArn !== undefined && { keyArn }) };
    const shaped = { ...rest, attributes, indexes, deletionProtection, ...more };
    return timeToLive === undefined ? shaped : this.#withTimeToLive(shaped, timeToLive ?? undefined);
  }

  #openStream(table: Table, view: StreamViewType): TableStream {
    const taken = this.#database.prepare('SELECT 1 FROM streams WHERE arn = ?');
    let time = this.#context.clock.now();
    const labelOf = (milliseconds: number) => new Date(milliseconds).toISOString().replace('Z', '');
    while (taken.get(`${table.arn}/stream/${labelOf(time)}`)) time++;
    const label = labelOf(time);
    const arn = `${table.arn}/stream/${label}`;
    const inserted = this.#database.prepare('INSERT INTO streams (arn, view) VALUES (?, ?)').run(arn, view);
    return { id: Number(inserted.lastInsertRowid), arn, label, view };
  }

  #reindex(table: Table, attributes: Table['attributes'], wanted: readonly Omit<Index, 'id'>[]): Index[] {
    const same = (a: Omit<Index, 'id'>, b: Omit<Index, 'id'>) =>
      a.name === b.name &&
      a.key.hash === b.key.hash &&
      a.key.range === b.key.range &&
      [a.key.hash, a.key.range].every((name) => name === undefined || attributes[name] === table.attributes[name]);
    for (const index of table.indexes) {
      if (wanted.some((other) => same(index, other))) continue;
      this.#database.prepare('DELETE FROM entries WHERE idx = ?').run(index.id);
      this.#database.prepare('DELETE FROM indexes WHERE id = ?').run(index.id);
    }
    return wanted.map((index) => {
      const kept = table.indexes.find((other) => same(index, other));
      return kept ? { ...index, id: kept.id } : this.#addIndex({ ...table, attributes }, index);
    });
  }

  #addIndex(table: Table, index: Omit<Index, 'id'>): Index {
    const inserted = this.#database.prepare('INSERT INTO indexes (tab) VALUES (?)').run(table.id);
    const added = { ...index, id: Number(inserted.lastInsertRowid) };
    const insert = this.#database.prepare('INSERT INTO entries (idx, hash, position, item) VALUES (?, ?, ?, ?)');
    for (const { id, hash, range, item } of this.#rows(table)) {
      const place = placeOrNone(table, added, JSON.parse(item), { hash, range });
      if (place) insert.run(added.id, place.hash, place.position, id);
    }
    return added;
  }

  #withTimeToLive({ timeToLive: before, ...rest }: Table, attributeName: string | undefined): Table {
    const table = attributeName === undefined ? rest : { ...rest, timeToLive: attributeName };
    if (before === attributeName) return table;
    const update = this.#database.prepare('UPDATE items SET expires = ? WHERE id = ?');
    for (const { id, item } of this.#rows(table)) update.run(expiryOf(table, JSON.parse(item)), id);
    return table;
  }

  #rows(table: Table): ItemRow[] {
    return this.#database
      .prepare('SELECT id, hash, range, item FROM items WHERE tab = ?')
      .all(table.id) as unknown as ItemRow[];
  }
}

/** Items that were there before the index and do not fit it are left out of it, as AWS's backfill does. */
function placeOrNone(table: Table, index: Index, item: Item, key: { hash: Uint8Array; range: Uint8Array }) {
  try {
    return indexKey(table, index, item, key);
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}
