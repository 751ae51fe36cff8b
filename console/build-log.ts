import { clockText } from './moment.ts';
import { plainText } from './plain-text.ts';

/** Reads at most `limit` lines of a log stream that come after an index, oldest first. */
export type ReadLog = (
  group: string,
  stream: string,
  after: number,
  limit: number,
) => { readonly events: readonly { readonly index: number; readonly time: number; readonly message: string }[] };

/** Where a log lies. */
export interface Place {
  readonly group: string;
  readonly stream: string;
}

/** A line as it is shown: plain text, its time of day in UTC. */
export interface Line {
  readonly index: number;
  readonly clock: string;
  readonly text: string;
}

/** A piece of a log. `after`: the index with which to ask for what follows. */
export interface Piece {
  readonly lines: readonly Line[];
  readonly after: number;
  /** Lines come before it, lines follow it. */
  readonly earlier: boolean;
  readonly later: boolean;
}

/** Lines that are shown at once. */
export const PIECE = 1000;

const LONGEST = 4000;

/** Group and stream of a log stream's ARN, `arn:aws:logs:R:A:log-group:GROUP:log-stream:STREAM`; undefined for any other text. */
export function placeOf(arn: string | undefined): Place | undefined {
  const [, group, stream] = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+):log-stream:(.+)$/.exec(arn ?? '') ?? [];
  return group === undefined || stream === undefined ? undefined : { group, stream };
}

/** The lines after an index. */
export function pieceAfter(read: ReadLog, { group, stream }: Place, after: number): Piece {
  const events = read(group, stream, after, PIECE + 1).events;
  return pieceOf(events.slice(0, PIECE), after, { earlier: after > 0, later: events.length > PIECE });
}

/** The last lines. Indexes need not follow one another, so the end is searched and then gone back from. */
export function lastPiece(read: ReadLog, { group, stream }: Place): Piece {
  const from = (after: number, limit: number) => read(group, stream, after, limit).events;
  const first = from(0, PIECE + 1);
  if (first.length <= PIECE) return pieceOf(first, 0, { earlier: false, later: false });
  const end = lastIndex((after) => from(after, 1).length > 0);
  let last: Events = [];
  for (let back = PIECE; last.length < PIECE && back < 2 * end; back *= 2) {
    last = lastBetween(Math.max(0, end - back), end, from);
  }
  return pieceOf(last, end, { earlier: true, later: false });
}

type Events = ReturnType<ReadLog>['events'];

/** The last lines between two indexes, at most a piece. */
function lastBetween(start: number, end: number, from: (after: number, limit: number) => Events): Events {
  let last: Events = [];
  for (let after = start; after < end; ) {
    const events = from(after, PIECE);
    if (events.length === 0) break;
    last = [...last, ...events.filter(({ index }) => index <= end)].slice(-PIECE);
    after = events.at(-1)?.index ?? end;
  }
  return last;
}

/** The last index there is: nothing follows it, something follows each smaller one. */
function lastIndex(followed: (after: number) => boolean): number {
  let high = PIECE;
  while (followed(high)) high *= 2;
  let low = 0;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (followed(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pieceOf(events: Events, after: number, around: Pick<Piece, 'earlier' | 'later'>): Piece {
  return {
    lines: events.map(({ index, time, message }) => ({ index, clock: clockText(time), text: lineText(message) })),
    after: events.at(-1)?.index ?? after,
    ...around,
  };
}

/** A very long line is cut, and says so. */
function lineText(message: string): string {
  const text = plainText(message.replace(/\n$/, ''));
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST).toWellFormed()}… (${text.length - LONGEST} more characters)`;
}
