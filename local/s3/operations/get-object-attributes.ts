import { loadBucket } from '../buckets.ts';
import { checksumElements } from '../checksum.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { versionIdOf } from '../request.ts';
import { isMultipart, versionHeader } from '../serve.ts';
import type { S3State } from '../state.ts';
import { loadVersion, piecesOf, type Version } from '../versions.ts';
import { element, leaf, xmlDocument } from '../xml.ts';

const ATTRIBUTES = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'];

/** GetObjectAttributes: those that `x-amz-object-attributes` names. */
export const getObjectAttributes: Operation = (s3, request) => {
  const { bucket: name, key, headers } = request;
  const asked =
    headers
      .get('x-amz-object-attributes')
      ?.split(',')
      .map((attribute) => attribute.trim()) ?? [];
  if (asked.length === 0)
    throw invalidRequest(
      'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    );
  const unknown = asked.find((attribute) => !ATTRIBUTES.includes(attribute));
  if (unknown) throw invalidArgument('x-amz-object-attributes', unknown, 'Invalid attribute name specified.');
  const bucket = loadBucket(s3, name);
  const version = loadVersion(s3, bucket, key, versionIdOf(request));
  const { checksum, storageClass } = version.facts;
  const answers: Readonly<Record<string, () => string>> = {
    ETag: () => leaf('ETag', version.etag),
    Checksum: () => (checksum ? element('Checksum', checksumElements(checksum)) : ''),
    ObjectParts: () => (isMultipart(version) ? partsOf(s3, version, headers) : ''),
    StorageClass: () => leaf('StorageClass', storageClass),
    ObjectSize: () => leaf('ObjectSize', version.size),
  };
  const content = ATTRIBUTES.filter((attribute) => asked.includes(attribute)).map(
    (attribute) => answers[attribute]?.() ?? '',
  );
  return xmlResponse(xmlDocument('GetObjectAttributesResponse', ...content), {
    'last-modified': new Date(version.modified).toUTCString(),
    ...versionHeader(bucket, version.id),
  });
};

/** The number of parts, and the parts themselves when they have checksums of their own, as S3 has it. */
function partsOf(s3: S3State, version: Version, headers: ReadonlyMap<string, string>): string {
  const pieces = piecesOf(s3, version);
  const count = leaf('PartsCount', pieces.length);
  const { checksum } = version.facts;
  if (checksum?.type !== 'COMPOSITE') return element('ObjectParts', count);
  const marker = Number(headers.get('x-amz-part-number-marker') ?? 0);
  const most = Math.min(Number(headers.get('x-amz-max-parts') ?? 1000), 1000);
  const rest = pieces.filter(({ number }) => number > marker);
  const page = rest.slice(0, most);
  const parts = page.map((piece) =>
    element(
      'Part',
      leaf('PartNumber', piece.number),
      leaf('Size', piece.size),
      leaf(`Checksum${checksum.algorithm.toUpperCase()}`, piece.checksum ?? undefined),
    ),
  );
  return element(
    'ObjectParts',
    count,
    leaf('PartNumberMarker', marker),
    leaf('NextPartNumberMarker', page.at(-1)?.number ?? 0),
    leaf('MaxParts', most),
    leaf('IsTruncated', rest.length > page.length),
    ...parts,
  );
}
