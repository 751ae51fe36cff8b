import type { AuditRecord } from '../domain/audit.ts';
import type { Item, Key } from './table.ts';

const dayLength = 'yyyy-mm-dd'.length;

/** The partition that holds the records of the day of a time, UTC. */
export function auditPartition(time: number): string {
  return `AUDIT#${new Date(time).toISOString().slice(0, dayLength)}`;
}

/** Where a record is kept: a day's records sort by time. */
export function auditKey({ time, requestId }: Pick<AuditRecord, 'time' | 'requestId'>): Key {
  return { pk: auditPartition(time), sk: `${new Date(time).toISOString()}#${requestId}` };
}

/** A record from its item. */
export function auditRecordFrom(item: Item): AuditRecord {
  const { pk: _, sk: __, expires: ___, ...record } = item;
  return record as unknown as AuditRecord;
}
