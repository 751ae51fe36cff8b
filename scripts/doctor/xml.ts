/** An element of an answer of AWS's query protocol: a text, or further elements. */
export interface Xml {
  readonly text: string;
  readonly children: readonly (readonly [name: string, element: Xml])[];
}

interface Open {
  readonly name: string;
  text: string;
  readonly children: [string, Xml][];
}

const token = /<\?[^>]*\?>|<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/g;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Reads an answer. These have neither comments nor CDATA; attributes say nothing that is asked for. */
export function readXml(text: string): Xml {
  const open: Open[] = [{ name: '', text: '', children: [] }];
  for (const [, end, name = '', empty, characters] of text.matchAll(token)) {
    const current = open.at(-1);
    if (current === undefined) break;
    if (characters !== undefined) current.text += decoded(characters);
    else if (empty) current.children.push([name, { text: '', children: [] }]);
    else if (!end && name !== '') open.push({ name, text: '', children: [] });
    else if (end) {
      open.pop();
      open.at(-1)?.children.push([current.name, { text: current.text, children: current.children }]);
    }
  }
  const [root] = open;
  if (root === undefined || open.length !== 1) throw new Error('An answer is not well-formed XML.');
  return root;
}

/** The elements at a path of names. */
export function elementsAt(xml: Xml, ...path: readonly string[]): readonly Xml[] {
  return path.reduce<readonly Xml[]>(
    (found, name) =>
      found.flatMap(({ children }) => children.filter(([own]) => own === name).map(([, child]) => child)),
    [xml],
  );
}

/** The text of the first element at a path; undefined when there is none. */
export function textAt(xml: Xml, ...path: readonly string[]): string | undefined {
  return elementsAt(xml, ...path)[0]?.text;
}

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name = '') => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    return decimal ? String.fromCodePoint(Number(decimal)) : (entities[name] ?? whole);
  });
}
