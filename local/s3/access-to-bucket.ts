import { type AccessRequest, keyAccess } from '../access.ts';
import { type Encryption, findBucket, regionOf } from './buckets.ts';
import type { S3State } from './state.ts';

/** What deleting one of several objects asks for. */
export function deletion(s3: S3State, bucket: string, key: string, versionId: string | undefined): AccessRequest {
  const policy = findBucket(s3, bucket)?.settings.policy;
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  const context = versionId === undefined ? {} : { 's3:VersionId': versionId };
  return { action, resource: objectArn(s3, bucket, key), context, policy };
}

/** What a write of a service of the stack asks for. */
export function puttingOf(s3: S3State, name: string, key: string): readonly AccessRequest[] {
  const bucket = findBucket(s3, name);
  const resource = objectArn(s3, name, key);
  const put = { action: 's3:PutObject', resource, policy: bucket?.settings.policy };
  return [put, ...encrypting(s3, bucket?.settings.encryption, name, key, ['GenerateDataKey'])];
}

export function objectArn({ context }: S3State, bucket: string, key: string): string {
  return `arn:${context.partition}:s3:::${bucket}/${key}`;
}

/** What encrypting or decrypting an object asks of its key. With a bucket key, the encryption context is the bucket (S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"). */
export function encrypting(
  s3: S3State,
  encryption: Encryption | undefined,
  bucket: string,
  key: string,
  actions: Parameters<typeof keyAccess>[1],
): readonly AccessRequest[] {
  if (!encryption?.algorithm.startsWith('aws:kms')) return [];
  const arn = encryption.bucketKey ? `arn:${s3.context.partition}:s3:::${bucket}` : objectArn(s3, bucket, key);
  return keyAccess(encryption.keyId, actions, 's3', regionOf(s3, findBucket(s3, bucket)), { 'aws:s3:arn': arn });
}
