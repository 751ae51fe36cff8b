import { loadBucket } from '../buckets.ts';
import { algorithmNamed, checkType, defaultType } from '../checksum.ts';
import { invalidRequest } from '../errors.ts';
import { encryptionHeaders, factsFrom } from '../facts.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { beginUpload, type UploadFacts } from '../uploads.ts';
import { leaf, xmlDocument } from '../xml.ts';

/** CreateMultipartUpload: what the object will be, but for its bytes. */
export const createMultipartUpload: Operation = (s3, { bucket: name, key, headers }) => {
  const bucket = loadBucket(s3, name);
  const object = factsFrom(headers, bucket);
  const checksum = checksumFrom(headers);
  const id = beginUpload(s3, name, key, checksum ? { object, checksum } : { object });
  return xmlResponse(
    xmlDocument('InitiateMultipartUploadResult', leaf('Bucket', name), leaf('Key', key), leaf('UploadId', id)),
    {
      ...encryptionHeaders(object.encryption),
      ...(checksum
        ? { 'x-amz-checksum-algorithm': checksum.algorithm.toUpperCase(), 'x-amz-checksum-type': checksum.type }
        : {}),
    },
  );
};

function checksumFrom(headers: ReadonlyMap<string, string>): UploadFacts['checksum'] {
  const name = headers.get('x-amz-checksum-algorithm');
  const type = headers.get('x-amz-checksum-type');
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const algorithm = algorithmNamed(name);
  return { algorithm, type: type === undefined ? defaultType(algorithm) : checkType(algorithm, type) };
}
