import { join } from 'node:path';
import { openDatabase, transaction } from '../database.ts';
import type { StackContext } from '../service.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution, as it is kept. Times in milliseconds since the epoch; input and output are JSON text. */
export interface ExecutionRow {
  readonly arn: string;
  readonly machine: string;
  readonly name: string;
  readonly definition: number;
  readonly input: string;
  readonly status: ExecutionStatus;
  readonly start: number;
  readonly stop: number | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  /** History events so far. */
  readonly events: number;
  readonly transitions: number;
}

/** One thread of an execution: the main one, or an item of a Map or a branch of a Parallel. */
export interface Thread {
  readonly id: number;
  /** The thread whose Map or Parallel it belongs to, and which item it is. */
  readonly parent: number | null;
  readonly item: number | null;
  /** Its item's value. */
  readonly value: unknown;
  readonly state: string;
  readonly input: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly entered: number;
  /** How often each retrier of the state was used. */
  readonly retries: readonly number[];
  readonly wait: Wait;
  /** The last event of this thread. */
  readonly event: number;
}

/** What a thread waits for. */
export type Wait =
  | { readonly type: 'None' }
  | {
      readonly type: 'Task';
      readonly attempt: number;
      readonly token?: string;
      readonly submitted: boolean;
      readonly deadline?: number;
      readonly heartbeat?: number;
      readonly heartbeatMillis?: number;
    }
  /** The task's result is there and has been acknowledged; it is to be worked in. */
  | { readonly type: 'Result'; readonly attempt: number; readonly result: TaskResult }
  | { readonly type: 'Retry'; readonly attempt: number; readonly until: number }
  | { readonly type: 'Until'; readonly until: number }
  | {
      readonly type: 'Children';
      readonly results: readonly (readonly [unknown] | null)[];
      readonly next: number;
      readonly items: readonly unknown[];
      readonly limit: number;
    };

export type TaskResult = { readonly output: unknown } | { readonly error: string; readonly cause: string };

export interface HistoryEvent {
  readonly id: number;
  readonly previous: number;
  readonly time: number;
  readonly type: string;
  readonly details: object;
}

export interface MachineRow {
  readonly arn: string;
  readonly name: string;
  readonly role: string;
  readonly definition: number;
  readonly created: number;
  readonly logging: string;
}

const day = 24 * 60 * 60 * 1000;
/** Names are free again, and histories gone, this long after an execution's end. */
export const retention = 90 * day;

const schema = `
CREATE TABLE IF NOT EXISTS definitions (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS machines (arn TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, definition INTEGER NOT NULL, created REAL NOT NULL, logging TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS executions (
  arn TEXT PRIMARY KEY, machine TEXT NOT NULL, name TEXT NOT NULL, definition INTEGER NOT NULL, input TEXT NOT NULL, status TEXT NOT NULL,
  start REAL NOT NULL, stop REAL, output TEXT, error TEXT, cause TEXT, events INTEGER NOT NULL, transitions INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS by_status ON executions (status, told);
CREATE INDEX IF NOT EXISTS by_machine ON executions (machine, start);
CREATE INDEX IF NOT EXISTS by_stop ON executions (stop);
CREATE TABLE IF NOT EXISTS threads (execution TEXT NOT NULL, id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history (execution TEXT NOT NULL, id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID;
`;

/** What is kept of machines and executions. Everything of one step is one transaction. */
export type Store = ReturnType<typeof openStore>;

