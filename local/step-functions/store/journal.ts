import type { DatabaseSync } from 'node:sqlite';
import type { Thread } from '../thread.ts';

/** An event of a history; `details` are those of AWS's shape, without their member's name. */
export interface HistoryEvent {
  readonly id: number;
  readonly previous: number;
  readonly time: number;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An item of a Map or branch of a Parallel that is under way; `result` is JSON text once it is done. */
export interface Iteration {
  readonly thread: number;
  readonly item: number;
  readonly value: string;
  readonly result: string | null;
}

/** What executions leave behind step by step: their history, and where their threads are. */
export function journalTables(database: DatabaseSync) {
  const addEvent = database.prepare(
    'INSERT INTO history (execution, id, previous, time, type, details) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const up = database.prepare('SELECT * FROM history WHERE execution = ? AND id > ? ORDER BY id LIMIT ?');
  const down = database.prepare('SELECT * FROM history WHERE execution = ? AND id < ? ORDER BY id DESC LIMIT ?');
  const putThread = database.prepare('INSERT OR REPLACE INTO threads (execution, id, body) VALUES (?, ?, ?)');
  const removeThread = database.prepare('DELETE FROM threads WHERE execution = ? AND id = ?');
  const threads = database.prepare('SELECT body FROM threads WHERE execution = ? ORDER BY id');
  const addIteration = database.prepare('INSERT INTO iterations (execution, thread, item, value) VALUES (?, ?, ?, ?)');
  const endIteration = database.prepare(
    'UPDATE iterations SET result = ? WHERE execution = ? AND thread = ? AND item = ?',
  );
  const removeIterations = database.prepare('DELETE FROM iterations WHERE execution = ? AND thread = ?');
  const iterations = database.prepare(
    'SELECT thread, item, value, result FROM iterations WHERE execution = ? ORDER BY thread, item',
  );
  const [noThreads, noIterations, noHistory] = ['threads', 'iterations', 'history'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE execution = ?`),
  );
  return {
    addEvent(execution: string, { id, previous, time, type, details }: HistoryEvent): void {
      addEvent.run(execution, id, previous, time, type, JSON.stringify(details));
    },
    /** Events after `from`, or before it with the newest first. */
    history(execution: string, from: number, limit: number, newestFirst: boolean): readonly HistoryEvent[] {
      const rows = (newestFirst ? down : up).all(execution, from, limit);
      return rows.map((row) => ({ ...row, details: JSON.parse(String(row['details'])) }) as unknown as HistoryEvent);
    },
    putThread(execution: string, thread: Thread): void {
      putThread.run(execution, thread.id, JSON.stringify(thread));
    },
    removeThread: (execution: string, id: number): void => void removeThread.run(execution, id),
    threads: (execution: string) => threads.all(execution).map(({ body }) => JSON.parse(String(body)) as Thread),
    addIteration(execution: string, thread: number, item: number, value: unknown): void {
      addIteration.run(execution, thread, item, JSON.stringify(value));
    },
    endIteration(execution: string, thread: number, item: number, result: unknown): void {
      endIteration.run(JSON.stringify(result), execution, thread, item);
    },
    removeIterations: (execution: string, thread: number): void => void removeIterations.run(execution, thread),
    iterations: (execution: string) => iterations.all(execution) as unknown as readonly Iteration[],
    /** Forgets where an execution is; its history stays. */
    removePlaces(execution: string): void {
      noThreads?.run(execution);
      noIterations?.run(execution);
    },
    removeHistory: (execution: string): void => void noHistory?.run(execution),
  };
}
