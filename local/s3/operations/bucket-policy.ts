import { changeSettings, loadBucket } from '../buckets.ts';
import { S3Error } from '../errors.ts';
import { emptyResponse, type Operation } from '../operation.ts';
import { readText } from '../request.ts';

/** GetBucketPolicy: the JSON as it was put. */
export const getBucketPolicy: Operation = (s3, { bucket }) => {
  const { policy } = loadBucket(s3, bucket).settings;
  if (policy === undefined) {
    throw new S3Error('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: bucket });
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policy };
};

/** PutBucketPolicy: stored. */
export const putBucketPolicy: Operation = async (s3, request) => {
  const policy = checkPolicy(await readText(request));
  changeSettings(s3, request.bucket, { policy });
  return emptyResponse(204);
};

/** DeleteBucketPolicy. */
export const deleteBucketPolicy: Operation = (s3, { bucket }) => {
  changeSettings(s3, bucket, { policy: undefined });
  return emptyResponse(204);
};

/** A policy's text when it is a JSON object with statements, at most 20 KB. */
export function checkPolicy(text: string): string {
  if (Buffer.byteLength(text) > 20_480) throw new S3Error('PolicyTooLarge', 'The policy is over 20 KB.');
  try {
    const { Statement: statement } = JSON.parse(text) as { Statement?: unknown };
    if (statement && typeof statement === 'object') return text;
  } catch (cause) {
    const error = new S3Error('MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'");
    throw Object.assign(error, { cause });
  }
  throw new S3Error('MalformedPolicy', 'Missing required field Statement');
}
