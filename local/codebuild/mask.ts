import { spellings } from './spellings.ts';

/** A shorter value is no secret, and masking it would leave nothing readable. */
const SHORTEST_VALUE = 3;
const SHORTEST_LINE = 4;
/** So much of a secret at the beginning or the end of a line is taken for a secret that was broken over lines. */
const SHORTEST_PART = 8;
const ACCESS_KEY = /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g;

/** From where to where, without the end. */
type Span = readonly [start: number, end: number];

/** Knows the secrets of a build in every spelling in which commands print them. */
export interface Mask {
  /** Replaces secrets, parts of them at the ends of the text, and whatever looks like an access key id, by `***`. */
  hide(text: string): string;
  /** The last place of a text without end at which it may be cut, so that no secret lies on both sides; 0 when there is none. */
  cut(text: string): number;
}

/** Masks secrets and, of one of several lines, each line: plain, in base64 wherever it begins, URL-encoded, JSON-escaped, quoted for a shell. */
export function masking(secrets: readonly string[]): Mask {
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).filter((line) => line.length >= SHORTEST_LINE);
  const values = [...new Set([...secrets, ...lines])].filter((value) => value.length >= SHORTEST_VALUE);
  const spelt = [...new Set(values.flatMap(spellings))];
  const byHead = Map.groupBy(spelt, (value) => value.slice(0, SHORTEST_VALUE));
  const byTail = Map.groupBy(spelt, (value) => value.slice(-SHORTEST_VALUE));
  const longest = Math.max(0, ...spelt.map(({ length }) => length));

  function* whole(text: string): Generator<Span> {
    for (let start = 0; start + SHORTEST_VALUE <= text.length; start += 1) {
      for (const value of byHead.get(text.slice(start, start + SHORTEST_VALUE)) ?? []) {
        if (text.startsWith(value, start)) yield [start, start + value.length];
      }
    }
    for (const match of text.matchAll(ACCESS_KEY)) yield [match.index, match.index + match[0].length];
  }

  /** What a line break cut off: the line ends with the beginning of a secret, begins with the end of one, or lies within one. */
  function* broken(text: string): Generator<Span> {
    const { length } = text;
    for (let start = Math.max(0, length - longest); start + SHORTEST_PART <= length; start += 1) {
      const heads = byHead.get(text.slice(start, start + SHORTEST_VALUE)) ?? [];
      if (heads.some((value) => value.startsWith(text.slice(start)))) yield [start, length];
    }
    for (let end = Math.min(length, longest); end >= SHORTEST_PART; end -= 1) {
      const tails = byTail.get(text.slice(end - SHORTEST_VALUE, end)) ?? [];
      if (tails.some((value) => value.endsWith(text.slice(0, end)))) yield [0, end];
    }
    if (length >= SHORTEST_PART && length < longest && spelt.some((value) => value.includes(text))) yield [0, length];
  }

  return {
    hide: (text) => replaced(text, [...whole(text), ...broken(text)]),
    cut: (text) => {
      // A secret that is not whole yet begins at the earliest where the longest would.
      const last = Math.max(0, text.length - longest);
      return united([...whole(text)]).find(([start, end]) => start < last && end > last)?.[0] ?? last;
    },
  };
}

function replaced(text: string, spans: readonly Span[]): string {
  let shown = '';
  let from = 0;
  for (const [start, end] of united(spans)) {
    shown += `${text.slice(from, start)}***`;
    from = end;
  }
  return shown + text.slice(from);
}

/** The same places, in order and without overlaps. */
function united(spans: readonly Span[]): readonly Span[] {
  const result: [number, number][] = [];
  for (const [start, end] of [...spans].sort(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
