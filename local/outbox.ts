import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Timer } from './clock.ts';
import { transaction } from './database.ts';

/** Something that is to be sent until it has arrived. */
export interface Delivery<Work> {
  /** Stays the same over all tries: what a receiver can tell a repeated delivery by. */
  readonly id: string;
  readonly work: Work;
  /** Tries that failed before this one. */
  readonly attempts: number;
  /** When it was put in, in milliseconds. */
  readonly since: number;
}

export interface Delivering<Work> {
  /** Sends it; a rejection is a failed try. */
  deliver(delivery: Delivery<Work>): Promise<void>;
  /** When a delivery that has now failed `attempts` times is tried again; undefined to give up. */
  retryAt(delivery: Delivery<Work>, error: Error): number | undefined;
  /** What is done about a delivery that is given up, before it is forgotten. */
  giveUp(delivery: Delivery<Work>, error: Error): void | Promise<void>;
}

interface Row {
  readonly sequence: number;
  readonly id: string;
  readonly lane: string;
  readonly work: string;
  readonly attempts: number;
  readonly since: number;
}

const AT_ONCE = 32;

/**
 * Deliveries kept in a service's database: what was added in a committed transaction is sent at least once, over any number of
 * restarts. Deliveries of one lane go one at a time, in the order they were added; one that waits to be tried again holds up no other.
 */
export class Outbox<Work> {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #delivering: Delivering<Work>;
  readonly #running = new Map<number, { readonly lane: string; readonly done: Promise<void> }>();
  #finished: number[] = [];
  #timer: Timer | undefined;
  #state: 'new' | 'going' | 'closed' = 'new';
  #woken = false;

  constructor(database: DatabaseSync, clock: Clock, delivering: Delivering<Work>) {
    this.#database = database;
    this.#clock = clock;
    this.#delivering = delivering;
    database.exec(`
      CREATE TABLE IF NOT EXISTS outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, lane TEXT NOT NULL, work TEXT NOT NULL,
        attempts INTEGER NOT NULL, since INTEGER NOT NULL, next_at INTEGER NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS outbox_next ON outbox (next_at, sequence);`);
  }

  /** Puts work in, as part of the caller's transaction; call `wake` once that is committed. An empty lane orders nothing. */
  add(work: Work, lane = ''): void {
    const now = this.#clock.now();
    this.#database
      .prepare('INSERT INTO outbox (id, lane, work, attempts, since, next_at) VALUES (?, ?, ?, 0, ?, ?)')
      .run(randomUUID(), lane, JSON.stringify(work), now, now);
  }

  /** Begins to send, what is left from earlier first. */
  start(): void {
    if (this.#state === 'new') this.#state = 'going';
    this.wake();
  }

  /** Looks for deliveries that are due. */
  wake(): void {
    if (this.#woken || this.#state !== 'going') return;
    this.#woken = true;
    setImmediate(() => {
      this.#woken = false;
      if (this.#state === 'going') this.#send();
    });
  }

  /** Ends after the tries that are under way. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#timer?.cancel();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    this.#forget();
  }

  #send(): void {
    this.#forget();
    this.#timer?.cancel();
    const rows = this.#database
      .prepare('SELECT * FROM outbox WHERE next_at <= ? ORDER BY next_at, sequence LIMIT ?')
      .all(this.#clock.now(), this.#running.size + 2 * AT_ONCE) as unknown as Row[];
    const lanes = new Set([...this.#running.values()].map(({ lane }) => lane));
    for (const row of rows) {
      if (this.#running.size >= AT_ONCE) return;
      if (this.#running.has(row.sequence) || (row.lane !== '' && lanes.has(row.lane))) continue;
      lanes.add(row.lane);
      this.#running.set(row.sequence, { lane: row.lane, done: this.#try(row) });
    }
    this.#sleep();
  }

  #sleep(): void {
    const { next } = this.#database
      .prepare('SELECT min(next_at) AS next FROM outbox WHERE next_at > ?')
      .get(this.#clock.now()) as { next: number | null };
    if (next !== null) this.#timer = this.#clock.at(next, () => this.wake());
  }

  async #try(row: Row): Promise<void> {
    const { id, attempts, since } = row;
    const delivery = { id, work: JSON.parse(row.work) as Work, attempts, since };
    try {
      await this.#delivering.deliver(delivery);
      this.#finished.push(row.sequence);
    } catch (error) {
      await this.#fail(row.sequence, { ...delivery, attempts: attempts + 1 }, toError(error));
    }
    this.#running.delete(row.sequence);
    this.wake();
  }

  async #fail(sequence: number, delivery: Delivery<Work>, error: Error): Promise<void> {
    const again = this.#delivering.retryAt(delivery, error);
    if (again !== undefined) {
      this.#database
        .prepare('UPDATE outbox SET attempts = ?, next_at = ? WHERE sequence = ?')
        .run(delivery.attempts, again, sequence);
      return;
    }
    try {
      await this.#delivering.giveUp(delivery, error);
    } catch (fault) {
      console.error(`A delivery was lost (${error.message}): ${toError(fault).message}`);
    }
    this.#finished.push(sequence);
  }

  /** Forgets what has arrived: many at once, for each transaction waits for the disk. */
  #forget(): void {
    const finished = this.#finished;
    if (finished.length === 0) return;
    this.#finished = [];
    const forget = this.#database.prepare('DELETE FROM outbox WHERE sequence = ?');
    transaction(this.#database, () => {
      for (const sequence of finished) forget.run(sequence);
    });
  }
}

/** Exponential back-off with jitter: about one second, doubled at each try, at most `longest` milliseconds. */
export function backOff(attempts: number, longest: number): number {
  return Math.round(Math.min(longest, 1000 * 2 ** Math.min(attempts - 1, 30)) * (0.5 + Math.random() / 2));
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
