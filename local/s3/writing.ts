import { loadBucket } from './buckets.ts';
import { checkWrite } from './conditions.ts';
import { type Cause, type CreationReason, recordCreated } from './events.ts';
import type { Payload } from './payload.ts';
import { type Change, change, type S3State } from './state.ts';
import { addVersion, type Draft, latestVersion, type ObjectFacts, type Version } from './versions.ts';

/** Where an object is to be written, on what conditions, and who asks. */
export interface Target {
  readonly bucket: string;
  readonly key: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly cause: Cause;
}

/** Streams a body into a new object; it is there once this resolves, and not at all when the body is not what was promised. */
export function writeObject(s3: S3State, target: Target, payload: Payload, facts: ObjectFacts): Promise<Version> {
  return s3.blobs.store(payload.chunks, (file) => {
    const { size, md5, checksum } = payload.facts();
    const draft: Draft = {
      size,
      etag: md5,
      facts: checksum ? { ...facts, checksum: { ...checksum, type: 'FULL_OBJECT' } } : facts,
      pieces: [{ number: 1, file, size, checksum: null }],
    };
    return change(s3, (made) => recordObject(s3, made, target, draft, 'PutObject'));
  });
}

/** Records an object and its event, when the conditions of the write hold at this moment. */
export function recordObject(
  s3: S3State,
  made: Change,
  { bucket: name, key, headers, cause }: Target,
  draft: Draft,
  reason: CreationReason,
): Version {
  const bucket = loadBucket(s3, name);
  checkWrite(headers, latestVersion(s3, name, key), key);
  const version = addVersion(s3, made, bucket, key, draft);
  recordCreated(s3, bucket, version, cause, reason);
  return version;
}
