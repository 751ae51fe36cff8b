import { loadBucket } from '../buckets.ts';
import { notThere } from '../errors.ts';
import { namesIn, pageSize } from '../listing.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { ownerElement } from '../owner.ts';
import { listUploads } from '../uploads.ts';
import { element, leaf, xmlDocument } from '../xml.ts';

/** ListMultipartUploads: those under way, by key. */
export const listMultipartUploads: Operation = (s3, { bucket, query }) => {
  loadBucket(s3, bucket);
  if (query.get('delimiter')) throw notThere('delimiter in ListMultipartUploads');
  const name = namesIn(query);
  const prefix = query.get('prefix') ?? '';
  const most = pageSize(query, 'max-uploads', 1000);
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const after = { key: keyMarker, id: idMarker === '' ? '~' : idMarker };
  const found = listUploads(s3, bucket, prefix, after, most + 1);
  const page = found.slice(0, most);
  const last = page.at(-1);
  const truncated = found.length > page.length && last !== undefined;
  const uploads = page.map(({ id, key, started, facts }) =>
    element(
      'Upload',
      leaf('Key', name(key)),
      leaf('UploadId', id),
      ownerElement(s3.context, 'Initiator'),
      ownerElement(s3.context),
      leaf('StorageClass', facts.object.storageClass),
      leaf('Initiated', new Date(started).toISOString()),
      leaf('ChecksumAlgorithm', facts.checksum?.algorithm.toUpperCase()),
      leaf('ChecksumType', facts.checksum?.type),
    ),
  );
  const next = truncated ? leaf('NextKeyMarker', name(last.key)) + leaf('NextUploadIdMarker', last.id) : '';
  return xmlResponse(
    xmlDocument(
      'ListMultipartUploadsResult',
      leaf('Bucket', bucket),
      leaf('KeyMarker', name(keyMarker)),
      leaf('UploadIdMarker', idMarker),
      next,
      leaf('Prefix', name(prefix)),
      leaf('EncodingType', query.get('encoding-type') ?? undefined),
      leaf('MaxUploads', most),
      leaf('IsTruncated', truncated),
      ...uploads,
    ),
  );
};
