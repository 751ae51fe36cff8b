import { ServiceError } from '../service.ts';

/** What the query protocol sends: `Action`, and members whose nesting is in their names (`Tags.member.1.Key`). */
export class Query {
  readonly #values: URLSearchParams;
  readonly #prefix: string;

  constructor(values: URLSearchParams, prefix = '') {
    this.#values = values;
    this.#prefix = prefix;
  }

  get(name: string): string | undefined {
    return this.#values.get(this.#prefix + name) ?? undefined;
  }

  required(name: string): string {
    const value = this.get(name);
    if (value !== undefined && value !== '') return value;
    throw new ServiceError('InvalidParameter', `Invalid parameter: ${name} Reason: a value is required`);
  }

  /** The members of a list (`kind` member) or a map (`kind` entry), each a query of its own. */
  each(name: string, kind: 'member' | 'entry' = 'member'): readonly Query[] {
    const found: Query[] = [];
    for (let index = 1; index <= 1000; index += 1) {
      const prefix = `${this.#prefix}${name}.${kind}.${index}`;
      const isThere = [...this.#values.keys()].some((key) => key === prefix || key.startsWith(`${prefix}.`));
      if (!isThere) break;
      found.push(new Query(this.#values, `${prefix}.`));
    }
    return found;
  }

  /** A map of texts, such as Attributes. */
  map(name: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.each(name, 'entry').map((entry) => [entry.required('key'), entry.get('value') ?? '']),
    );
  }
}

/** A result's members: texts, lists, structures, and maps as Map. */
export type Member =
  | string
  | undefined
  | readonly Member[]
  | ReadonlyMap<string, string>
  | { readonly [name: string]: Member };

/** The XML of a structure's members, escaped; a member that is undefined is left out. */
export function toXml(members: { readonly [name: string]: Member }): string {
  return Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${content(value)}</${name}>`)
    .join('');
}

function content(value: Member): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeXml(value);
  if (isMap(value)) return [...value].map(([key, text]) => toXml({ entry: { key, value: text } })).join('');
  if (isList(value)) return value.map((member) => toXml({ member })).join('');
  return toXml(value);
}

function isMap(value: Member): value is ReadonlyMap<string, string> {
  return value instanceof Map;
}

function isList(value: Member): value is readonly Member[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML and HTML. Control characters that XML cannot hold become spaces. */
export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, ' ').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
