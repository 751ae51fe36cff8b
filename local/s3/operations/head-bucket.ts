import { loadBucket } from '../buckets.ts';
import { emptyResponse, type Operation } from '../operation.ts';

/** HeadBucket: whether the bucket is there, and its Region. */
export const headBucket: Operation = (s3, { bucket }) => {
  loadBucket(s3, bucket);
  return emptyResponse(200, { 'x-amz-bucket-region': s3.context.region });
};
