import {
  CST,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { At } from '../../functions/domain/definition/breach.ts';

/** A place in a text, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something that keeps a text from being read as a value. */
export interface SyntaxFault extends Position {
  readonly message: string;
}

/** A text of JSON or YAML, as a value whose parts know where they stand. */
export interface Parsed {
  readonly value: unknown;
  readonly faults: readonly SyntaxFault[];
  /** Where the member or element at a path stands; where there is none, what would hold it. */
  positionOf(at: At): Position;
}

const deepest = 64;
const mostFaults = 100;
const plainTag = /^tag:yaml\.org,2002:(?:bool|float|int|map|null|seq|str)$/;

/**
 * Parses JSON or YAML. Nothing unfolds: aliases are a fault, and so are names that stand twice, tags of one's own and over 64 levels.
 * Values under a fault may be there in part.
 */
export function parse(text: string): Parsed {
  const lines = new LineCounter();
  const at = (offset = 0): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const unsafe = unsafeAt(text);
  if (unsafe) {
    for (let start = 0; start >= 0; start = text.indexOf('\n', start) + 1 || -1) lines.addNewLine(start);
    return { value: undefined, faults: [{ ...at(unsafe.offset), message: unsafe.message }], positionOf: () => at() };
  }
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, schema: 'core', prettyErrors: false });
  const faults: SyntaxFault[] = document.errors.map(({ pos: [offset], message }) => ({ ...at(offset), message }));
  const fault = (message: string, offset?: number) => void faults.push({ ...at(offset), message });
  visit(document, {
    Alias: (_, { range, source }) =>
      fault(`The alias *${source} is not followed: write out what it stands for.`, range?.[0]),
    Node(_, { tag, range }) {
      if (tag !== undefined && !plainTag.test(tag))
        fault(`The tag ${tag.slice(0, 100)} is not known here.`, range?.[0]);
    },
    Map(_, { items }) {
      checkNames(items, fault);
    },
  });
  const root = document.contents;
  const offsetOf = placesIn(root);
  return {
    value: plainOf(root),
    faults: faults.slice(0, mostFaults),
    positionOf: (path) => at(offsetOf(path)),
  };
}

function checkNames(items: readonly Pair[], fault: (message: string, offset?: number) => void): void {
  const seen = new Set<string>();
  for (const { key } of items) {
    const offset = (key as Node | null)?.range?.[0];
    if (!isScalar(key)) {
      fault('The name of a member must be a text.', offset);
      continue;
    }
    const name = String(key.value);
    if (seen.has(name)) fault(`The member '${name.slice(0, 100)}' stands twice.`, offset);
    seen.add(name);
  }
}

/** What must not be composed: composing calls itself for each level. */
function unsafeAt(text: string): { readonly offset: number; readonly message: string } | undefined {
  const message = `The text is over ${deepest} levels deep.`;
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = [];
  try {
    for (const token of new Parser().parse(text)) waiting.push({ token, depth: 0 });
  } catch (error) {
    // The parser calls itself where levels are ended: some thousands in one line are too many for it.
    if (error instanceof RangeError) return { offset: 0, message };
    throw error;
  }
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > deepest) return { offset: token.offset, message };
    for (const inner of insideOf(token))
      waiting.push({ token: inner, depth: CST.isCollection(token) ? depth + 1 : depth });
  }
  return undefined;
}

function insideOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!CST.isCollection(token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((each) => !!each));
}

function plainOf(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map(plainOf);
  if (!isMap(node)) return undefined;
  return Object.fromEntries(node.items.map(({ key, value }) => [nameOf(key), plainOf(value)]));
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

/** Where things stand in a tree: the members of each map are looked up, for a map may have very many. */
function placesIn(root: unknown): (at: At) => number {
  const known = new WeakMap<object, ReadonlyMap<string, Pair>>();
  const membersOf = (map: YAMLMap): ReadonlyMap<string, Pair> => {
    const members = known.get(map) ?? new Map(map.items.map((pair) => [nameOf(pair.key), pair]));
    known.set(map, members);
    return members;
  };
  return (at) => {
    let offset = (root as Node | null)?.range?.[0] ?? 0;
    let node = root;
    for (const step of at) {
      const found = isMap(node) ? membersOf(node).get(String(step)) : undefined;
      const inner: unknown = isSeq(node) ? node.items[Number(step)] : found?.value;
      const place = (isSeq(node) ? inner : found?.key) as Node | null | undefined;
      if (!place?.range) break;
      offset = place.range[0];
      node = inner;
    }
    return offset;
  };
}
