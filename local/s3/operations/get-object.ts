import { loadBucket } from '../buckets.ts';
import type { Operation } from '../operation.ts';
import { versionIdOf } from '../request.ts';
import { serveObject } from '../serve.ts';
import { loadVersion } from '../versions.ts';

/** GetObject and HeadObject. */
export const getObject: Operation = (s3, request) => {
  const bucket = loadBucket(s3, request.bucket);
  const version = loadVersion(s3, bucket, request.key, versionIdOf(request));
  return serveObject(s3, bucket, version, request);
};
