import { randomUUID } from 'node:crypto';
import type { Algorithm, ChecksumType } from './checksum.ts';
import { noSuchUpload } from './errors.ts';
import type { Change, S3State } from './state.ts';
import type { ObjectFacts } from './versions.ts';

/** What was said when an upload in parts was begun. */
export interface UploadFacts {
  readonly object: ObjectFacts;
  readonly checksum?: { readonly algorithm: Algorithm; readonly type: ChecksumType };
}

export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly started: number;
  readonly facts: UploadFacts;
}

export interface Part {
  readonly number: number;
  readonly file: string;
  readonly size: number;
  /** MD5, hexadecimal. */
  readonly etag: string;
  /** Base64, in the upload's algorithm. */
  readonly checksum: string | null;
  readonly modified: number;
}

interface Row extends Omit<Upload, 'facts'> {
  readonly facts: string;
}

/** Begins an upload in parts. */
export function beginUpload(s3: S3State, bucket: string, key: string, facts: UploadFacts): string {
  const id = randomUUID().replaceAll('-', '');
  const sql = 'INSERT INTO upload (id, bucket, key, started, facts) VALUES (?, ?, ?, ?, ?)';
  s3.tables.run(sql, id, bucket, key, s3.context.clock.now(), JSON.stringify(facts));
  return id;
}

/** The upload of that key, or NoSuchUpload. */
export function loadUpload(s3: S3State, bucket: string, key: string, id: string): Upload {
  const upload = findUpload(s3, bucket, key, id);
  if (!upload) throw noSuchUpload(id);
  return upload;
}

export function findUpload(s3: S3State, bucket: string, key: string, id: string): Upload | undefined {
  const sql = 'SELECT * FROM upload WHERE id = ? AND bucket = ? AND key = ?';
  const row = s3.tables.one<Row>(sql, id, bucket, key);
  return row && fromRow(row);
}

/** Uploads under way by key, after a place in that order; at most `most`. */
export function listUploads(
  s3: S3State,
  bucket: string,
  prefix: string,
  after: { readonly key: string; readonly id: string },
  most: number,
): readonly Upload[] {
  const sql = `SELECT * FROM upload WHERE bucket = ? AND key >= ? AND (key > ? OR (key = ? AND id > ?))
    ORDER BY key, id LIMIT ?`;
  const rows = s3.tables.all<Row>(sql, bucket, prefix, after.key, after.key, after.id, most);
  return rows.filter(({ key }) => key.startsWith(prefix)).map(fromRow);
}

/** Parts by number, after one; at most `most`. */
export function listParts(s3: S3State, id: string, after = 0, most = 10_000): readonly Part[] {
  const sql = `SELECT number, file, size, etag, checksum, modified FROM part WHERE upload = ? AND number > ?
    ORDER BY number LIMIT ?`;
  return s3.tables.all<Part>(sql, id, after, most);
}

/** Records a part; it takes the place of an earlier one of its number. */
export function addPart(s3: S3State, change: Change, { id }: Upload, part: Omit<Part, 'modified'>): Part {
  const modified = s3.context.clock.now();
  const { number, file, size, etag, checksum } = part;
  const before = 'SELECT file FROM part WHERE upload = ? AND number = ?';
  const replaced = s3.tables.one<{ file: string }>(before, id, number);
  if (replaced) change.freed.push(replaced.file);
  s3.tables.run(
    'INSERT OR REPLACE INTO part (upload, number, file, size, etag, checksum, modified) VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    number,
    file,
    size,
    etag,
    checksum,
    modified,
  );
  return { ...part, modified };
}

/** Ends an upload; files of parts that no object took are freed. */
export function endUpload(s3: S3State, change: Change, { id }: Upload): void {
  change.freed.push(...listParts(s3, id).map(({ file }) => file));
  s3.tables.run('DELETE FROM part WHERE upload = ?', id);
  s3.tables.run('DELETE FROM upload WHERE id = ?', id);
}

function fromRow(row: Row): Upload {
  return { ...row, facts: JSON.parse(row.facts) as UploadFacts };
}
