import type { Tag } from '../buckets.ts';
import { loadBucket } from '../buckets.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { readDocument, type S3Request, versionIdOf } from '../request.ts';
import { versionHeader } from '../serve.ts';
import type { S3State } from '../state.ts';
import { readTagging, writeTagging } from '../tagging.ts';
import { changeFacts, loadVersion } from '../versions.ts';

/** GetObjectTagging. */
export const getObjectTagging: Operation = (s3, request) => {
  const { bucket, version } = named(s3, request);
  return xmlResponse(writeTagging(version.facts.tags), versionHeader(bucket, version.id));
};

/** PutObjectTagging: takes the place of all tags; at most 10. */
export const putObjectTagging: Operation = async (s3, request) => {
  const tags = readTagging(await readDocument(request), 10);
  return emptyResponse(200, retag(s3, request, tags));
};

/** DeleteObjectTagging. */
export const deleteObjectTagging: Operation = (s3, request) => emptyResponse(204, retag(s3, request, []));

function retag(s3: S3State, request: S3Request, tags: readonly Tag[]): Record<string, string> {
  return s3.tables.write(() => {
    const { bucket, version } = named(s3, request);
    changeFacts(s3, version, { tags });
    return versionHeader(bucket, version.id);
  });
}

function named(s3: S3State, request: S3Request) {
  const { bucket: name, key } = request;
  const bucket = loadBucket(s3, name);
  return { bucket, version: loadVersion(s3, bucket, key, versionIdOf(request)) };
}
