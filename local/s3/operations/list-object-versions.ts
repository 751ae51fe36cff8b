import { loadBucket } from '../buckets.ts';
import { invalidArgument } from '../errors.ts';
import { listVersions, namesIn, type Page, type Position, pageSize, prefixElements } from '../listing.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { ownerElement } from '../owner.ts';
import type { S3State } from '../state.ts';
import { sequenceOfId, type Version, versionWithId } from '../versions.ts';
import { element, leaf, xmlDocument } from '../xml.ts';

/** ListObjectVersions: by key, newest first; delete markers among them. */
export const listObjectVersions: Operation = (s3, { bucket, query }) => {
  loadBucket(s3, bucket);
  const name = namesIn(query);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const most = pageSize(query, 'max-keys', 1000);
  const page = listVersions(s3, bucket, { prefix, delimiter, most, after: positionIn(s3, bucket, query) });
  return xmlResponse(
    xmlDocument(
      'ListVersionsResult',
      leaf('Name', bucket),
      leaf('Prefix', name(prefix)),
      leaf('KeyMarker', name(query.get('key-marker') ?? '')),
      leaf('VersionIdMarker', query.get('version-id-marker') ?? ''),
      nextMarkers(page, name),
      delimiter === '' ? '' : leaf('Delimiter', name(delimiter)),
      leaf('MaxKeys', most),
      leaf('EncodingType', query.get('encoding-type') ?? undefined),
      leaf('IsTruncated', page.truncated),
      ...page.versions.map((version) => entry(version, name, ownerElement(s3.context))),
      prefixElements(page.prefixes, name),
    ),
  );
};

/** After the version that the markers name, which may be gone by now: its id tells where it stood. */
function positionIn(s3: S3State, bucket: string, query: URLSearchParams): Position {
  const key = query.get('key-marker') ?? '';
  const id = query.get('version-id-marker') ?? '';
  if (id === '') return { key, sequence: 0 };
  if (key === '') {
    const message = 'A version-id marker cannot be specified without a key marker.';
    throw invalidArgument('version-id-marker', id, message);
  }
  const sequence = versionWithId(s3, bucket, key, id)?.sequence ?? sequenceOfId(id);
  if (sequence === undefined && id !== 'null')
    throw invalidArgument('version-id-marker', id, 'Invalid version id specified');
  return { key, sequence: sequence ?? Number.MAX_SAFE_INTEGER };
}

function nextMarkers({ truncated, last }: Page, name: (text: string) => string): string {
  if (!truncated || last === undefined) return '';
  if (typeof last === 'string') return leaf('NextKeyMarker', name(last));
  return leaf('NextKeyMarker', name(last.key)) + leaf('NextVersionIdMarker', last.id);
}

function entry(version: Version, name: (text: string) => string, owner: string): string {
  const { facts, marker } = version;
  return element(
    marker ? 'DeleteMarker' : 'Version',
    leaf('Key', name(version.key)),
    leaf('VersionId', version.id),
    leaf('IsLatest', version.latest),
    leaf('LastModified', new Date(version.modified).toISOString()),
    marker ? '' : leaf('ETag', `"${version.etag}"`) + leaf('Size', version.size),
    marker
      ? ''
      : leaf('ChecksumAlgorithm', facts.checksum?.algorithm.toUpperCase()) + leaf('StorageClass', facts.storageClass),
    owner,
  );
}
