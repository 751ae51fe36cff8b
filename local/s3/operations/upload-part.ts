import { loadBucket } from '../buckets.ts';
import { loadCopySource } from '../copy-source.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { encryptionHeaders } from '../facts.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { openPayload, type Payload } from '../payload.ts';
import type { S3Request } from '../request.ts';
import { change, type S3State } from '../state.ts';
import { addPart, loadUpload, type Part, type Upload } from '../uploads.ts';
import { piecesOf } from '../versions.ts';
import { leaf, xmlDocument } from '../xml.ts';
import { requireLength } from './put-object.ts';

/** UploadPart: streamed; takes the place of an earlier part of that number. */
export const uploadPart: Operation = async (s3, request) => {
  const upload = uploadOf(s3, request);
  const number = partNumber(request);
  requireLength(request);
  const payload = openPayload(request, upload.facts.checksum?.algorithm);
  const { etag } = await storePart(s3, upload, number, payload);
  const { checksum } = payload.facts();
  return emptyResponse(200, {
    etag: `"${etag}"`,
    ...encryptionHeaders(upload.facts.object.encryption),
    ...(checksum ? { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value } : {}),
  });
};

/** UploadPartCopy: a part from the bytes, or a range of them, of an object. */
export const uploadPartCopy: Operation = async (s3, request) => {
  const upload = uploadOf(s3, request);
  const number = partNumber(request);
  const { version, versioned } = loadCopySource(s3, request);
  const [start, end] = rangeOf(request.headers.get('x-amz-copy-source-range'), version.size);
  const body = s3.blobs.read(piecesOf(s3, version), start, end);
  const payload = openPayload({ headers: new Map(), body }, upload.facts.checksum?.algorithm);
  const { etag, modified } = await storePart(s3, upload, number, payload).finally(() => body.destroy());
  const { checksum } = payload.facts();
  const element = checksum ? leaf(`Checksum${checksum.algorithm.toUpperCase()}`, checksum.value) : '';
  const content = [leaf('LastModified', new Date(modified).toISOString()), leaf('ETag', `"${etag}"`), element];
  return xmlResponse(xmlDocument('CopyPartResult', ...content), {
    ...encryptionHeaders(upload.facts.object.encryption),
    ...(versioned ? { 'x-amz-copy-source-version-id': version.id } : {}),
  });
};

/** The upload that a request names. */
export function uploadOf(s3: S3State, { bucket, key, query }: S3Request): Upload {
  loadBucket(s3, bucket);
  return loadUpload(s3, bucket, key, query.get('uploadId') ?? '');
}

function storePart(s3: S3State, upload: Upload, number: number, payload: Payload): Promise<Part> {
  return s3.blobs.store(payload.chunks, (file) => {
    const { size, md5, checksum } = payload.facts();
    const stored = checksum?.algorithm === upload.facts.checksum?.algorithm ? checksum : undefined;
    return change(s3, (made) => {
      const current = loadUpload(s3, upload.bucket, upload.key, upload.id);
      return addPart(s3, made, current, { number, file, size, etag: md5, checksum: stored?.value ?? null });
    });
  });
}

function partNumber({ query }: S3Request): number {
  const text = query.get('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw invalidArgument('partNumber', text, 'Part number must be an integer between 1 and 10000, inclusive');
}

function rangeOf(header: string | undefined, size: number): readonly [start: number, end: number] {
  if (header === undefined) return [0, size - 1];
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const [start, end] = [Number(first), Number(last)];
  if (first === undefined || start > end) {
    const message =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy';
    throw invalidArgument('x-amz-copy-source-range', header, message);
  }
  if (end >= size) throw invalidRequest(`Range specified is not valid for source object of size: ${size}`);
  return [start, end];
}
