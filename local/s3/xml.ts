import { S3Error } from './errors.ts';

/** An element of a request's document. `text` is the text directly inside it. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const DEEPEST = 32;
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[(?<data>[\s\S]*?)\]\]>|<(?<end>\/)?(?<name>[\w:.-]+)(?:\s[^<>]*?)?(?<empty>\/)?>|(?<text>[^<]+)|(?<stray><)/g;

/** Text as it stands in a document. Control characters become references, as S3 answers keys that hold them. */
export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold any character.
  return text.replace(/[<>&"\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, (character) => {
    const name = Object.keys(NAMED).find((known) => NAMED[known] === character);
    return name ? `&${name};` : `&#x${character.charCodeAt(0).toString(16)};`;
  });
}

/** `<name>value</name>`, escaped; nothing when the value is undefined. */
export function leaf(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? '' : `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** An element around content that is XML already. */
export function element(name: string, ...content: readonly string[]): string {
  return `<${name}>${content.join('')}</${name}>`;
}

/** A whole document in S3's namespace. */
export function xmlDocument(name: string, ...content: readonly string[]): string {
  const root = `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content.join('')}</${name}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
}

/** An element that was parsed, as text again. */
export function writeXml({ name, text, children }: Element): string {
  return children.length > 0 ? element(name, ...children.map(writeXml)) : leaf(name, text);
}

/** Reads a request's document. Refuses what is not well-formed, is nested over 32 deep, or declares a document type. */
export function parseXml(source: string): Element {
  const root = { name: '', text: '', children: [] as Element[] };
  const open = [root];
  for (const { groups = {} } of source.replace(/^\ufeff/, '').matchAll(TOKEN)) {
    const { data, end, name, empty, text, stray } = groups;
    const parent = open.at(-1) ?? root;
    if (stray) throw malformed();
    if (name === undefined) {
      parent.text += data ?? unescapeXml(text ?? '');
    } else if (end) {
      if (open.length === 1 || parent.name !== localName(name)) throw malformed();
      open.pop();
    } else {
      const child = { name: localName(name), text: '', children: [] };
      parent.children.push(child);
      if (!empty) open.push(child);
      if (open.length > DEEPEST) throw malformed();
    }
  }
  const [top, ...others] = root.children;
  if (!top || others.length > 0 || open.length > 1 || root.text.trim() !== '') throw malformed();
  return top;
}

/** All children of that name. */
export function all(parent: Element | undefined, name: string): readonly Element[] {
  return parent?.children.filter((child) => child.name === name) ?? [];
}

/** The first child at the end of a path of names. */
export function find(parent: Element | undefined, ...path: readonly string[]): Element | undefined {
  return path.reduce<Element | undefined>((at, name) => at?.children.find((child) => child.name === name), parent);
}

/** The text at the end of a path of names. */
export function textOf(parent: Element | undefined, ...path: readonly string[]): string | undefined {
  return find(parent, ...path)?.text;
}

/** The refusal of a document that does not have the shape that the operation asks for. */
export function malformed(): S3Error {
  return new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema.',
  );
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function unescapeXml(text: string): string {
  return text.replace(/&([^;&]*);?/g, (_, reference: string) => {
    const named = NAMED[reference];
    if (named !== undefined) return named;
    const numeric = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(reference);
    const code = numeric ? Number.parseInt(numeric[1] ?? numeric[2] ?? '', numeric[1] ? 16 : 10) : Number.NaN;
    if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) throw malformed();
    return String.fromCodePoint(code);
  });
}
