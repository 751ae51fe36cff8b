import { deleteBucket } from '../buckets.ts';
import { emptyResponse, type Operation } from '../operation.ts';
import { change } from '../state.ts';

/** DeleteBucket: refused while the bucket holds a version or a delete marker. */
export const deleteBucketOperation: Operation = (s3, { bucket }) => {
  change(s3, ({ freed }) => deleteBucket(s3, bucket, freed));
  return emptyResponse(204);
};
