import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import type { StackContext } from '../service.ts';

/** An alarm: what it was made with, and its state, which only somebody sets. Times in milliseconds since the epoch. */
export interface Alarm {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly state: string;
  readonly reason: string;
  readonly updated: number;
  readonly configured: number;
}

/** The alarms of the stack, kept in a table. */
export interface Alarms {
  /** Makes an alarm, or changes what it is made with: its state stays. */
  put(name: string, properties: Alarm['properties'], now: number): void;
  get(name: string): Alarm | undefined;
  /** All of them, by name. */
  list(): readonly Alarm[];
  set(name: string, state: string, reason: string, now: number): void;
  remove(name: string): void;
  close(): void;
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS alarms (
  name TEXT PRIMARY KEY, properties TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, updated INTEGER NOT NULL, configured INTEGER NOT NULL
)`;

/** Opens the alarms of a stack. */
export function openAlarms({ dir }: StackContext): Alarms {
  const database = openDatabase(join(dir, 'cloudwatch', 'cloudwatch.sqlite'));
  database.exec(SCHEMA);
  const select = (where: string, ...values: string[]) =>
    (database.prepare(`SELECT * FROM alarms ${where} ORDER BY name`).all(...values) as unknown as Row[]).map(alarmOf);
  return {
    put(name, properties, now) {
      const sql = `INSERT INTO alarms VALUES (?, ?, 'INSUFFICIENT_DATA', 'Unchecked: Initial alarm creation', ?, ?)
        ON CONFLICT (name) DO UPDATE SET properties = excluded.properties, configured = excluded.configured`;
      database.prepare(sql).run(name, JSON.stringify(properties), now, now);
    },
    get: (name) => select('WHERE name = ?', name)[0],
    list: () => select(''),
    set(name, state, reason, now) {
      const sql = 'UPDATE alarms SET state = ?, reason = ?, updated = ? WHERE name = ?';
      database.prepare(sql).run(state, reason, now, name);
    },
    remove: (name) => void database.prepare('DELETE FROM alarms WHERE name = ?').run(name),
    close: () => database.close(),
  };
}

type Row = Omit<Alarm, 'properties'> & { readonly properties: string };

function alarmOf({ properties, ...row }: Row): Alarm {
  return { ...row, properties: JSON.parse(properties) as Alarm['properties'] };
}
