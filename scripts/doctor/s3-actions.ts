import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { artifactStore } from '../../functions/domain/declaration.ts';
import { inputsOf, mayUseArtifacts, outputsOf } from './artifacts.ts';
import { bucketIsThere, clientOf, mayUseDefaultKey, mayUseObjects } from './buckets.ts';
import type { Checked } from './checked.ts';
import { type Finding, lookingAt, missing, ok } from './finding.ts';
import { mayUseKey } from './keys.ts';
import type { Place } from './place.ts';
import { word } from './plain.ts';
import { mayDo } from './rights.ts';

/** Source, S3: the versioned bucket, its object, and that the role may copy it to the artifacts. */
export async function checkS3Source(
  place: Place,
  { action, purpose, role, configured }: Checked,
): Promise<readonly Finding[]> {
  const { S3Bucket: bucket = '', S3ObjectKey: key = '' } = configured;
  const arn = `arn:${place.partition}:s3:::${bucket}`;
  const read = ['s3:GetObject', 's3:GetObjectVersion'];
  return [
    ...(await bucketIsThere(place, bucket, true)),
    ...(await objectIsThere(place, bucket, key)),
    ...(await mayDo(place, { purpose, role, actions: ['s3:GetBucketVersioning'], on: [arn] })),
    ...(await mayUseObjects(place, { purpose, role, bucket, keys: [key], actions: read })),
    ...(await mayUseDefaultKey(place, bucket, { purpose, role, actions: ['kms:Decrypt'] })),
    ...(await mayUseArtifacts(place, { purpose, role, reads: [], writes: outputsOf(action), namesKey: true })),
  ];
}

function objectIsThere(place: Place, Bucket: string, Key: string): Promise<readonly Finding[]> {
  const what = `the object ${Key} is in the bucket ${Bucket}`;
  return lookingAt(what, async () => {
    try {
      await clientOf(place).send(new HeadObjectCommand({ Bucket, Key }));
      return ok(what);
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (status !== 404) throw error;
      return missing(what, 'there is no such object', { do: `aws s3 cp FILE ${word(`s3://${Bucket}/${Key}`)}` });
    }
  });
}

/** Deploy, S3: the target, and that the role may read the artifact and write there. */
export async function checkS3Deploy(
  place: Place,
  { action, purpose, role, configured }: Checked,
): Promise<readonly Finding[]> {
  const { BucketName: bucket = '', ObjectKey: key = '', Extract, CannedACL, KMSEncryptionKeyARN: own } = configured;
  const put = ['s3:PutObject', ...(CannedACL === undefined ? [] : ['s3:PutObjectAcl'])];
  const target = Extract === 'true' ? [key.replace(/\/+$/, ''), 'index.html'].filter(Boolean).join('/') : key;
  const actions = ['kms:Decrypt', 'kms:GenerateDataKey'] as const;
  const use = { purpose, role, actions };
  const encryption = own === undefined ? {} : { encryption: 'aws:kms' };
  const isStore = bucket === artifactStore(place.pipeline, place.region).location;
  return [
    ...(isStore ? [] : await bucketIsThere(place, bucket, false)),
    ...(await mayUseObjects(place, { purpose, role, bucket, keys: [target || 'object'], actions: put, ...encryption })),
    ...(own === undefined
      ? await mayUseDefaultKey(place, bucket, use)
      : await mayUseKey(place, { ...use, key: own, service: 's3' })),
    ...(await mayUseArtifacts(place, { purpose, role, reads: inputsOf(action), writes: [] })),
  ];
}
