import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../database.ts';
import type { Ports } from '../ports.ts';
import type { StackContext } from '../service.ts';
import type { Build, NewBuild } from './build.ts';
import { isOver, submit } from './build.ts';
import { eventsOf } from './events.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS builds (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, over INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS builds_of_project ON builds (project, position);
CREATE INDEX IF NOT EXISTS open_builds ON builds (position) WHERE over = 0;
CREATE TABLE IF NOT EXISTS numbers (project TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, digest TEXT NOT NULL, build TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS events (sequence INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS processes (build TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL, PRIMARY KEY (build, pid)) STRICT;`;

const TOKEN_LIFETIME = 5 * 60_000;
const RETRY_EMIT = 1000;

/** The builds, durable; every change is committed together with the events that it leads to, which are emitted at least once. */
export class Records {
  readonly #database: DatabaseSync;
  readonly #context: StackContext;
  readonly #emit: Ports['emit'];
  #announcing = false;
  #emitting = false;

  constructor(database: DatabaseSync, context: StackContext, emit: Ports['emit']) {
    this.#database = database;
    this.#context = context;
    this.#emit = emit;
    database.exec(SCHEMA);
  }

  /** Numbers and stores a new build unless `admit` throws; a token that was used before gives its build again when `digest` is the same, else `undefined`. */
  submit(
    build: Omit<NewBuild, 'number'>,
    token: { readonly token: string; readonly digest: string } | undefined,
    admit: () => void,
  ): { build: Build; isNew: boolean } | undefined {
    const now = this.#context.clock.now();
    const outcome = transaction(this.#database, () => {
      if (token) {
        const known = this.#useToken(token, build.id, now);
        if (known) return known === 'CONFLICT' ? undefined : { build: this.get(known) ?? missing(known), isNew: false };
      }
      admit();
      const submitted = submit({ ...build, number: this.#nextNumber(build.projectName) }, now);
      this.#database
        .prepare('INSERT INTO builds (id, project, over, document) VALUES (?, ?, 0, ?)')
        .run(build.id, build.projectName, JSON.stringify(submitted));
      this.#store(undefined, submitted);
      return { build: submitted, isNew: true };
    });
    this.#announce();
    return outcome;
  }

  /** Applies `verb` to a build as it stands and stores the result. */
  change(id: string, verb: (build: Build, now: number) => Build): Build {
    const after = transaction(this.#database, () => {
      const before = this.get(id) ?? missing(id);
      const changed = verb(before, this.#context.clock.now());
      if (changed === before) return before;
      this.#database
        .prepare('UPDATE builds SET document = ?, over = ? WHERE id = ?')
        .run(JSON.stringify(changed), isOver(changed) ? 1 : 0, id);
      this.#store(before, changed);
      return changed;
    });
    this.#announce();
    return after;
  }

  get(id: string): Build | undefined {
    const row = this.#database.prepare('SELECT document FROM builds WHERE id = ?').get(id);
    return row && (JSON.parse(row['document'] as string) as Build);
  }

  /** Builds that are not over, in the order of their start. */
  open(project?: string): Build[] {
    const rows = this.#database.prepare('SELECT project, document FROM builds WHERE over = 0 ORDER BY position').all();
    return rows
      .filter((row) => project === undefined || row['project'] === project)
      .map((row) => JSON.parse(row['document'] as string) as Build);
  }

  /** A page of ids from `after` on, of one project or of all. */
  page(
    project: string | undefined,
    ascending: boolean,
    after: number | undefined,
    limit: number,
  ): { id: string; position: number }[] {
    const start = after ?? (ascending ? 0 : Number.MAX_SAFE_INTEGER);
    const rows = this.#database
      .prepare(
        `SELECT id, position FROM builds WHERE (?1 IS NULL OR project = ?1) AND position ${ascending ? '>' : '<'} ?2 ORDER BY position ${ascending ? 'ASC' : 'DESC'} LIMIT ?3`,
      )
      .all(project ?? null, start, limit);
    return rows.map((row) => ({ id: row['id'] as string, position: row['position'] as number }));
  }

  delete(id: string): void {
    this.#database.prepare('DELETE FROM builds WHERE id = ?').run(id);
  }

  /** Remembers a process group that runs a build's commands, before it runs any. */
  noteProcess(build: string, pid: number, started: string): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO processes (build, pid, started) VALUES (?, ?, ?)')
      .run(build, pid, started);
  }

  forgetProcesses(build: string): void {
    this.#database.prepare('DELETE FROM processes WHERE build = ?').run(build);
  }

  processes(): { build: string; pid: number; started: string }[] {
    const rows = this.#database.prepare('SELECT build, pid, started FROM processes').all();
    return rows.map((row) => ({
      build: row['build'] as string,
      pid: row['pid'] as number,
      started: row['started'] as string,
    }));
  }

  /** Called once events can be taken: emits those that an earlier process committed and did not live to emit. */
  startAnnouncing(): void {
    this.#announcing = true;
    this.#announce();
  }

  close(): void {
    this.#announcing = false;
    if (this.#database.isOpen) this.#database.close();
  }

  #useToken({ token, digest }: { token: string; digest: string }, id: string, now: number): string | undefined {
    this.#database.prepare('DELETE FROM tokens WHERE expires <= ?').run(now);
    const row = this.#database.prepare('SELECT digest, build FROM tokens WHERE token = ?').get(token);
    if (row && row['digest'] !== digest) return 'CONFLICT';
    if (row && this.get(row['build'] as string)) return row['build'] as string;
    this.#database
      .prepare('INSERT OR REPLACE INTO tokens (token, digest, build, expires) VALUES (?, ?, ?, ?)')
      .run(token, digest, id, now + TOKEN_LIFETIME);
    return undefined;
  }

  #nextNumber(project: string): number {
    const row = this.#database
      .prepare(
        'INSERT INTO numbers (project, last) VALUES (?, 1) ON CONFLICT (project) DO UPDATE SET last = last + 1 RETURNING last',
      )
      .get(project);
    return row?.['last'] as number;
  }

  #store(before: Build | undefined, after: Build): void {
    const insert = this.#database.prepare('INSERT INTO events (event) VALUES (?)');
    for (const event of eventsOf(before, after, this.#context)) insert.run(JSON.stringify(event));
  }

  #announce(): void {
    if (!this.#announcing || this.#emitting) return;
    this.#emitting = true;
    try {
      for (let row = this.#nextEvent(); row; row = this.#nextEvent()) {
        this.#emit(JSON.parse(row.event));
        this.#database.prepare('DELETE FROM events WHERE sequence = ?').run(row.sequence);
      }
    } catch {
      // The event stays stored: the bus is asked again, in order, rather than losing it or failing the build.
      this.#context.clock.at(this.#context.clock.now() + RETRY_EMIT, () => this.#announce());
    } finally {
      this.#emitting = false;
    }
  }

  #nextEvent(): { sequence: number; event: string } | undefined {
    const row = this.#database.prepare('SELECT sequence, event FROM events ORDER BY sequence LIMIT 1').get();
    return row && { sequence: row['sequence'] as number, event: row['event'] as string };
  }
}

function missing(id: string): never {
  throw new Error(`There is no build ${id}.`);
}
