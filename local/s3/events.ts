import type { Bucket } from './buckets.ts';
import type { S3State } from './state.ts';
import type { Version } from './versions.ts';

/** Who asked for a change, as its event tells. */
export interface Cause {
  readonly requestId: string;
  /** An account, or a service's principal. */
  readonly requester: string;
}

export type CreationReason = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';

/** Records `Object Created` when the bucket sends its events to EventBridge. Inside the transaction of the change. */
export function recordCreated(
  s3: S3State,
  bucket: Bucket,
  version: Version,
  cause: Cause,
  reason: CreationReason,
): void {
  record(s3, bucket, 'Object Created', cause, {
    object: { key: version.key, size: version.size, etag: version.etag, ...positionOf(version, version.sequence) },
    reason,
  });
}

/**
 * Records `Object Deleted`. `version` is the delete marker that was made, or the version that is gone for good;
 * `sequence` orders the deletion among the key's changes.
 */
export function recordDeleted(
  s3: S3State,
  bucket: Bucket,
  version: Version,
  cause: Cause,
  deletion: 'Permanently Deleted' | 'Delete Marker Created',
  sequence: number,
): void {
  record(s3, bucket, 'Object Deleted', cause, {
    object: { key: version.key, etag: version.etag, ...positionOf(version, sequence) },
    reason: 'DeleteObject',
    'deletion-type': deletion,
  });
}

function positionOf(version: Version, sequence: number): Record<string, string> {
  const sequencer = sequence.toString(16).toUpperCase().padStart(16, '0');
  return version.id === 'null' ? { sequencer } : { 'version-id': version.id, sequencer };
}

/** The shape is the S3 User Guide's, "EventBridge event message structure". */
function record(
  s3: S3State,
  bucket: Bucket,
  detailType: string,
  cause: Cause,
  { object, ...rest }: { readonly object: object; readonly reason: string; readonly 'deletion-type'?: string },
): void {
  if (!bucket.settings.eventBridge) return;
  s3.outbox.record({
    source: 'aws.s3',
    detailType,
    resources: [`arn:${s3.context.partition}:s3:::${bucket.name}`],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object,
      'request-id': cause.requestId,
      requester: cause.requester,
      'source-ip-address': '127.0.0.1',
      ...rest,
    },
  });
}
