import { loadBucket, regionOf } from '../buckets.ts';
import { emptyResponse, type Operation } from '../operation.ts';

/** HeadBucket: whether the bucket is there, and its Region. */
export const headBucket: Operation = (s3, { bucket }) => {
  return emptyResponse(200, { 'x-amz-bucket-region': regionOf(s3, loadBucket(s3, bucket)) });
};
