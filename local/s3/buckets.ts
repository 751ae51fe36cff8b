import { noSuchBucket, S3Error } from './errors.ts';
import type { S3State } from './state.ts';
import type { Element } from './xml.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Encryption that a bucket or an object asks for. Recorded and answered; the bytes on this machine are in clear. */
export interface Encryption {
  readonly algorithm: string;
  readonly keyId?: string;
  readonly bucketKey?: boolean;
}

/** How a bucket is served as a website. */
export type Website =
  | { readonly index: string; readonly error?: string }
  | { readonly redirectTo: { readonly host: string; readonly protocol?: string } };

export const PUBLIC_ACCESS_BLOCKS = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const;
export type PublicAccessBlock = Readonly<Record<(typeof PUBLIC_ACCESS_BLOCKS)[number], boolean>>;

export const OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const;
export type Ownership = (typeof OWNERSHIPS)[number];

/** A bucket's configuration; what is absent was never set, or was deleted. */
export interface Settings {
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly encryption: Encryption;
  readonly publicAccessBlock?: PublicAccessBlock;
  readonly ownership?: Ownership;
  readonly eventBridge?: boolean;
  readonly website?: Website;
  readonly lifecycle?: readonly Element[];
  readonly tags?: readonly Tag[];
  /** JSON, as it was put. */
  readonly policy?: string;
  /** The template's properties that were applied last, as JSON. */
  readonly template?: string;
  /** Where it is; absent: in the stack's Region. */
  readonly region?: string;
}

export interface Bucket {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly settings: Settings;
}

/** A new bucket's configuration on AWS since April 2023: encrypted, private, without ACLs. */
export const INITIAL_SETTINGS: Settings = {
  encryption: { algorithm: 'AES256' },
  ownership: 'BucketOwnerEnforced',
  publicAccessBlock: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
};

interface Row {
  readonly name: string;
  readonly created: number;
  readonly settings: string;
}

/** The bucket, or NoSuchBucket. */
export function loadBucket(s3: S3State, name: string): Bucket {
  const bucket = findBucket(s3, name);
  if (!bucket) throw noSuchBucket(name);
  return bucket;
}

export function findBucket(s3: S3State, name: string): Bucket | undefined {
  const row = s3.tables.one<Row>('SELECT * FROM bucket WHERE name = ?', name);
  return row && fromRow(row);
}

/** The Region of a bucket. */
export function regionOf({ context }: Pick<S3State, 'context'>, bucket: Bucket | undefined): string {
  return bucket?.settings.region ?? context.region;
}

/** All buckets by name. */
export function listBuckets(s3: S3State): readonly Bucket[] {
  return s3.tables.all<Row>('SELECT * FROM bucket ORDER BY name').map(fromRow);
}

/** Makes a bucket; refuses names that S3 would refuse and that are taken. */
export function createBucket(s3: S3State, name: string, settings: Settings): void {
  checkBucketName(name);
  s3.tables.write(() => {
    if (findBucket(s3, name)) {
      const message = 'Your previous request to create the named bucket succeeded and you already own it.';
      throw new S3Error('BucketAlreadyOwnedByYou', message, 409, { BucketName: name });
    }
    const sql = 'INSERT INTO bucket (name, created, settings) VALUES (?, ?, ?)';
    s3.tables.run(sql, name, s3.context.clock.now(), JSON.stringify(settings));
  });
}

/** Changes a bucket's configuration; a setting that is given as undefined is taken away. */
export function changeSettings(
  s3: S3State,
  name: string,
  changes: { readonly [K in keyof Settings]?: Settings[K] | undefined },
): void {
  s3.tables.write(() => {
    const settings = JSON.stringify({ ...loadBucket(s3, name).settings, ...changes });
    s3.tables.run('UPDATE bucket SET settings = ? WHERE name = ?', settings, name);
  });
}

/** Removes a bucket that holds nothing: no version, no delete marker. Uploads under way are dropped, as S3 does. */
export function deleteBucket(s3: S3State, name: string, freed: string[]): void {
  const { tables } = s3;
  loadBucket(s3, name);
  if (tables.one('SELECT 1 FROM version WHERE bucket = ? LIMIT 1', name)) {
    throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, { BucketName: name });
  }
  const parts = 'FROM part WHERE upload IN (SELECT id FROM upload WHERE bucket = ?)';
  freed.push(...tables.all<{ file: string }>(`SELECT file ${parts}`, name).map(({ file }) => file));
  tables.run(`DELETE ${parts}`, name);
  tables.run('DELETE FROM upload WHERE bucket = ?', name);
  tables.run('DELETE FROM bucket WHERE name = ?', name);
}

function checkBucketName(name: string): void {
  const valid = /^[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/.test(name) && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (!valid) throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
}

function fromRow({ name, created, settings }: Row): Bucket {
  return { name, created, settings: JSON.parse(settings) as Settings };
}
