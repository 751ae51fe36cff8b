import type { StreamRecord } from '../ports.ts';

/** Records that are handed to a function together. */
export interface Batch {
  readonly records: readonly StreamRecord[];
  /** The stream's position once the batch is done: its last record, or one after it that a filter left out. */
  readonly through: number;
  /** Times that the function ran on it and failed. */
  readonly attempts: number;
}

/** What a function's answer says of a batch; `firstFailed` is the index of the first record to try again. */
export type Verdict = { readonly status: 'Done' } | { readonly status: 'Failed'; readonly firstFailed: number };

const ENVELOPE = 64;

/** The event that a function gets. */
export function eventOf({ records }: Batch): string {
  return JSON.stringify({ Records: records.map(({ record }) => record) });
}

/** As many of the records, from the first, as an event of `limit` bytes holds; one at least. */
export function fitting(records: readonly StreamRecord[], limit: number): readonly StreamRecord[] {
  let size = ENVELOPE;
  const end = records.findIndex(({ record }) => {
    size += Buffer.byteLength(JSON.stringify(record)) + 1;
    return size > limit;
  });
  return end === -1 ? records : records.slice(0, Math.max(1, end));
}

/** The batch's parts before and from `index` on. The second has been tried as often as `attempts` says. */
export function split(batch: Batch, index: number, attempts: number): [Batch, Batch] {
  const before = batch.records.slice(0, index);
  const through = before.at(-1)?.sequence ?? batch.through;
  return [
    { records: before, through, attempts: batch.attempts },
    { records: batch.records.slice(index), through: batch.through, attempts },
  ];
}

/**
 * Reads `batchItemFailures`: the earliest record named is the first to try again; a name that is not in the batch, or none, fails all
 * of it. https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function judge({ records }: Batch, answer: string): Verdict {
  const value: unknown = JSON.parse(answer);
  const failures = (value as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return { status: 'Failed', firstFailed: 0 };
  if (failures.length === 0) return { status: 'Done' };
  const indexes = failures.map((failure) =>
    records.findIndex((record) => sequenceNumber(record) === failure?.itemIdentifier),
  );
  return { status: 'Failed', firstFailed: Math.max(0, Math.min(...indexes)) };
}

/** The record's number as the event has it. */
export function sequenceNumber({ record, sequence }: StreamRecord): string {
  return changeOf(record).SequenceNumber ?? String(sequence);
}

/** When the record came into the stream, in milliseconds. */
export function createdAt({ record }: StreamRecord, otherwise: number): number {
  const seconds = changeOf(record).ApproximateCreationDateTime;
  return seconds === undefined ? otherwise : seconds * 1000;
}

function changeOf(record: object): { SequenceNumber?: string; ApproximateCreationDateTime?: number } {
  return (record as { dynamodb?: object }).dynamodb ?? {};
}
