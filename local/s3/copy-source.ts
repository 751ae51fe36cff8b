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

/** The object that `x-amz-copy-source` names: `[/]bucket/key[?versionId=id]`, percent-encoded; its conditions hold. */
export function loadCopySource(s3: S3State, { headers }: S3Request): CopySource {
  const header = headers.get('x-amz-copy-source') ?? '';
  if (header.startsWith('arn:')) throw notThere('access points');
  const [, bucketName, encodedKey, id] = /^\/?([^/?]+)\/([^?]+)(?:\?versionId=([^&]+))?$/.exec(header) ?? [];
  const key = decoded(encodedKey ?? '%');
  const pinned = id === undefined ? undefined : decoded(id);
  if (bucketName === undefined || key === undefined || (id !== undefined && pinned === undefined)) {
    throw invalidArgument('x-amz-copy-source', header, 'Invalid copy source object key');
  }
  const bucket = loadBucket(s3, bucketName);
  const version = loadVersion(s3, bucket, key, pinned);
  checkCopySource(headers, version);
  return { version, pinned: pinned !== undefined, versioned: bucket.settings.versioning !== undefined };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
