import { invalidArgument } from './errors.ts';
import type { S3State } from './state.ts';
import { type Version, type VersionRow, versionFromRow } from './versions.ts';
import { element, leaf } from './xml.ts';

/** A place between versions: after version `sequence` of `key`, newest first; 0 is after all of the key's. */
export interface Position {
  readonly key: string;
  readonly sequence: number;
}

interface Wanted {
  readonly prefix: string;
  /** Empty when keys are not to be rolled up. */
  readonly delimiter: string;
  readonly after: Position;
  readonly most: number;
}

export interface Page {
  readonly versions: readonly Version[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** The last entry, a version or a common prefix, after which the next page begins. */
  readonly last: Version | string | undefined;
}

type Source = (after: Position, from: string, limit: number) => readonly VersionRow[];

const BEYOND = '\u{10ffff}';
const BATCH = 64;

/** One page of the objects that are there now, by key. */
export function listObjects(s3: S3State, bucket: string, wanted: Wanted): Page {
  const sql = `SELECT * FROM version WHERE bucket = ? AND latest = 1 AND marker = 0 AND key > ? AND key >= ?
    ORDER BY key LIMIT ?`;
  return pageOf(({ key }, from, limit) => s3.tables.all<VersionRow>(sql, bucket, key, from, limit), wanted);
}

/** One page of all versions and delete markers, by key, newest first. */
export function listVersions(s3: S3State, bucket: string, wanted: Wanted): Page {
  const sql = `SELECT * FROM version WHERE bucket = ? AND key >= ? AND key >= ? AND NOT (key = ? AND sequence >= ?)
    ORDER BY key, sequence DESC LIMIT ?`;
  const source: Source = ({ key, sequence }, from, limit) =>
    s3.tables.all<VersionRow>(sql, bucket, key, from, key, sequence, limit);
  return pageOf(source, wanted);
}

/** How many entries a page may have: `most` at most, and when the request does not say. */
export function pageSize(query: URLSearchParams, name: string, most: number): number {
  const text = query.get(name);
  if (text === null || text === '') return most;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2_147_483_647) {
    throw invalidArgument(name, text, `Argument ${name} must be an integer between 0 and 2147483647`);
  }
  return Math.min(Number(text), most);
}

/** How names stand in a listing: as they are, or percent-encoded when `encoding-type` asks for it. */
export function namesIn(query: URLSearchParams): (name: string) => string {
  const encoding = query.get('encoding-type');
  if (encoding === null) return (name) => name;
  if (encoding !== 'url') {
    throw invalidArgument('encoding-type', encoding, 'Invalid Encoding Method specified in Request');
  }
  return (name) =>
    encodeURIComponent(name)
      .replaceAll('%2F', '/')
      .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `<CommonPrefixes>` elements. */
export function prefixElements(prefixes: readonly string[], name: (text: string) => string): string {
  return prefixes.map((prefix) => element('CommonPrefixes', leaf('Prefix', name(prefix)))).join('');
}

function pageOf(source: Source, { prefix, delimiter, after, most }: Wanted): Page {
  const versions: Version[] = [];
  const prefixes: string[] = [];
  let last: Version | string | undefined;
  let rolledUp = commonPrefix(after.key, prefix, delimiter) === after.key ? after.key : undefined;
  let position = rolledUp === undefined ? after : { key: rolledUp + BEYOND, sequence: 0 };
  if (most === 0) return { versions, prefixes, truncated: false, last };
  for (;;) {
    const limit = delimiter === '' ? most + 1 : BATCH;
    const rows = source(position, prefix, limit);
    for (const row of rows) {
      if (!row.key.startsWith(prefix)) return { versions, prefixes, truncated: false, last };
      const common = commonPrefix(row.key, prefix, delimiter);
      position = common === undefined ? row : { key: common + BEYOND, sequence: 0 };
      if (common !== undefined && common === rolledUp) continue;
      if (versions.length + prefixes.length === most) return { versions, prefixes, truncated: true, last };
      rolledUp = common;
      if (common === undefined) versions.push(versionFromRow(row));
      else prefixes.push(common);
      last = common ?? versions.at(-1);
    }
    if (rows.length < limit) return { versions, prefixes, truncated: false, last };
  }
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
