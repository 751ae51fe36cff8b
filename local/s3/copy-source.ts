import { loadBucket } from './buckets.ts';
import { checkCopySource } from './conditions.ts';
import { invalidArgument, notThere } from './errors.ts';
import type { S3Request } from './request.ts';
import type { S3State } from './state.ts';
import { loadVersion, type Version } from './versions.ts';

export interface CopySource {
  readonly version: Version;
  /** Whether the request named the version. */
  readonly pinned: boolean;
  /** Whether the source's bucket has or had versioning. */
  readonly versioned: boolean;
}

/** Reads what `x-amz-copy-source` names: `[/]bucket/key[?versionId=id]`, percent-encoded. */
export function readCopySource({ headers }: Pick<S3Request, 'headers'>): {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
} {
  const header = headers.get('x-amz-copy-source') ?? '';
  if (header.startsWith('arn:')) throw notThere('access points');
  const [, bucket, encodedKey, id] = /^\/?([^/?]+)\/([^?]+)(?:\?versionId=([^&]+))?$/.exec(header) ?? [];
  const key = decoded(encodedKey ?? '%');
  const versionId = id === undefined ? undefined : decoded(id);
  if (bucket === undefined || key === undefined || (id !== undefined && versionId === undefined)) {
    throw invalidArgument('x-amz-copy-source', header, 'Invalid copy source object key');
  }
  return { bucket, key, versionId };
}

/** The object that `x-amz-copy-source` names; its conditions hold. */
export function loadCopySource(s3: S3State, { headers }: S3Request): CopySource {
  const { bucket: name, key, versionId } = readCopySource({ headers });
  const bucket = loadBucket(s3, name);
  const version = loadVersion(s3, bucket, key, versionId);
  checkCopySource(headers, version);
  return { version, pinned: versionId !== undefined, versioned: bucket.settings.versioning !== undefined };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
