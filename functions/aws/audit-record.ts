import type { AuditRecord, Call } from '../domain/audit.ts';
import { auditKey } from './audit-key.ts';
import { put, remove } from './table.ts';

const history = 365 * 24 * 60 * 60;

/**
 * Writes the record of a call: new, or with its ending over the one without. A record that has an ending never changes; that it is
 * there already is the same write, sent again by the SDK.
 */
export async function putAuditRecord(record: AuditRecord): Promise<void> {
  const expires = Math.floor(record.time / 1000) + history;
  await put(
    { ...auditKey(record), ...record, expires },
    { expression: 'attribute_not_exists(#result)', names: { '#result': 'result' } },
  );
}

/** Takes back the record of a call that has no ending. */
export async function removeAuditRecord(call: Call): Promise<void> {
  await remove(auditKey(call), { expression: 'attribute_not_exists(#result)', names: { '#result': 'result' } });
}
