import type { Bucket } from './buckets.ts';
import { type Cause, recordDeleted } from './events.ts';
import type { Change, S3State } from './state.ts';
import {
  addDeleteMarker,
  latestVersion,
  nextSequence,
  removeVersion,
  type Version,
  versionWithId,
} from './versions.ts';

/** What a deletion came to: `marker` tells that a delete marker was made, or was what is gone. */
interface Deletion {
  readonly marker: boolean;
  readonly versionId?: string;
}

/** Deletes as the bucket's versioning has it: a version that is named goes for good; else a delete marker, or the object itself. */
export function deleteObject(
  s3: S3State,
  change: Change,
  bucket: Bucket,
  key: string,
  id: string | undefined,
  cause: Cause,
): Deletion {
  if (id === undefined && bucket.settings.versioning) {
    const marker = addDeleteMarker(s3, change, bucket, key);
    recordDeleted(s3, bucket, marker, cause, 'Delete Marker Created', marker.sequence);
    return { marker: true, versionId: marker.id };
  }
  const version = id === undefined ? latestVersion(s3, bucket.name, key) : versionWithId(s3, bucket.name, key, id);
  if (version) removeForGood(s3, change, bucket, version, cause);
  return { marker: version?.marker ?? false, ...(id === undefined ? {} : { versionId: id }) };
}

function removeForGood(s3: S3State, change: Change, bucket: Bucket, version: Version, cause: Cause): void {
  removeVersion(s3, change, version);
  recordDeleted(s3, bucket, version, cause, 'Permanently Deleted', nextSequence(s3));
}
