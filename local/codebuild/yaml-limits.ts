import type { Document } from 'yaml';
import { CST, isScalar, LineCounter, Parser, visit } from 'yaml';
import { yamlError } from './failure.ts';

const DEEPEST = 64;
const MOST_ALIASES = 100;
/** What a tag of YAML's own says of a text: it stays the text as written. */
const PLAIN_TAG = /^tag:yaml\.org,2002:(?:bool|float|int|map|null|seq|str)$/;

/** Refuses a text before it is composed: composing calls itself for each level, and looks through all that stands before for each alias. */
export function checkLimits(text: string): void {
  const lines = new LineCounter();
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = [];
  for (const token of parsed(text, lines)) waiting.push({ token, depth: 0 });
  let aliases = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST) throw yamlError(`The buildspec is over ${DEEPEST} levels deep${place(lines, token.offset)}`);
    aliases += token.type === 'alias' ? 1 : 0;
    if (aliases > MOST_ALIASES) throw yamlError(`The buildspec has over ${MOST_ALIASES} aliases.`);
    for (const inner of insideOf(token))
      waiting.push({ token: inner, depth: CST.isCollection(token) ? depth + 1 : depth });
  }
}

function parsed(text: string, lines: LineCounter): readonly CST.Token[] {
  try {
    return [...new Parser(lines.addNewLine).parse(text)];
  } catch (error) {
    // The parser calls itself where levels are ended: some thousands in one line are too many for it.
    if (error instanceof RangeError) throw yamlError(`The buildspec is over ${DEEPEST} levels deep.`);
    throw error;
  }
}

function insideOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!CST.isCollection(token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((each) => !!each));
}

/** Refuses a name that stands twice in a map, and a tag that would make something else of a text. */
export function checkNodes(document: Document.Parsed, lines: LineCounter): void {
  const namesOf = new Map<unknown, Set<string>>();
  visit(document, {
    Node(_, { tag, range }) {
      if (tag !== undefined && !PLAIN_TAG.test(tag))
        throw yamlError(`The tag ${tag.slice(0, 100)} is not known in a buildspec${place(lines, range?.[0])}`);
    },
    Pair(_, { key }, path) {
      if (!isScalar(key)) throw yamlError(`A name in a map must be a text${place(lines, (key as Ranged)?.range?.[0])}`);
      const names = namesOf.get(path.at(-1)) ?? new Set();
      const name = String(key.value);
      if (names.has(name)) throw yamlError(`Map keys must be unique${place(lines, key.range?.[0])}`);
      namesOf.set(path.at(-1), names.add(name));
    },
  });
}

interface Ranged {
  readonly range?: readonly [number, number, number] | null;
}

function place(lines: LineCounter, offset = 0): string {
  const { line, col } = lines.linePos(offset);
  return ` at line ${line}, column ${col}.`;
}
