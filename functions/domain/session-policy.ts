import type { Artifact } from './action.ts';

/** The properties in which an action names a bucket: what other properties say may come from a commit, and opens nothing. */
const bucketProperties = ['S3Bucket', 'BucketName'];

/** What an action does with the artifact store: the session of its role is limited to it. */
export interface ArtifactUse {
  readonly partition: string;
  /** The buckets of the pipeline's stores, one for each Region. */
  readonly stores: readonly string[];
  readonly artifacts: readonly Pick<Artifact, 'bucket' | 'key'>[];
  /** An action may have a store's bucket for its own target; then it may use all of it. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** A session policy may have so many characters (STS API Reference, AssumeRole). */
const longest = 2048;

/**
 * A session policy by which a role reaches, in the artifact stores, only the artifacts of one action: no run reads or overwrites what belongs
 * to another. It takes rights away and gives none. An action has ten artifacts at most, whose keys are short, so that there is always
 * room for their stores; of a pipeline with many Regions those stores that find no room are left to the role's own policies.
 */
export function sessionPolicy({ partition, stores, artifacts, configuration }: ArtifactUse): string {
  const arn = (place: { bucket: string; key: string }) => `arn:${partition}:s3:::${place.bucket}/${place.key}`;
  const used = artifacts.map(({ bucket }) => bucket);
  const all = [...new Set([...stores].sort((a, b) => Number(used.includes(b)) - Number(used.includes(a))))];
  const targets = all.filter((bucket) => bucketProperties.some((name) => configuration[name] === bucket));
  const own = [
    ...targets.map((bucket) => arn({ bucket, key: '*' })),
    ...artifacts.filter(({ bucket }) => !targets.includes(bucket)).map(arn),
  ];
  const policyOf = (buckets: readonly string[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', NotResource: buckets.map((bucket) => arn({ bucket, key: '*' })) },
        ...(own.length > 0 ? [{ Effect: 'Allow', Action: 's3:*', Resource: own }] : []),
      ],
    });
  let count = all.length;
  while (count > 1 && policyOf(all.slice(0, count)).length > longest) count -= 1;
  return policyOf(all.slice(0, count));
}
