import type { DatabaseSync } from 'node:sqlite';

/** A state machine, as it is kept. */
export interface MachineRow {
  readonly arn: string;
  readonly name: string;
  readonly role: string;
  /** Executions keep the definition with which they started. */
  readonly definition: number;
  readonly created: number;
  readonly updated: number;
  /** JSON text of `MachineOptions`. */
  readonly options: string;
}

/** State machines and their definitions. */
export function machineTable(database: DatabaseSync) {
  const add = database.prepare('INSERT INTO definitions (text) VALUES (?)');
  const text = database.prepare('SELECT text FROM definitions WHERE id = ?');
  const put = database.prepare(
    'INSERT OR REPLACE INTO machines (arn, name, role, definition, created, updated, options) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const find = database.prepare('SELECT * FROM machines WHERE arn = ?');
  const list = database.prepare('SELECT * FROM machines WHERE name > ? ORDER BY name LIMIT ?');
  const remove = database.prepare('DELETE FROM machines WHERE arn = ?');
  const tidy = database.prepare(
    'DELETE FROM definitions WHERE id NOT IN (SELECT definition FROM machines) AND id NOT IN (SELECT definition FROM executions)',
  );
  return {
    addDefinition: (definition: string): number => Number(add.run(definition).lastInsertRowid),
    definition(id: number): string {
      const row = text.get(id) as { readonly text: string } | undefined;
      if (!row) throw new Error(`There is no definition ${id}.`);
      return row.text;
    },
    put({ arn, name, role, definition, created, updated, options }: MachineRow): void {
      put.run(arn, name, role, definition, created, updated, options);
    },
    find: (arn: string) => find.get(arn) as MachineRow | undefined,
    /** By name, those after `name`. */
    list: (name: string, limit: number) => list.all(name, limit) as unknown as readonly MachineRow[],
    remove: (arn: string): void => void remove.run(arn),
    /** Forgets definitions that no machine and no execution has. */
    forgetDefinitions: (): void => void tidy.run(),
  };
}
