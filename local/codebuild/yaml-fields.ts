import { yamlError } from './failure.ts';

/** A map of a buildspec, with its place for messages: `artifacts.secondary-artifacts.app`. */
export interface Fields {
  readonly place: string;
  has(name: string): boolean;
  names(): string[];
  /** Refuses every field but these. */
  only(names: readonly string[]): void;
  fields(name: string): Fields | undefined;
  text(name: string): string | undefined;
  isText(name: string): boolean;
  list(name: string): unknown[] | undefined;
}

/** Takes a parsed value that must be a map of texts, lists and maps. */
export function expectFields(place: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw yamlError(`${place} must be a map.`);
  const members = new Map(Object.entries(value));
  const at = (name: string) => (place === 'buildspec' ? name : `${place}.${name}`);
  // An empty scalar stands for a section that is left empty.
  const given = (name: string) => (members.get(name) === '' ? undefined : members.get(name));
  return {
    place,
    has: (name) => members.has(name),
    names: () => [...members.keys()],
    only(names) {
      for (const name of members.keys())
        if (!names.includes(name)) throw yamlError(`${at(name)} is not known in a buildspec.`);
    },
    fields: (name) => (given(name) === undefined ? undefined : expectFields(at(name), given(name))),
    isText: (name) => typeof given(name) === 'string',
    text(name) {
      const member = given(name);
      if (member !== undefined && typeof member !== 'string') throw yamlError(`${at(name)} must be a text.`);
      return member;
    },
    list(name) {
      const member = given(name);
      if (member !== undefined && !Array.isArray(member)) throw yamlError(`${at(name)} must be a list.`);
      return member;
    },
  };
}

/** A list of texts; `label` is how CodeBuild's messages name it. */
export function texts(fields: Fields | undefined, name: string, label = name): string[] | undefined {
  return fields?.list(name)?.map((item, index) => {
    if (typeof item === 'string') return item;
    throw yamlError(
      `Expected ${label}[${index}] to be of string type: found ${Array.isArray(item) ? 'list' : 'map'} instead.`,
    );
  });
}

/** A map of texts; an empty one stays empty. */
export function textMap(fields: Fields | undefined): Record<string, string> {
  return Object.fromEntries((fields?.names() ?? []).map((name) => [variableName(name), fields?.text(name) ?? '']));
}

/** `yes`, `no`, `true` or `false`; no when absent. */
export function flag(fields: Fields, name: string): boolean {
  const text = fields.text(name)?.toLowerCase();
  if (text === undefined || text === 'no' || text === 'false') return false;
  if (text === 'yes' || text === 'true') return true;
  throw yamlError(`${fields.place}.${name} must be yes or no.`);
}

function variableName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw yamlError(`${JSON.stringify(name)} is no name of an environment variable.`);
}
