import { changeSettings, loadBucket } from '../buckets.ts';
import { S3Error } from '../errors.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { readDocument } from '../request.ts';
import { readTagging, writeTagging } from '../tagging.ts';

/** GetBucketTagging. */
export const getBucketTagging: Operation = (s3, { bucket }) => {
  const { tags } = loadBucket(s3, bucket).settings;
  if (!tags) throw new S3Error('NoSuchTagSet', 'The TagSet does not exist', 404, { BucketName: bucket });
  return xmlResponse(writeTagging(tags));
};

/** PutBucketTagging: takes the place of all tags; at most 50. */
export const putBucketTagging: Operation = async (s3, request) => {
  const tags = readTagging(await readDocument(request), 50);
  changeSettings(s3, request.bucket, { tags });
  return emptyResponse(204);
};

/** DeleteBucketTagging. */
export const deleteBucketTagging: Operation = (s3, { bucket }) => {
  changeSettings(s3, bucket, { tags: undefined });
  return emptyResponse(204);
};
