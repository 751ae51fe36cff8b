import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, transaction, unsynced } from '../../database.ts';
import { executionTable } from './executions.ts';
import { GroupCommit } from './group-commit.ts';
import { journalTables } from './journal.ts';
import { machineTable } from './machines.ts';
import { schema } from './schema.ts';

const day = 24 * 60 * 60 * 1000;
/** Histories are gone, and names free again, this long after an execution's end (Step Functions quotas). */
export const retention = 90 * day;
const atOnce = 100;

/** What is kept of state machines and executions. */
export type Store = ReturnType<typeof openStore>;

export function openStore(dir: string) {
  const database = openDatabase(join(dir, 'step-functions', 'states.sqlite'));
  database.exec(schema);
  const machines = machineTable(database);
  const executions = executionTable(database);
  const journal = journalTables(database);
  const forgetSome = (before: number): number =>
    transaction(database, () => {
      const old = executions.endedBy(before, atOnce);
      for (const arn of old) {
        journal.removeHistory(arn);
        executions.remove(arn);
      }
      return old.length;
    });
  const commit = <T>(work: () => T): T => transaction(database, work);
  const commitSoon = <T>(work: () => T): T => unsynced(database, () => commit(work));
  const together = new GroupCommit(commit, commitSoon);
  return {
    machines,
    executions,
    journal,
    /** Signs task tokens; made once. */
    tokenKey: () => keyOf(database, 'task-token'),
    /** Runs all writes of one step as one transaction. */
    commit,
    /** As `commit`, without waiting for the disk: survives kill -9, but not a loss of power. For what may be known too late. */
    commitSoon,
    /** As `GroupCommit.add`: for steps of executions, of which many go on at once. */
    commitTogether: (write: () => void, then: () => void, soon: boolean) => together.add(write, then, soon),
    /** Forgets executions that ended at a time or before. */
    forget(before: number): void {
      while (forgetSome(before) === atOnce);
      machines.forgetDefinitions();
    },
    close: (): void => database.close(),
  };
}

function keyOf(database: DatabaseSync, name: string): Uint8Array {
  database.prepare('INSERT OR IGNORE INTO keys (name, bytes) VALUES (?, ?)').run(name, randomBytes(32));
  const row = database.prepare('SELECT bytes FROM keys WHERE name = ?').get(name) as { readonly bytes: Uint8Array };
  return row.bytes;
}
