/**
 * A pattern of a trigger's filter (CodePipeline user guide, "Working with glob patterns in syntax"), as a machine of states: from each, what
 * one character leads to, and where it gets to without any.
 */
export interface Glob {
  readonly states: readonly State[];
}

interface State {
  readonly on?: { readonly accepts: (character: string) => boolean; readonly to: number };
  readonly free: readonly number[];
}

/** What is wrong with a pattern; a text that is none is no glob. */
export type GlobFault = { readonly fault: string };

type Part =
  | { readonly type: 'one' | 'many'; readonly accepts: (character: string) => boolean }
  /** As many whole folders as there are, none too. */
  | { readonly type: 'folders' }
  | { readonly type: 'either'; readonly alternatives: readonly (readonly Part[])[] };

const anything = (): boolean => true;
const within = (character: string): boolean => character !== '/';

/** Reads a pattern: `*`, `**`, `?`, `[a-z]`, `[!a]`, `{a,b}` and `\`. What no pattern can be is answered as a fault. */
export function readGlob(pattern: string): Glob | GlobFault {
  const reading = { characters: [...pattern], at: 0 };
  try {
    const parts = readParts(reading, { inGroup: false, isFolderStart: true });
    const states: Draft[] = [{ free: [] }];
    connect(states, parts, 0);
    return { states };
  } catch (error) {
    if (error instanceof Malformed) return { fault: error.message };
    throw error;
  }
}

/** Whether a whole text is as the pattern says. It takes time proportional to text times pattern, whatever either holds. */
export function matches({ states }: Glob, text: string): boolean {
  let reached = closure(states, [0]);
  for (const character of text) {
    const next: number[] = [];
    for (const number of reached) {
      const on = states[number]?.on;
      if (on?.accepts(character)) next.push(on.to);
    }
    if (next.length === 0) return false;
    reached = closure(states, next);
  }
  return reached.has(states.length - 1);
}

function closure(states: readonly State[], from: readonly number[]): ReadonlySet<number> {
  const reached = new Set(from);
  for (const number of reached) for (const next of states[number]?.free ?? []) reached.add(next);
  return reached;
}

class Malformed extends Error {}

interface Reading {
  readonly characters: readonly string[];
  at: number;
}

interface Draft {
  on?: NonNullable<State['on']>;
  free: number[];
}

/** `isFolderStart`: whether what comes next begins a name of a folder or file. */
function readParts(reading: Reading, { inGroup, isFolderStart }: { inGroup: boolean; isFolderStart: boolean }): Part[] {
  const parts: Part[] = [];
  let starts = isFolderStart;
  for (let character = peek(reading); character !== undefined; character = peek(reading)) {
    if (inGroup && (character === ',' || character === '}')) return parts;
    parts.push(readPart(reading, { inGroup, isFolderStart: starts }));
    starts = reading.characters[reading.at - 1] === '/';
  }
  return parts;
}

function readPart(reading: Reading, place: { inGroup: boolean; isFolderStart: boolean }): Part {
  const character = take(reading);
  switch (character) {
    case '*':
      return readStars(reading, place.isFolderStart);
    case '?':
      return { type: 'one', accepts: within };
    case '[':
      return { type: 'one', accepts: readClass(reading) };
    case '{':
      if (place.inGroup) throw new Malformed('A group { } cannot stand in another.');
      return readGroup(reading, place.isFolderStart);
    case '\\': {
      if (peek(reading) === undefined) throw new Malformed('Nothing follows the last \\.');
      return literal(take(reading));
    }
    default:
      return literal(character);
  }
}

/** Two stars and a slash match no folder too: in AWS's example the pattern of scripts below `common` takes `common/app.js`. Java's own wants one. */
function readStars(reading: Reading, isFolderStart: boolean): Part {
  if (peek(reading) !== '*') return { type: 'many', accepts: within };
  take(reading);
  if (!isFolderStart || peek(reading) !== '/') return { type: 'many', accepts: anything };
  take(reading);
  return { type: 'folders' };
}

/** Inside, `*`, `?` and `\` are themselves; so is `-` as the first or right after `!`. A slash is never meant. */
function readClass(reading: Reading): (character: string) => boolean {
  const negated = peek(reading) === '!';
  if (negated) take(reading);
  const ranges: [number, number][] = [];
  while (peek(reading) !== ']') {
    const from = peek(reading) === undefined ? unclosed('[', ']') : take(reading);
    if (from === '/') throw new Malformed('A slash cannot stand in [ ].');
    if (from === '-' && ranges.length > 0) throw new Malformed("A '-' in [ ] stands first, or between two characters.");
    const isRange = peek(reading) === '-' && from !== '-';
    if (isRange) take(reading);
    const to = isRange ? endOf(reading) : from;
    if (codeOf(to) < codeOf(from)) throw new Malformed(`The range ${from}-${to} is the wrong way round.`);
    ranges.push([codeOf(from), codeOf(to)]);
  }
  take(reading);
  if (ranges.length === 0) throw new Malformed('Nothing stands in [ ].');
  return (character) =>
    character !== '/' && negated !== ranges.some(([from, to]) => from <= codeOf(character) && codeOf(character) <= to);
}

function endOf(reading: Reading): string {
  const end = peek(reading);
  if (end === undefined) return unclosed('[', ']');
  if (end === ']' || end === '/') throw new Malformed("A range in [ ] has no character after its '-'.");
  return take(reading);
}

function readGroup(reading: Reading, isFolderStart: boolean): Part {
  const alternatives: Part[][] = [];
  do {
    alternatives.push(readParts(reading, { inGroup: true, isFolderStart }));
    if (peek(reading) === undefined) unclosed('{', '}');
  } while (take(reading) === ',');
  return { type: 'either', alternatives };
}

/** Adds the states of some parts after a state; answers the last. */
function connect(states: Draft[], parts: readonly Part[], from: number): number {
  let last = from;
  for (const part of parts) last = connectPart(states, part, last);
  return last;
}

function connectPart(states: Draft[], part: Part, from: number): number {
  switch (part.type) {
    case 'one': {
      const to = add(states);
      at(states, from).on = { accepts: part.accepts, to };
      return to;
    }
    case 'many': {
      const loop = add(states);
      at(states, from).free.push(loop);
      at(states, loop).on = { accepts: part.accepts, to: loop };
      const to = add(states);
      at(states, loop).free.push(to);
      return to;
    }
    case 'folders': {
      const last = connect(states, [{ type: 'many', accepts: anything }, literal('/')], from);
      at(states, from).free.push(last);
      return last;
    }
    case 'either': {
      const ends = part.alternatives.map((alternative) => {
        const start = add(states);
        at(states, from).free.push(start);
        return connect(states, alternative, start);
      });
      const to = add(states);
      for (const end of ends) at(states, end).free.push(to);
      return to;
    }
  }
}

function add(states: Draft[]): number {
  return states.push({ free: [] }) - 1;
}

function at(states: readonly Draft[], number: number): Draft {
  const state = states[number];
  if (!state) throw new Error(`There is no state ${number}.`);
  return state;
}

function literal(character: string): Part {
  return { type: 'one', accepts: (other) => other === character };
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function peek({ characters, at: place }: Reading): string | undefined {
  return characters[place];
}

function take(reading: Reading): string {
  const character = reading.characters[reading.at] ?? '';
  reading.at += 1;
  return character;
}

function unclosed(open: string, close: string): never {
  throw new Malformed(`'${open}' has no '${close}'.`);
}
