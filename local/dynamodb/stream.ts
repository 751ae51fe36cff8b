import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { StreamRecord } from '../ports.ts';
import type { StackContext } from '../service.ts';
import { type Item, sizeOfItem } from './attribute-value.ts';
import type { StreamViewType, TableStream } from './table.ts';

const KEPT = 24 * 60 * 60 * 1000;
const TRIMMED_AT_ONCE = 5000;

/** What a write did to one item; `text` is the item as JSON. */
export interface ItemChange {
  readonly keys: Item;
  readonly old: { readonly text: string; readonly bytes: number } | undefined;
  readonly new: { readonly text: string; readonly bytes: number } | undefined;
  /** The TTL sweep deleted it, not a caller. */
  readonly byService: boolean;
}

interface Row {
  readonly sequence: number;
  readonly event: string;
  readonly name: string;
  readonly time: number;
  readonly keys: string;
  readonly new: string | null;
  readonly old: string | null;
  readonly bytes: number;
  readonly by_service: number;
}

/** The records of all tables' streams, kept 24 hours. Sequences grow over all streams and are never used twice. */
export class Streams {
  readonly #context: StackContext;
  readonly #insert;
  readonly #find;
  readonly #read;
  readonly #trim;
  readonly #listeners = new Map<string, (() => void)[]>();
  readonly #changed = new Set<string>();
  #horizon = 0;

  constructor(database: DatabaseSync, context: StackContext) {
    this.#context = context;
    this.#insert = database.prepare(
      `INSERT INTO records (stream, event, name, time, keys, new, old, bytes, by_service) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#find = database.prepare('SELECT id, view FROM streams WHERE arn = ?');
    this.#read = database.prepare('SELECT * FROM records WHERE stream = ? AND sequence > ? ORDER BY sequence LIMIT ?');
    this.#trim = database.prepare(
      `DELETE FROM records WHERE sequence IN (SELECT sequence FROM records ORDER BY sequence LIMIT ${TRIMMED_AT_ONCE}) AND time <= ?`,
    );
  }

  /** Adds the record of a change; part of the transaction that makes it. */
  append(stream: TableStream, change: ItemChange): void {
    const withNew = stream.view === 'NEW_IMAGE' || stream.view === 'NEW_AND_OLD_IMAGES';
    const withOld = stream.view === 'OLD_IMAGE' || stream.view === 'NEW_AND_OLD_IMAGES';
    const newImage = withNew ? change.new : undefined;
    const oldImage = withOld ? change.old : undefined;
    this.#insert.run(
      stream.id,
      randomUUID().replaceAll('-', ''),
      change.old ? (change.new ? 'MODIFY' : 'REMOVE') : 'INSERT',
      this.#context.clock.now(),
      JSON.stringify(change.keys),
      newImage?.text ?? null,
      oldImage?.text ?? null,
      sizeOfItem(change.keys) + (newImage?.bytes ?? 0) + (oldImage?.bytes ?? 0),
      change.byService ? 1 : 0,
    );
    this.#changed.add(stream.arn);
  }

  /** Records after a sequence, oldest first; none when the stream does not exist (any more). */
  read(arn: string, after: number, limit: number): StreamRecord[] {
    const stream = this.#find.get(arn) as { id: number; view: StreamViewType } | undefined;
    if (!stream) return [];
    const rows = this.#read.all(stream.id, after, limit) as unknown as Row[];
    return rows.map((row) => ({ sequence: row.sequence, record: this.#record(row, arn, stream.view) }));
  }

  listen(arn: string, listener: () => void): void {
    this.#listeners.set(arn, [...(this.#listeners.get(arn) ?? []), listener]);
  }

  /** Tells the listeners of the streams that got records since it was called last, in a turn of its own. */
  notify(): void {
    const listeners = [...this.#changed].flatMap((arn) => this.#listeners.get(arn) ?? []);
    this.#changed.clear();
    if (listeners.length === 0) return;
    setImmediate(() => {
      for (const listener of listeners) listener();
    });
  }

  close(): void {
    this.#listeners.clear();
  }

  /**
   * Removes records over 24 hours old, at most 5000; says whether more may be left. Only what was too old at the call before goes: when
   * the clock is turned by days at once, readers still have until the next call.
   */
  trim(): boolean {
    const { changes } = this.#trim.run(this.#horizon);
    return Number(changes) === TRIMMED_AT_ONCE;
  }

  /** Sets what later calls of `trim` remove: records that are 24 hours old now. */
  age(): void {
    this.#horizon = this.#context.clock.now() - KEPT;
  }

  #record(row: Row, arn: string, view: StreamViewType): object {
    return {
      eventID: row.event,
      eventName: row.name,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: this.#context.region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(row.time / 1000),
        Keys: JSON.parse(row.keys),
        ...(row.new !== null && { NewImage: JSON.parse(row.new) }),
        ...(row.old !== null && { OldImage: JSON.parse(row.old) }),
        SequenceNumber: sequenceNumber(row.sequence),
        SizeBytes: row.bytes,
        StreamViewType: view,
      },
      eventSourceARN: arn,
      ...(row.by_service === 1 && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
    };
  }
}

/** AWS's sequence numbers have 21 to 40 digits; these sort as text, too. */
function sequenceNumber(sequence: number): string {
  return `1${String(sequence).padStart(20, '0')}`;
}
