import type { DatabaseSync } from 'node:sqlite';

/**
 * The tables of the service's one database. An index entry holds no attributes, only the row of its item, so an update that leaves
 * the index's keys alone writes one row.
 */
export function createSchema(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS indexes (id INTEGER PRIMARY KEY AUTOINCREMENT, tab INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, view TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS items (
      id INTEGER PRIMARY KEY, tab INTEGER NOT NULL, hash BLOB NOT NULL, range BLOB NOT NULL,
      item TEXT NOT NULL, bytes INTEGER NOT NULL, expires INTEGER, UNIQUE (tab, hash, range));
    CREATE INDEX IF NOT EXISTS items_by_expiry ON items (tab, expires) WHERE expires IS NOT NULL;
    CREATE TABLE IF NOT EXISTS entries (
      idx INTEGER NOT NULL, hash BLOB NOT NULL, position BLOB NOT NULL, item INTEGER NOT NULL,
      PRIMARY KEY (idx, hash, position)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS records (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL, event TEXT NOT NULL, name TEXT NOT NULL,
      time INTEGER NOT NULL, keys TEXT NOT NULL, new TEXT, old TEXT, bytes INTEGER NOT NULL, by_service INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS records_by_stream ON records (stream, sequence);
    CREATE TABLE IF NOT EXISTS requests (token TEXT PRIMARY KEY, digest TEXT NOT NULL, time INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS requests_by_time ON requests (time);
  `);
}
