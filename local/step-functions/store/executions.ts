import type { DatabaseSync } from 'node:sqlite';

export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
export type ExecutionStatus = 'RUNNING' | EndStatus;

/** An execution, as it is kept. */
export interface ExecutionRow {
  readonly arn: string;
  readonly machine: string;
  readonly name: string;
  readonly role: string;
  readonly definition: number;
  readonly input: string;
  /** The task that started it, if one did. */
  readonly starter: string | null;
  readonly status: ExecutionStatus;
  readonly start: number;
  readonly stop: number | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly events: number;
  readonly transitions: number;
  /** How much of its status has been told as events: 0 nothing, 1 that it runs, 2 how it ended. */
  readonly told: number;
}

/** How an execution ended; `output` is JSON text. */
export interface End {
  readonly status: EndStatus;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** Where a page of a listing goes on. */
export interface Position {
  readonly start: number;
  readonly arn: string;
}

export type NewExecution = Pick<
  ExecutionRow,
  'arn' | 'machine' | 'name' | 'role' | 'definition' | 'input' | 'starter' | 'start'
>;

/** Executions, those that run and those that ended. */
export function executionTable(database: DatabaseSync) {
  const add = database.prepare(
    `INSERT OR REPLACE INTO executions (arn, machine, name, role, definition, input, starter, start, status, events, transitions, told)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'RUNNING', 0, 0, 0)`,
  );
  const find = database.prepare('SELECT * FROM executions WHERE arn = ?');
  const running = database.prepare("SELECT * FROM executions WHERE status = 'RUNNING' ORDER BY start");
  const untold = database.prepare(
    "SELECT * FROM executions WHERE told < 2 AND NOT (told = 1 AND status = 'RUNNING') ORDER BY start",
  );
  const tell = database.prepare('UPDATE executions SET told = ? WHERE arn = ? AND told < ?');
  const page = '(start < ? OR (start = ? AND arn < ?)) ORDER BY start DESC, arn DESC LIMIT ?';
  const list = database.prepare(`SELECT * FROM executions WHERE machine = ? AND ${page}`);
  const listStatus = database.prepare(`SELECT * FROM executions WHERE machine = ? AND status = ? AND ${page}`);
  const progress = database.prepare('UPDATE executions SET events = ?, transitions = ? WHERE arn = ?');
  const end = database.prepare(
    'UPDATE executions SET status = ?, stop = ?, output = ?, error = ?, cause = ? WHERE arn = ?',
  );
  const old = database.prepare('SELECT arn FROM executions WHERE stop <= ? LIMIT ?');
  const remove = database.prepare('DELETE FROM executions WHERE arn = ?');
  return {
    add(row: NewExecution): void {
      add.run(row.arn, row.machine, row.name, row.role, row.definition, row.input, row.starter, row.start);
    },
    find: (arn: string) => find.get(arn) as ExecutionRow | undefined,
    running: () => running.all() as unknown as readonly ExecutionRow[],
    /** Those whose present status has not been told as an event. */
    untold: () => untold.all() as unknown as readonly ExecutionRow[],
    tell: (arn: string, told: number): void => void tell.run(told, arn, told),
    /** A machine's executions, the newest first. */
    list(
      machine: string,
      status: string | undefined,
      { start, arn }: Position,
      limit: number,
    ): readonly ExecutionRow[] {
      const rows =
        status === undefined
          ? list.all(machine, start, start, arn, limit)
          : listStatus.all(machine, status, start, start, arn, limit);
      return rows as unknown as readonly ExecutionRow[];
    },
    progress: (arn: string, events: number, transitions: number): void => void progress.run(events, transitions, arn),
    end(arn: string, stop: number, { status, output, error, cause }: End): void {
      end.run(status, stop, output ?? null, error ?? null, cause ?? null, arn);
    },
    /** Those that ended at `before` or earlier. */
    endedBy: (before: number, limit: number) =>
      (old.all(before, limit) as unknown as readonly { readonly arn: string }[]).map(({ arn }) => arn),
    remove: (arn: string): void => void remove.run(arn),
  };
}
