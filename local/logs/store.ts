import { join } from 'node:path';
import { openDatabase, transaction } from '../database.ts';
import type { StackContext } from '../service.ts';

/** Times in milliseconds. */
export interface Group {
  readonly id: number;
  readonly name: string;
  readonly created: number;
  readonly retention: number | null;
  readonly kmsKeyId: string | null;
  /** JSON object. */
  readonly tags: string;
}

export interface Stream {
  readonly id: number;
  readonly name: string;
  readonly created: number;
  readonly firstEvent: number | null;
  readonly lastEvent: number | null;
  readonly lastIngestion: number | null;
}

export interface LogEvent {
  /** In the order of arrival, over all streams. */
  readonly id: number;
  readonly stream: number;
  readonly time: number;
  readonly ingested: number;
  readonly message: string;
}

/** A place between events, which are in the order of their time, then of their arrival. */
export interface Position {
  readonly time: number;
  readonly id: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, retention INTEGER, kmsKeyId TEXT, tags TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT, groupId INTEGER NOT NULL REFERENCES groups ON DELETE CASCADE, name TEXT NOT NULL,
    created INTEGER NOT NULL, firstEvent INTEGER, lastEvent INTEGER, lastIngestion INTEGER, UNIQUE (groupId, name)
  );
  CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL REFERENCES streams ON DELETE CASCADE, time INTEGER NOT NULL,
    ingested INTEGER NOT NULL, message TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS events_by_time ON events (stream, time, id);
  CREATE INDEX IF NOT EXISTS events_by_arrival ON events (stream, id);`;

export type Store = ReturnType<typeof openStore>;

/** The tables of log groups, streams and events. */
export function openStore({ dir }: StackContext) {
  const database = openDatabase(join(dir, 'logs', 'logs.sqlite'));
  database.exec('PRAGMA foreign_keys = ON;');
  database.exec(SCHEMA);
  const prepare = (sql: string) => database.prepare(sql);
  const groupByName = prepare('SELECT * FROM groups WHERE name = ?');
  const streamByName = prepare('SELECT * FROM streams WHERE groupId = ? AND name = ?');
  const insertEvent = prepare('INSERT INTO events (stream, time, ingested, message) VALUES (?, ?, ?, ?)');
  const touch = prepare(`
    UPDATE streams SET firstEvent = min(coalesce(firstEvent, :first), :first), lastEvent = max(coalesce(lastEvent, :last), :last),
      lastIngestion = :now WHERE id = :id`);
  const forward = prepare(`
    SELECT * FROM events WHERE stream = :stream AND time >= :start AND time < :end AND (time, id) > (:time, :id)
    ORDER BY time, id LIMIT :limit`);
  const backward = prepare(`
    SELECT * FROM events WHERE stream = :stream AND time >= :start AND time < :end AND (time, id) < (:time, :id)
    ORDER BY time DESC, id DESC LIMIT :limit`);
  const arrived = prepare('SELECT * FROM events WHERE stream = ? AND id > ? ORDER BY id LIMIT ?');
  const sizeOf = prepare(`
    SELECT coalesce(sum(length(CAST(message AS BLOB)) + 26), 0) AS bytes FROM events JOIN streams ON streams.id = stream WHERE groupId = ?`);

  interface Range {
    readonly stream: number;
    readonly start: number;
    readonly end: number;
    readonly limit: number;
  }

  return {
    atOnce: <T>(work: () => T): T => transaction(database, work),
    group: (name: string) => groupByName.get(name) as Group | undefined,
    /** By name. */
    groups: () => prepare('SELECT * FROM groups ORDER BY name').all() as unknown as Group[],
    addGroup(name: string, created: number, kmsKeyId: string | null, tags: string): void {
      prepare('INSERT INTO groups (name, created, kmsKeyId, tags) VALUES (?, ?, ?, ?)').run(
        name,
        created,
        kmsKeyId,
        tags,
      );
    },
    changeGroup(id: number, changes: Partial<Pick<Group, 'retention' | 'kmsKeyId' | 'tags'>>): void {
      for (const [column, value] of Object.entries(changes)) {
        prepare(`UPDATE groups SET ${column} = ? WHERE id = ?`).run(value, id);
      }
    },
    removeGroup: (id: number) => void prepare('DELETE FROM groups WHERE id = ?').run(id),
    storedBytes: (group: number) => (sizeOf.get(group) as { bytes: number }).bytes,
    stream: (group: number, name: string) => streamByName.get(group, name) as Stream | undefined,
    /** By name. */
    streams: (group: number) =>
      prepare('SELECT * FROM streams WHERE groupId = ? ORDER BY name').all(group) as unknown as Stream[],
    addStream(group: number, name: string, created: number): number {
      const { lastInsertRowid } = prepare('INSERT INTO streams (groupId, name, created) VALUES (?, ?, ?)').run(
        group,
        name,
        created,
      );
      return Number(lastInsertRowid);
    },
    removeStream: (id: number) => void prepare('DELETE FROM streams WHERE id = ?').run(id),
    append(stream: number, now: number, events: readonly { readonly time: number; readonly message: string }[]): void {
      if (events.length === 0) return;
      for (const { time, message } of events) insertEvent.run(stream, time, now, message);
      const times = events.map(({ time }) => time);
      const first = times.reduce((a, b) => Math.min(a, b));
      const last = times.reduce((a, b) => Math.max(a, b));
      touch.run({ first, last, now, id: stream });
    },
    /** Events after a position, oldest first. */
    after: (range: Range, { time, id }: Position) => forward.all({ ...range, time, id }) as unknown as LogEvent[],
    /** Events before a position, newest first. */
    before: (range: Range, { time, id }: Position) => backward.all({ ...range, time, id }) as unknown as LogEvent[],
    /** Events in the order of their arrival. */
    arrivedAfter: (stream: number, id: number, limit: number) =>
      arrived.all(stream, id, limit) as unknown as LogEvent[],
    removeEventsBefore(group: number, time: number): void {
      prepare('DELETE FROM events WHERE time < ? AND stream IN (SELECT id FROM streams WHERE groupId = ?)').run(
        time,
        group,
      );
    },
    close: () => database.close(),
  };
}
