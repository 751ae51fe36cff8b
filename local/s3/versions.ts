import { randomUUID } from 'node:crypto';
import type { Bucket, Encryption, Tag } from './buckets.ts';
import type { Checksum } from './checksum.ts';
import { noSuchKey, S3Error } from './errors.ts';
import type { Change, S3State } from './state.ts';

/** What is kept of an object beside its bytes. */
export interface ObjectFacts {
  /** Content-Type, Cache-Control and the like, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  readonly acl: string;
  readonly storageClass: string;
  readonly tags: readonly Tag[];
  readonly checksum?: Checksum;
}

/** One version of an object, or a delete marker. */
export interface Version {
  /** Grows with every change of any bucket. */
  readonly sequence: number;
  readonly bucket: string;
  readonly key: string;
  readonly id: string;
  readonly latest: boolean;
  readonly marker: boolean;
  readonly modified: number;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly facts: ObjectFacts;
}

/** A run of a version's bytes; more than one when it was uploaded in parts. */
export interface VersionPiece {
  readonly number: number;
  readonly file: string;
  readonly size: number;
  /** Base64, when the upload had checksums. */
  readonly checksum: string | null;
}

export interface Draft {
  readonly size: number;
  readonly etag: string;
  readonly facts: ObjectFacts;
  readonly pieces: readonly VersionPiece[];
}

interface Row extends Omit<Version, 'latest' | 'marker' | 'facts'> {
  readonly latest: number;
  readonly marker: number;
  readonly facts: string;
}

const NO_BYTES = 'd41d8cd98f00b204e9800998ecf8427e';
const MARKER_FACTS: ObjectFacts = {
  headers: {},
  metadata: {},
  encryption: { algorithm: '' },
  acl: 'private',
  storageClass: 'STANDARD',
  tags: [],
};

/** The newest version or delete marker of a key. */
export function latestVersion(s3: S3State, bucket: string, key: string): Version | undefined {
  const row = s3.tables.one<Row>('SELECT * FROM version WHERE bucket = ? AND key = ? AND latest = 1', bucket, key);
  return row && versionFromRow(row);
}

export function versionWithId(s3: S3State, bucket: string, key: string, id: string): Version | undefined {
  const row = s3.tables.one<Row>('SELECT * FROM version WHERE bucket = ? AND key = ? AND id = ?', bucket, key, id);
  return row && versionFromRow(row);
}

/** The object that a request names, refused as S3 does when it is not there or a delete marker stands in its place. */
export function loadVersion(s3: S3State, bucket: Bucket, key: string, id: string | undefined): Version {
  const version = id === undefined ? latestVersion(s3, bucket.name, key) : versionWithId(s3, bucket.name, key, id);
  if (!version && id !== undefined) {
    const members = { Key: key, VersionId: id };
    throw new S3Error('NoSuchVersion', 'The specified version does not exist.', 404, members);
  }
  if (!version) throw noSuchKey(key);
  if (!version.marker) return version;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.id };
  if (id === undefined) throw noSuchKey(key, headers);
  const more = { allow: 'DELETE', 'last-modified': new Date(version.modified).toUTCString() };
  const message = 'The specified method is not allowed against this resource.';
  throw new S3Error(
    'MethodNotAllowed',
    message,
    405,
    { Method: 'GET', ResourceType: 'DeleteMarker' },
    { ...headers, ...more },
  );
}

export function piecesOf(s3: S3State, version: Version): readonly VersionPiece[] {
  const sql = 'SELECT number, file, size, checksum FROM piece WHERE version = ? ORDER BY number';
  return s3.tables.all<VersionPiece>(sql, version.sequence);
}

/** Adds an object as the newest version of its key; without versioning it takes the place of what was there. */
export function addVersion(s3: S3State, change: Change, bucket: Bucket, key: string, draft: Draft): Version {
  const version = insert(s3, change, bucket, key, { ...draft, marker: false });
  const sql = 'INSERT INTO piece (version, number, file, size, checksum) VALUES (?, ?, ?, ?, ?)';
  for (const { number, file, size, checksum } of draft.pieces) {
    s3.tables.run(sql, version.sequence, number, file, size, checksum);
  }
  return version;
}

/** Adds a delete marker as the newest version of a key. */
export function addDeleteMarker(s3: S3State, change: Change, bucket: Bucket, key: string): Version {
  return insert(s3, change, bucket, key, { size: 0, etag: NO_BYTES, facts: MARKER_FACTS, marker: true });
}

/** Removes one version for good; the one before it becomes the newest. */
export function removeVersion(s3: S3State, change: Change, version: Version): void {
  const { tables } = s3;
  change.freed.push(...piecesOf(s3, version).map(({ file }) => file));
  tables.run('DELETE FROM piece WHERE version = ?', version.sequence);
  tables.run('DELETE FROM completed WHERE version = ?', version.sequence);
  tables.run('DELETE FROM version WHERE sequence = ?', version.sequence);
  if (!version.latest) return;
  const newest = 'SELECT max(sequence) FROM version WHERE bucket = ? AND key = ?';
  tables.run(`UPDATE version SET latest = 1 WHERE sequence = (${newest})`, version.bucket, version.key);
}

/** Changes what is kept beside a version's bytes (its tags). */
export function changeFacts(s3: S3State, version: Version, changes: Partial<ObjectFacts>): void {
  const facts = JSON.stringify({ ...version.facts, ...changes });
  s3.tables.run('UPDATE version SET facts = ? WHERE sequence = ?', facts, version.sequence);
}

/** The next number of the counter that orders all changes. */
export function nextSequence(s3: S3State): number {
  return s3.tables.one<{ value: number }>('UPDATE counter SET value = value + 1 RETURNING value')?.value ?? 1;
}

/** The place in the order that an id was made with, also after its version is gone. */
export function sequenceOfId(id: string): number | undefined {
  return /^[0-9a-f]{32}$/.test(id) ? Number.parseInt(id.slice(20), 16) : undefined;
}

export function versionFromRow(row: Row): Version {
  return {
    ...row,
    latest: row.latest === 1,
    marker: row.marker === 1,
    facts: JSON.parse(row.facts) as ObjectFacts,
  };
}

export type { Row as VersionRow };

function insert(
  s3: S3State,
  change: Change,
  bucket: Bucket,
  key: string,
  { size, etag, facts, marker }: Pick<Version, 'size' | 'etag' | 'facts' | 'marker'>,
): Version {
  const sequence = nextSequence(s3);
  const id = bucket.settings.versioning === 'Enabled' ? newId(sequence) : 'null';
  const replaced = id === 'null' ? versionWithId(s3, bucket.name, key, id) : undefined;
  if (replaced) removeVersion(s3, change, replaced);
  const modified = s3.context.clock.now();
  const older = 'UPDATE version SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1';
  s3.tables.run(older, bucket.name, key);
  s3.tables.run(
    `INSERT INTO version (sequence, bucket, key, id, latest, marker, modified, size, etag, facts)
     VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)`,
    sequence,
    bucket.name,
    key,
    id,
    marker ? 1 : 0,
    modified,
    size,
    etag,
    JSON.stringify(facts),
  );
  return { sequence, bucket: bucket.name, key, id, latest: true, marker, modified, size, etag, facts };
}

function newId(sequence: number): string {
  return randomUUID().replaceAll('-', '').slice(0, 20) + sequence.toString(16).padStart(12, '0');
}