export function openStore({ dir }: Pick<StackContext, 'dir'>) {
  const database = openDatabase(join(dir, 'step-functions', 'step-functions.sqlite'));
  database.exec(schema);
  const sql = {
    addDefinition: database.prepare('INSERT INTO definitions (text) VALUES (?)'),
    definition: database.prepare('SELECT text FROM definitions WHERE id = ?'),
    putMachine: database.prepare(
      'INSERT OR REPLACE INTO machines (arn, name, role, definition, created, logging) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    machine: database.prepare('SELECT * FROM machines WHERE arn = ?'),
    machines: database.prepare('SELECT * FROM machines ORDER BY arn'),
    removeMachine: database.prepare('DELETE FROM machines WHERE arn = ?'),
    addExecution: database.prepare(
      'INSERT OR REPLACE INTO executions (arn, machine, name, definition, input, status, start, events, transitions) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)',
    ),
    execution: database.prepare('SELECT * FROM executions WHERE arn = ?'),
    running: database.prepare("SELECT * FROM executions WHERE status = 'RUNNING'"),
    untold: database.prepare('SELECT * FROM executions WHERE told < CASE status WHEN ? THEN 1 ELSE 2 END'),
    tell: database.prepare('UPDATE executions SET told = ? WHERE arn = ? AND told < ?'),
    list: database.prepare(
      'SELECT * FROM executions WHERE machine = ? AND (? IS NULL OR status = ?) AND (? IS NULL OR start < ? OR (start = ? AND arn < ?)) ORDER BY start DESC, arn DESC LIMIT ?',
    ),
    progress: database.prepare('UPDATE executions SET events = ?, transitions = ? WHERE arn = ?'),
    end: database.prepare('UPDATE executions SET status = ?, stop = ?, output = ?, error = ?, cause = ? WHERE arn = ?'),
    putThread: database.prepare('INSERT OR REPLACE INTO threads (execution, id, body) VALUES (?, ?, ?)'),
    removeThread: database.prepare('DELETE FROM threads WHERE execution = ? AND id = ?'),
    removeThreads: database.prepare('DELETE FROM threads WHERE execution = ?'),
    threads: database.prepare('SELECT body FROM threads WHERE execution = ? ORDER BY id'),
    addEvent: database.prepare('INSERT INTO history (execution, id, body) VALUES (?, ?, ?)'),
    historyUp: database.prepare('SELECT body FROM history WHERE execution = ? AND id > ? ORDER BY id LIMIT ?'),
    historyDown: database.prepare('SELECT body FROM history WHERE execution = ? AND id < ? ORDER BY id DESC LIMIT ?'),
    removeHistory: database.prepare('DELETE FROM history WHERE execution = ?'),
    old: database.prepare('SELECT arn FROM executions WHERE stop <= ? LIMIT 100'),
    removeExecution: database.prepare('DELETE FROM executions WHERE arn = ?'),
  };
  const bodies = <T>(rows: unknown[]): readonly T[] =>
    rows.map((row) => JSON.parse((row as { body: string }).body) as T);
  return {
    /** Runs all writes of one step as one transaction. `relaxed`: survives kill -9, but is not synced for a loss of power. */
    commit<T>(work: () => T, relaxed = false): T {
      if (relaxed) database.exec('PRAGMA synchronous = NORMAL');
      try {
        return transaction(database, work);
      } finally {
        if (relaxed) database.exec('PRAGMA synchronous = FULL');
      }
    },
    addDefinition: (text: string): number => Number(sql.addDefinition.run(text).lastInsertRowid),
    definition: (id: number): string => (sql.definition.get(id) as { text: string }).text,
    putMachine: (row: MachineRow): void => {
      sql.putMachine.run(row.arn, row.name, row.role, row.definition, row.created, row.logging);
    },
    machine: (arn: string) => sql.machine.get(arn) as MachineRow | undefined,
    machines: () => sql.machines.all() as unknown as readonly MachineRow[],
    removeMachine: (arn: string): void => {
      sql.removeMachine.run(arn);
    },
    addExecution: (row: Pick<ExecutionRow, 'arn' | 'machine' | 'name' | 'definition' | 'input' | 'start'>): void => {
      sql.removeHistory.run(row.arn);
      sql.addExecution.run(row.arn, row.machine, row.name, row.definition, row.input, 'RUNNING', row.start);
    },
    execution: (arn: string) => sql.execution.get(arn) as ExecutionRow | undefined,
    running: () => sql.running.all() as unknown as readonly ExecutionRow[],
    /** Executions whose present status has not been told as an event. */
    untold: () => sql.untold.all('RUNNING') as unknown as readonly ExecutionRow[],
    told: (arn: string, status: ExecutionStatus): void => {
      const level = status === 'RUNNING' ? 1 : 2;
      sql.tell.run(level, arn, level);
    },
    list(
      machine: string,
      status: string | null,
      after: { start: number; arn: string } | undefined,
      limit: number,
    ): readonly ExecutionRow[] {
      const [start, arn] = [after?.start ?? null, after?.arn ?? null];
      return sql.list.all(
        machine,
        status,
        status,
        start,
        start,
        start,
        arn,
        limit,
      ) as unknown as readonly ExecutionRow[];
    },
    progress: (arn: string, events: number, transitions: number): void => {
      sql.progress.run(events, transitions, arn);
    },
    end(
      arn: string,
      status: ExecutionStatus,
      stop: number,
      end: { output?: string; error?: string; cause?: string },
    ): void {
      sql.end.run(status, stop, end.output ?? null, end.error ?? null, end.cause ?? null, arn);
      sql.removeThreads.run(arn);
    },
    putThread: (execution: string, thread: Thread): void => {
      sql.putThread.run(execution, thread.id, JSON.stringify(thread));
    },
    removeThread: (execution: string, id: number): void => {
      sql.removeThread.run(execution, id);
    },
    threads: (execution: string) => bodies<Thread>(sql.threads.all(execution)),
    addEvent: (execution: string, event: HistoryEvent): void => {
      sql.addEvent.run(execution, event.id, JSON.stringify(event));
    },
    history(execution: string, from: number, limit: number, newestFirst: boolean) {
      return bodies<HistoryEvent>((newestFirst ? sql.historyDown : sql.historyUp).all(execution, from, limit));
    },
    /** Forgets executions that ended before a time. */
    forget(before: number): void {
      transaction(database, () => {
        for (const { arn } of sql.old.all(before) as unknown as readonly { arn: string }[]) {
          sql.removeHistory.run(arn);
          sql.removeExecution.run(arn);
        }
      });
    },
    close: (): void => database.close(),
  };
}
