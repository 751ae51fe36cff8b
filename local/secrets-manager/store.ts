import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../database.ts';
import type { StackContext } from '../service.ts';

/** A secret without its values. Times in milliseconds. */
export interface Secret {
  readonly name: string;
  /** Six random characters at the end of the ARN: a secret made anew under the old name is another one. */
  readonly suffix: string;
  readonly description: string | null;
  readonly kmsKeyId: string | null;
  readonly created: number;
  readonly changed: number;
  /** To the day. */
  readonly accessed: number | null;
  /** When it was deleted; it can be restored until `purge`. */
  readonly deleted: number | null;
  readonly purge: number | null;
  /** JSON list of `{Key, Value}`. */
  readonly tags: string;
  readonly policy: string | null;
  /** Digest of what the template said last of the value: a value that was put since is kept as long as the template says the same. */
  readonly template: string | null;
}

/** One value. */
export interface Version {
  readonly id: string;
  readonly created: number;
  readonly text: string | null;
  readonly bytes: Uint8Array | null;
}

export type Store = ReturnType<typeof openStore>;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS secrets (
    name TEXT PRIMARY KEY, suffix TEXT NOT NULL, description TEXT, kmsKeyId TEXT, created INTEGER NOT NULL, changed INTEGER NOT NULL,
    accessed INTEGER, deleted INTEGER, purge INTEGER, tags TEXT NOT NULL, policy TEXT, template TEXT
  );
  CREATE TABLE IF NOT EXISTS versions (
    secret TEXT NOT NULL REFERENCES secrets ON DELETE CASCADE, id TEXT NOT NULL, created INTEGER NOT NULL, text TEXT, bytes BLOB,
    PRIMARY KEY (secret, id)
  );
  CREATE TABLE IF NOT EXISTS stages (
    secret TEXT NOT NULL REFERENCES secrets ON DELETE CASCADE, stage TEXT NOT NULL, version TEXT NOT NULL, PRIMARY KEY (secret, stage)
  );`;

/** The tables of secrets, readable by their owner only. */
export function openStore({ dir }: StackContext) {
  const database = openOwnersDatabase(join(dir, 'secrets-manager'));
  database.exec(SCHEMA);
  return {
    database,
    secret: (name: string) => rows<Secret>(database, 'SELECT * FROM secrets WHERE name = ?', name)[0],
    secrets: () => rows<Secret>(database, 'SELECT * FROM secrets ORDER BY name'),
    add(secret: Secret) {
      const columns = Object.keys(secret);
      const sql = `INSERT INTO secrets (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
      database.prepare(sql).run(...Object.values(secret));
    },
    change(name: string, changes: Partial<Omit<Secret, 'name'>>) {
      const columns = Object.keys(changes).map((column) => `${column} = ?`);
      database.prepare(`UPDATE secrets SET ${columns.join(', ')} WHERE name = ?`).run(...Object.values(changes), name);
    },
    remove: (name: string) => void database.prepare('DELETE FROM secrets WHERE name = ?').run(name),
    version: (name: string, id: string) =>
      rows<Version>(database, 'SELECT * FROM versions WHERE secret = ? AND id = ?', name, id)[0],
    versions: (name: string) =>
      rows<Version>(database, 'SELECT * FROM versions WHERE secret = ? ORDER BY created DESC, rowid DESC', name),
    addVersion(name: string, { id, created, text, bytes }: Version) {
      const sql = 'INSERT INTO versions (secret, id, created, text, bytes) VALUES (?, ?, ?, ?, ?)';
      database.prepare(sql).run(name, id, created, text, bytes);
    },
    removeVersion: (name: string, id: string) =>
      void database.prepare('DELETE FROM versions WHERE secret = ? AND id = ?').run(name, id),
    /** Which version bears which staging label. */
    stages: (name: string) =>
      new Map(
        rows<{ stage: string; version: string }>(database, 'SELECT * FROM stages WHERE secret = ?', name).map(
          ({ stage, version }) => [stage, version],
        ),
      ),
    setStage: (name: string, stage: string, version: string) =>
      void database.prepare('INSERT OR REPLACE INTO stages VALUES (?, ?, ?)').run(name, stage, version),
    close: () => database.close(),
  };
}

/** The write-ahead log takes its mode from the database, so that is made first. */
function openOwnersDatabase(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'secrets.sqlite');
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = openDatabase(file);
  // A value that is deleted leaves no trace in the file.
  database.exec('PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;');
  return database;
}

function rows<T>(database: DatabaseSync, sql: string, ...values: string[]): T[] {
  return database.prepare(sql).all(...values) as T[];
}
