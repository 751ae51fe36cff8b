import { namesIn, pageSize } from '../listing.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { ownerElement } from '../owner.ts';
import { listParts } from '../uploads.ts';
import { element, leaf, xmlDocument } from '../xml.ts';
import { uploadOf } from './upload-part.ts';

/** ListParts: in pages of at most 1,000. */
export const listPartsOperation: Operation = (s3, request) => {
  const { query } = request;
  const upload = uploadOf(s3, request);
  const { checksum, object } = upload.facts;
  const most = pageSize(query, 'max-parts', 1000);
  const marker = pageSize(query, 'part-number-marker', 10_000);
  const after = query.has('part-number-marker') ? marker : 0;
  const found = listParts(s3, upload.id, after, most + 1);
  const page = found.slice(0, most);
  const parts = page.map((part) =>
    element(
      'Part',
      leaf('PartNumber', part.number),
      leaf('LastModified', new Date(part.modified).toISOString()),
      leaf('ETag', `"${part.etag}"`),
      leaf('Size', part.size),
      checksum ? leaf(`Checksum${checksum.algorithm.toUpperCase()}`, part.checksum ?? undefined) : '',
    ),
  );
  return xmlResponse(
    xmlDocument(
      'ListPartsResult',
      leaf('Bucket', upload.bucket),
      leaf('Key', namesIn(query)(upload.key)),
      leaf('UploadId', upload.id),
      ownerElement(s3.context, 'Initiator'),
      ownerElement(s3.context),
      leaf('StorageClass', object.storageClass),
      leaf('PartNumberMarker', after),
      leaf('NextPartNumberMarker', page.at(-1)?.number ?? 0),
      leaf('MaxParts', most),
      leaf('IsTruncated', found.length > page.length && page.length > 0),
      leaf('ChecksumAlgorithm', checksum?.algorithm.toUpperCase()),
      leaf('ChecksumType', checksum?.type),
      ...parts,
    ),
  );
};
