import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { ServiceError } from '../service.ts';
import type { MessageAttributes } from './message-attributes.ts';

/** What is sent. Times in milliseconds since the epoch. */
export interface Outgoing {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** The sender's ARN. */
  readonly sender: string;
  readonly sent: number;
  /** When it can be received. */
  readonly visible: number;
}

export interface Message extends Outgoing {
  /** Grows with every message of the stack. */
  readonly sequence: number;
  readonly id: string;
  readonly receives: number;
  readonly firstReceived: number | undefined;
  /** The queue that it was a dead letter of. */
  readonly source: string | undefined;
}

/** How many messages can be received, are received and not deleted, and are delayed. */
export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** The messages of all queues. */
export class Messages {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS messages (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL,
        sender TEXT NOT NULL, sent REAL NOT NULL, visible REAL NOT NULL, receives INTEGER NOT NULL DEFAULT 0,
        first_received REAL, receipt TEXT, source TEXT
      ) STRICT;
      CREATE INDEX IF NOT EXISTS messages_by_time ON messages (queue, visible);`,
    );
  }

  /** Stores a message; answers its id. */
  add(queue: string, { body, attributes, sender, sent, visible }: Outgoing): string {
    const id = randomUUID();
    this.#database
      .prepare('INSERT INTO messages (queue, id, body, attributes, sender, sent, visible) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(queue, id, body, JSON.stringify(attributes), sender, sent, visible);
    return id;
  }

  /** Forgets what was sent before `oldest`. */
  expire(queue: string, oldest: number): void {
    this.#database.prepare('DELETE FROM messages WHERE queue = ? AND sent < ?').run(queue, oldest);
  }

  /** The oldest messages that can be received. */
  visible(queue: string, now: number, limit: number): Message[] {
    const rows = this.#database
      .prepare('SELECT * FROM messages WHERE queue = ? AND visible <= ? ORDER BY sequence LIMIT ?')
      .all(queue, now, limit);
    return rows.map((row) => ({
      sequence: Number(row['sequence']),
      id: String(row['id']),
      body: String(row['body']),
      attributes: JSON.parse(String(row['attributes'])),
      sender: String(row['sender']),
      sent: Number(row['sent']),
      visible: Number(row['visible']),
      receives: Number(row['receives']),
      firstReceived: row['first_received'] === null ? undefined : Number(row['first_received']),
      source: row['source'] === null ? undefined : String(row['source']),
    }));
  }

  /** Messages that can be received and have been so at least `receives` times. */
  worn(queue: string, now: number, receives: number): { readonly sequence: number }[] {
    const rows = this.#database
      .prepare('SELECT sequence FROM messages WHERE queue = ? AND visible <= ? AND receives >= ? ORDER BY sequence')
      .all(queue, now, receives);
    return rows.map((row) => ({ sequence: Number(row['sequence']) }));
  }

  /** When the next message that is hidden now can be received. */
  nextVisible(queue: string, now: number): number | undefined {
    const row = this.#database
      .prepare('SELECT MIN(visible) AS next FROM messages WHERE queue = ? AND visible > ?')
      .get(queue, now);
    return typeof row?.['next'] === 'number' ? row['next'] : undefined;
  }

  /** Hides a message until `visible`; answers the handle by which its receiver names it. */
  receive(sequence: number, now: number, visible: number): string {
    const receipt = randomUUID();
    this.#database
      .prepare(
        `UPDATE messages SET receives = receives + 1, first_received = COALESCE(first_received, ?), visible = ?, receipt = ?
         WHERE sequence = ?`,
      )
      .run(now, visible, receipt, sequence);
    return Buffer.from(`${sequence} ${receipt}`).toString('base64');
  }

  /** Deletes the message of a handle. The handle of an earlier receive deletes nothing. */
  delete(queue: string, handle: unknown): void {
    const { sequence, receipt } = readHandle(handle);
    this.#database
      .prepare('DELETE FROM messages WHERE queue = ? AND sequence = ? AND receipt = ?')
      .run(queue, sequence, receipt);
  }

  /** Sets when a message that is in flight can be received again. */
  hide(queue: string, handle: unknown, now: number, visible: number): void {
    const { sequence, receipt } = readHandle(handle);
    const row = this.#database
      .prepare('SELECT visible FROM messages WHERE queue = ? AND sequence = ? AND receipt = ?')
      .get(queue, sequence, receipt);
    if (row === undefined) {
      const message = 'Message does not exist or is not available for visibility timeout change.';
      throw new ServiceError('InvalidParameterValue', message);
    }
    if (Number(row['visible']) <= now) throw new ServiceError('MessageNotInflight', 'The message is not in flight.');
    this.#database.prepare('UPDATE messages SET visible = ? WHERE sequence = ?').run(visible, sequence);
  }

  /** Moves a message to another queue, where it has not been received yet. */
  move(sequence: number, queue: string, source: string, now: number): void {
    this.#database
      .prepare(
        `UPDATE messages SET queue = ?, source = ?, visible = ?, receives = 0, first_received = NULL, receipt = NULL
         WHERE sequence = ?`,
      )
      .run(queue, source, now, sequence);
  }

  purge(queue: string): void {
    this.#database.prepare('DELETE FROM messages WHERE queue = ?').run(queue);
  }

  count(queue: string, now: number): Counts {
    const row = this.#database
      .prepare(
        `SELECT COUNT(*) FILTER (WHERE visible <= ?1) AS visible,
                COUNT(*) FILTER (WHERE visible > ?1 AND receives > 0) AS in_flight,
                COUNT(*) FILTER (WHERE visible > ?1 AND receives = 0) AS delayed
         FROM messages WHERE queue = ?2`,
      )
      .get(now, queue);
    return {
      visible: Number(row?.['visible']),
      inFlight: Number(row?.['in_flight']),
      delayed: Number(row?.['delayed']),
    };
  }
}

function readHandle(handle: unknown): { sequence: number; receipt: string } {
  const text = typeof handle === 'string' ? Buffer.from(handle, 'base64').toString() : '';
  const found = /^(\d{1,15}) ([\da-f-]{36})$/.exec(text);
  if (found === null) {
    throw new ServiceError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  }
  return { sequence: Number(found[1]), receipt: found[2] ?? '' };
}
