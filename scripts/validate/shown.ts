import { line } from '../doctor/plain.ts';
import { type Finding, refuses } from './finding.ts';
import type { Position } from './parsed.ts';

/** A finding and its place in a text. */
export interface Placed extends Finding {
  readonly position?: Position;
  /** Without a text: the path of the member. */
  readonly path?: string;
}

const colours: Readonly<Record<Finding['kind'], number>> = { error: 31, 'not built': 31, differs: 36, warning: 33 };

/** A finding as compilers write it: `file:line:column: error: …`. */
export function shown(of: string, { kind, message, position, path }: Placed, isColoured: boolean): string {
  const place = position ? `${position.line}:${position.column}` : (path ?? '');
  const word = isColoured ? `\u001b[1;${colours[kind]}m${kind}:\u001b[0m` : `${kind}:`;
  return `${line([of, place].filter((part) => part !== '').join(':'))}: ${word} ${line(message)}`;
}

/** All findings in a line. */
export function summary(of: string, findings: readonly Finding[]): string {
  const parts = (['error', 'not built', 'differs', 'warning'] as const).flatMap((kind) => {
    const count = findings.filter((finding) => finding.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}${count > 1 && /^(?:error|warning)$/.test(kind) ? 's' : ''}`];
  });
  const verdict = findings.some(refuses) ? 'refused' : 'accepted';
  return `${line(of)}: ${[verdict, ...parts].join(', ')}.`;
}
