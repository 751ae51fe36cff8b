import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { openDatabase, transaction } from '../database.ts';

/** What is known of buckets, objects, uploads and events not yet delivered. Keys compare by their UTF-8 bytes, as S3 lists them. */
export interface Tables {
  run(sql: string, ...values: SQLInputValue[]): void;
  one<T>(sql: string, ...values: SQLInputValue[]): T | undefined;
  all<T>(sql: string, ...values: SQLInputValue[]): T[];
  /** Runs `work` in one transaction, or in the one that is open. */
  write<T>(work: () => T): T;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS counter (value INTEGER NOT NULL) STRICT;
  INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter);
  CREATE TABLE IF NOT EXISTS bucket (
    name TEXT PRIMARY KEY, created INTEGER NOT NULL, settings TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS version (
    sequence INTEGER PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
    latest INTEGER NOT NULL, marker INTEGER NOT NULL, modified INTEGER NOT NULL,
    size INTEGER NOT NULL, etag TEXT NOT NULL, facts TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS version_id ON version (bucket, key, id);
  CREATE INDEX IF NOT EXISTS version_order ON version (bucket, key, sequence DESC);
  CREATE UNIQUE INDEX IF NOT EXISTS version_latest ON version (bucket, key) WHERE latest = 1;
  CREATE INDEX IF NOT EXISTS version_live ON version (bucket, key) WHERE latest = 1 AND marker = 0;
  CREATE TABLE IF NOT EXISTS piece (
    version INTEGER NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, checksum TEXT,
    PRIMARY KEY (version, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS piece_file ON piece (file);
  CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, started INTEGER NOT NULL, facts TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS upload_key ON upload (bucket, key, id);
  CREATE TABLE IF NOT EXISTS part (
    upload TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL,
    etag TEXT NOT NULL, checksum TEXT, modified INTEGER NOT NULL,
    PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS part_file ON part (file);
  CREATE TABLE IF NOT EXISTS completed (upload TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS completed_version ON completed (version);
  CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT NOT NULL) STRICT;
`;

/** Opens the tables in a file of their own. */
export function openTables(file: string): Tables {
  const database: DatabaseSync = openDatabase(file);
  database.exec(SCHEMA);
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    run: (sql, ...values) => void prepared(sql).run(...values),
    one: <T>(sql: string, ...values: SQLInputValue[]) => prepared(sql).get(...values) as T | undefined,
    all: <T>(sql: string, ...values: SQLInputValue[]) => prepared(sql).all(...values) as T[],
    write: (work) => (database.isTransaction ? work() : transaction(database, work)),
    close: () => database.close(),
  };
}

/** Whether any record names a file of bytes. */
export function isFileNamed(tables: Tables, file: string): boolean {
  const sql = 'SELECT 1 FROM piece WHERE file = ? UNION ALL SELECT 1 FROM part WHERE file = ? LIMIT 1';
  return tables.one(sql, file, file) !== undefined;
}
