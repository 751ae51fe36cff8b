import type { AuditRecord } from '../../functions/domain/audit.ts';
import { line } from '../doctor/plain.ts';

const columns = [
  ['TIME (UTC)', 19],
  ['OPERATION', 22],
  ['ON', 20],
  ['BY', 16],
  ['RESULT', 15],
] as const;

/** The names of the columns; a line has 100 characters at most. */
export const heading = row(columns.map(([name]) => name));

/** A record as a line of the table. What does not fit is cut: `--json` has it whole. */
export function shown(record: AuditRecord): string {
  const { time, operation, resource, caller } = record;
  const at = new Date(time).toISOString().slice(0, 19).replace('T', ' ');
  return row([at, operation, plainResource(resource), shortCaller(caller), resultOf(record)]);
}

function resultOf(record: AuditRecord): string {
  if (record.result === 'Succeeded') return 'ok';
  return record.result === 'Failed' ? record.errorCode.replace(/Exception$/, '') : 'not known';
}

/** What tells a caller from others of the account: `jane`, `Role/session`, `root`. */
function shortCaller(caller: string): string {
  return caller.replace(/^arn:[^:]*:(?:iam|sts)::\d*:(?:user\/|assumed-role\/)?/, '');
}

function plainResource(resource: string): string {
  return resource.replace(/^arn:[^:]*:codepipeline:[^:]*:\d*:/, '');
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cut(line(cell), columns[index]?.[1] ?? 0))
    .join('  ')
    .trimEnd();
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
