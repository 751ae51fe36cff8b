import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The folder of everything that a stack keeps, held by one stack at a time: the lock ends with the process, however it ends. */
export interface Folder {
  readonly dir: string;
  /** Milliseconds by which the clock was ahead of the machine's. */
  readonly clockOffset: number;
  keepClockOffset(offset: number): void;
  release(): void;
}

/** SQLite's result code for a database that another connection has locked. https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;

/** Takes the folder; throws one clear line when another stack has it, or when it cannot be one. */
export function takeFolder(dir: string): Folder {
  makeFolder(dir);
  const database = lock(dir);
  const row = database.prepare('SELECT offset FROM clock').get() as { offset: number } | undefined;
  return {
    dir,
    clockOffset: row?.offset ?? 0,
    keepClockOffset(offset) {
      database.exec('DELETE FROM clock');
      database.prepare('INSERT INTO clock VALUES (?)').run(offset);
    },
    release: () => database.close(),
  };
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'it is, or lies in, a file' : message;
    throw new Error(`${dir} cannot be the stack's folder: ${why}. Choose another with --data DIR.`, { cause });
  }
}

function lock(dir: string): DatabaseSync {
  const file = join(dir, 'stack.sqlite');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    database.exec('CREATE TABLE IF NOT EXISTS clock (offset REAL NOT NULL); COMMIT');
    return database;
  } catch (cause) {
    database?.close();
    const { errcode, message } = cause as Error & { readonly errcode?: number };
    const why =
      errcode === BUSY
        ? `The folder ${dir} is in use by another stack. End that one, or choose another with --data DIR.`
        : `${file} cannot be used: ${message}. Put the folder's last good copy in its place, or choose another with --data DIR.`;
    throw new Error(why, { cause });
  }
}
