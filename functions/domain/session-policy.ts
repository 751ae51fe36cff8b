import type { Artifact } from './action.ts';

/** The properties in which an action names a bucket: what other properties say may come from a commit, and opens nothing. */
const bucketProperties = ['S3Bucket', 'BucketName'];

/** What an action does with the artifact store: the session of its role is limited to it. */
export interface ArtifactUse {
  readonly partition: string;
  /** The bucket of the store. */
  readonly bucket: string;
  readonly artifacts: readonly Pick<Artifact, 'bucket' | 'key'>[];
  /** An action may have the store's bucket for its own target; then it may use all of it. */
  readonly configuration: Readonly<Record<string, string>>;
}

/**
 * A session policy by which a role reaches, in the artifact store, only the artifacts of one action: no run reads or overwrites what belongs
 * to another. It takes rights away and gives none. At most 2,048 characters, as STS wants (AssumeRole, Policy): an action has ten
 * artifacts at most, whose keys are short.
 */
export function sessionPolicy({ partition, bucket, artifacts, configuration }: ArtifactUse): string {
  const arn = (place: { bucket: string; key: string }) => `arn:${partition}:s3:::${place.bucket}/${place.key}`;
  const all = arn({ bucket, key: '*' });
  const own = bucketProperties.some((name) => configuration[name] === bucket) ? [all] : artifacts.map(arn);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', NotResource: all },
      ...(own.length > 0 ? [{ Effect: 'Allow', Action: 's3:*', Resource: own }] : []),
    ],
  });
}
