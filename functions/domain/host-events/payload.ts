import { Refusal } from '../refusal.ts';

/** No host's names are so long. A key of the table holds 2,048 bytes, and a character has three at most. */
export const longestRepository = 600;
const nameLimit = 256;
const messageLimit = 10_000;

/** A member that is an object; refused when it is anything else. */
export function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const found = maybeRecord(value);
  if (!found) throw missing(name);
  return found;
}

/** A member that is an object; undefined when it is anything else. */
export function maybeRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** The objects of a list; none where there is no list. */
export function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map(maybeRecord).filter((each) => each !== undefined);
}

/** The texts of a list. */
export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** A repository's full name. */
export function repositoryName(value: unknown, name: string): string {
  if (typeof value !== 'string') throw missing(name);
  if (value.length > longestRepository) throw missing(`${name}: it has ${value.length} characters`);
  return value;
}

/** A name of a branch or tag, which a pattern is held against. Git's own limit is shorter. */
export function refName(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 4096) throw missing(name);
  return value;
}

/** A commit's id; Bitbucket's pull requests shorten it to 12 digits. */
export function commitId(value: unknown, name: string, shortest = 40): string {
  if (!isCommit(value) || value.length < shortest) throw missing(name);
  return value;
}

/** Whether a value is the id of a commit, perhaps shortened. */
export function isCommit(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{12,64}$/.test(value);
}

/** Whether an id is that of no commit: the ref was not there, or is no more. */
export function isZero(value: unknown): boolean {
  return typeof value === 'string' && /^0+$/.test(value);
}

/** A text, cut to what names have at most; undefined when it is none. */
export function text(value: unknown, limit = nameLimit): string | undefined {
  return typeof value === 'string' ? value.slice(0, limit) : undefined;
}

/** A commit's message; empty when there is none. */
export function message(value: unknown): string {
  return text(value, messageLimit) ?? '';
}

/** A member that is there only with its value. */
export function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: string });
}

/** Why a payload is refused. */
export function missing(what: string): Refusal {
  return new Refusal('ValidationException', `The payload has no valid ${what}.`);
}
