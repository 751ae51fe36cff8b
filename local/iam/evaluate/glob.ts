/** A part of a pattern. `colons`: whether it also matches colons. */
type Token =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'one' | 'many'; readonly colons: boolean };

export type Glob = readonly Token[];

// A star or question mark that stands for itself: `${*}`, or one in the value of a variable. The characters are private ones of Unicode.
const STANDING = new Map([
  ['*', '\u{f0000}'],
  ['?', '\u{f0001}'],
]);
const BACK = new Map([...STANDING].map(([character, stand]) => [stand, character]));

/** Makes stars and question marks of a text match themselves only. */
export function literal(text: string): string {
  return text.replace(/[*?]/g, (character) => STANDING.get(character) ?? character);
}

/** The text that `literal` was given. */
export function plain(text: string): string {
  return text.replace(/[\u{f0000}\u{f0001}]/gu, (stand) => BACK.get(stand) ?? stand);
}

/** A pattern in which `*` is any text and `?` any character. */
export function glob(pattern: string): Glob {
  return [...pattern].map((character) => token(character, true));
}

/**
 * A pattern of ARNs. A wildcard within one of the first five parts stays in it, unless it is a star at the part's end: that "can expand
 * to match beyond the colon boundaries" (IAM User Guide, JSON policy elements: Resource). The sixth part is one, with its colons.
 */
export function arnGlob(pattern: string): Glob {
  const characters = [...pattern];
  let colons = 0;
  return characters.map((character, index) => {
    if (character === ':') colons += 1;
    const next = characters[index + 1];
    const last = character === '*' && (next === ':' || next === undefined);
    return token(character, colons >= 5 || last);
  });
}

function token(character: string, colons: boolean): Token {
  if (character === '*') return { kind: 'many', colons };
  if (character === '?') return { kind: 'one', colons };
  return { kind: 'character', character: BACK.get(character) ?? character };
}

/** Whether a whole text is as the pattern says. Takes at most pattern times text steps, whatever the pattern. */
export function matches(pattern: Glob, text: string): boolean {
  let places: number[] = [];
  reach(pattern, places, 0);
  for (const character of text) {
    const next: number[] = [];
    for (const place of places) {
      const part = pattern[place];
      if (part === undefined) continue;
      if (part.kind === 'character') {
        if (part.character === character) reach(pattern, next, place + 1);
      } else if (part.colons || character !== ':') reach(pattern, next, part.kind === 'one' ? place + 1 : place);
    }
    if (next.length === 0) return false;
    places = next;
  }
  return places.at(-1) === pattern.length;
}

/** Adds a place of the pattern, and those after it while stars are skipped. Places come in order, so that each is there once. */
function reach(pattern: Glob, places: number[], from: number): void {
  for (let place = from; ; place += 1) {
    if ((places.at(-1) ?? -1) < place) places.push(place);
    if (pattern[place]?.kind !== 'many') return;
  }
}
