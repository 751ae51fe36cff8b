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

/** Takes the folder; throws one clear line when another stack has it. */
export function takeFolder(dir: string): Folder {
  mkdirSync(dir, { recursive: true });
  const database = new DatabaseSync(join(dir, 'stack.sqlite'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    database.exec('CREATE TABLE IF NOT EXISTS clock (offset REAL NOT NULL); COMMIT');
  } catch (cause) {
    database.close();
    throw new Error(`The folder ${dir} is in use by another stack. End that one, or choose another with --data DIR.`, {
      cause,
    });
  }
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
