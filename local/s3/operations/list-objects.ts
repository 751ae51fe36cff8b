import { loadBucket } from '../buckets.ts';
import { invalidArgument } from '../errors.ts';
import { listObjects, namesIn, pageSize, prefixElements } from '../listing.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { ownerElement } from '../owner.ts';
import type { Version } from '../versions.ts';
import { element, leaf, xmlDocument } from '../xml.ts';

/** ListObjectsV2: pages go on by an opaque token, which is the last entry of the page before. */
export const listObjectsV2: Operation = (s3, { bucket, query }) => {
  loadBucket(s3, bucket);
  const name = namesIn(query);
  const { prefix, delimiter, most } = wantedIn(query);
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const after = token === null ? (startAfter ?? '') : readToken(token);
  const page = listObjects(s3, bucket, { prefix, delimiter, most, after: { key: after, sequence: 0 } });
  const owner = query.get('fetch-owner') === 'true' ? ownerElement(s3.context) : '';
  const next = page.truncated ? writeToken(nameOf(page.last)) : undefined;
  return xmlResponse(
    xmlDocument(
      'ListBucketResult',
      leaf('Name', bucket),
      leaf('Prefix', name(prefix)),
      delimiter === '' ? '' : leaf('Delimiter', name(delimiter)),
      leaf('MaxKeys', most),
      leaf('EncodingType', query.get('encoding-type') ?? undefined),
      leaf('KeyCount', page.versions.length + page.prefixes.length),
      leaf('IsTruncated', page.truncated),
      leaf('ContinuationToken', token ?? undefined),
      leaf('NextContinuationToken', next),
      leaf('StartAfter', startAfter === null ? undefined : name(startAfter)),
      ...page.versions.map((version) => contents(version, name, owner)),
      prefixElements(page.prefixes, name),
    ),
  );
};

/** ListObjects, the first version: pages go on by a marker. */
export const listObjectsV1: Operation = (s3, { bucket, query }) => {
  loadBucket(s3, bucket);
  const name = namesIn(query);
  const { prefix, delimiter, most } = wantedIn(query);
  const marker = query.get('marker') ?? '';
  const page = listObjects(s3, bucket, { prefix, delimiter, most, after: { key: marker, sequence: 0 } });
  const next = page.truncated ? name(nameOf(page.last)) : undefined;
  return xmlResponse(
    xmlDocument(
      'ListBucketResult',
      leaf('Name', bucket),
      leaf('Prefix', name(prefix)),
      leaf('Marker', name(marker)),
      leaf('NextMarker', next),
      delimiter === '' ? '' : leaf('Delimiter', name(delimiter)),
      leaf('MaxKeys', most),
      leaf('EncodingType', query.get('encoding-type') ?? undefined),
      leaf('IsTruncated', page.truncated),
      ...page.versions.map((version) => contents(version, name, ownerElement(s3.context))),
      prefixElements(page.prefixes, name),
    ),
  );
};

function wantedIn(query: URLSearchParams) {
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    most: pageSize(query, 'max-keys', 1000),
  };
}

function contents(version: Version, name: (text: string) => string, owner: string): string {
  const { checksum } = version.facts;
  return element(
    'Contents',
    leaf('Key', name(version.key)),
    leaf('LastModified', new Date(version.modified).toISOString()),
    leaf('ETag', `"${version.etag}"`),
    leaf('ChecksumAlgorithm', checksum?.algorithm.toUpperCase()),
    leaf('ChecksumType', checksum?.type),
    leaf('Size', version.size),
    owner,
    leaf('StorageClass', version.facts.storageClass),
  );
}

function nameOf(last: Version | string | undefined): string {
  return typeof last === 'string' ? last : (last?.key ?? '');
}

function writeToken(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function readToken(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.toString('base64url') === token && token !== '') return bytes.toString();
  throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect');
}
