import { loadBucket } from '../buckets.ts';
import { checksumHeaders } from '../checksum.ts';
import { checkWrite } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { encryptionHeaders, factsFrom } from '../facts.ts';
import { causeOf, emptyResponse, type Operation } from '../operation.ts';
import { openPayload } from '../payload.ts';
import type { S3Request } from '../request.ts';
import { versionHeader } from '../serve.ts';
import { latestVersion } from '../versions.ts';
import { writeObject } from '../writing.ts';

/** PutObject: streamed; what the request does not allow is refused before its body is read. */
export const putObject: Operation = async (s3, request) => {
  const { bucket: name, key, headers } = request;
  const bucket = loadBucket(s3, name);
  requireLength(request);
  const facts = factsFrom(headers, bucket);
  checkWrite(headers, latestVersion(s3, name, key), key);
  const target = { bucket: name, key, headers, cause: causeOf(request) };
  const version = await writeObject(s3, target, openPayload(request), facts);
  return emptyResponse(200, {
    etag: `"${version.etag}"`,
    ...versionHeader(bucket, version.id),
    ...encryptionHeaders(version.facts.encryption),
    ...checksumHeaders(version.facts.checksum),
  });
};

/** S3 takes no body of unknown length. */
export function requireLength({ headers }: Pick<S3Request, 'headers'>): void {
  if (headers.has('content-length') || headers.has('x-amz-decoded-content-length')) return;
  throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
}
