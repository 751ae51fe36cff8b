import { line } from '../doctor/plain.ts';
import { type Finding, refuses } from './finding.ts';
import type { Position } from './parsed.ts';

/** A finding and its place in a text. */
export interface Placed extends Finding {
  readonly position?: Position;
  /** Without a text: the path of the member. */
  readonly path?: string;
}

interface Kind {
  readonly colour: number;
  /** How one finding is counted, and how several are. */
  readonly one: string;
  readonly several: string;
}

/** In the order of the summary. */
const kinds: Readonly<Record<Finding['kind'], Kind>> = {
  error: { colour: 31, one: 'error', several: 'errors' },
  fails: { colour: 35, one: 'fails when run', several: 'fail when run' },
  differs: { colour: 36, one: 'differs', several: 'differs' },
  warning: { colour: 33, one: 'warning', several: 'warnings' },
};

/** A finding as compilers write it: `file:line:column: error: …`. */
export function shown(of: string, { kind, message, position, path }: Placed, isColoured: boolean): string {
  const place = position ? `${position.line}:${position.column}` : (path ?? '');
  const word = isColoured ? `\u001b[1;${kinds[kind].colour}m${kind}:\u001b[0m` : `${kind}:`;
  return `${line([of, place].filter((part) => part !== '').join(':'))}: ${word} ${line(message)}`;
}

/** All findings in a line. */
export function summary(of: string, findings: readonly Finding[]): string {
  const parts = Object.entries(kinds).flatMap(([kind, { one, several }]) => {
    const count = findings.filter((finding) => finding.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
  const verdict = findings.some(refuses) ? 'refused' : 'accepted';
  return `${line(of)}: ${[verdict, ...parts].join(', ')}.`;
}
