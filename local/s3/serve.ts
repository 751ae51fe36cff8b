import type { ServiceResponse } from '../service.ts';
import type { Bucket } from './buckets.ts';
import { checksumHeaders } from './checksum.ts';
import { isWanted } from './conditions.ts';
import { headerSafe, invalidArgument, S3Error } from './errors.ts';
import { encryptionHeaders } from './facts.ts';
import type { S3Request } from './request.ts';
import type { S3State } from './state.ts';
import { piecesOf, type Version, type VersionPiece } from './versions.ts';

/** Part of an object: the first and the last byte. */
interface Range {
  readonly start: number;
  readonly end: number;
}

type ReadRequest = Pick<S3Request, 'method' | 'headers' | 'query'>;

const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
] as const;

/** Answers GET or HEAD of an object: conditions, range or part, overrides; the bytes are streamed. */
export function serveObject(s3: S3State, bucket: Bucket, version: Version, request: ReadRequest): ServiceResponse {
  const headers = headersOf(bucket, version, request);
  if (!isWanted(request.headers, version)) {
    const { 'content-type': _, ...rest } = headers;
    return { status: 304, headers: rest };
  }
  const pieces = piecesOf(s3, version);
  const part = request.query.get('partNumber');
  const range = part === null ? rangeOf(request.headers.get('range'), version) : rangeOfPart(part, pieces, version);
  const { start, end } = range ?? { start: 0, end: version.size - 1 };
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      ...(range ? { 'content-range': `bytes ${start}-${end}/${version.size}` } : checksumIfAsked(version, request)),
      ...(part !== null && isMultipart(version) ? { 'x-amz-mp-parts-count': String(pieces.length) } : {}),
      'content-length': String(end - start + 1),
    },
    ...(request.method === 'HEAD' || end < start ? {} : { body: s3.blobs.read(pieces, start, end) }),
  };
}

/** Whether an object was uploaded in parts; S3 shows it by the tag's form. */
export function isMultipart(version: Version): boolean {
  return version.etag.includes('-');
}

/** `x-amz-version-id`, once a bucket's versioning was configured. */
export function versionHeader(bucket: Bucket, id: string): Record<string, string> {
  return bucket.settings.versioning ? { 'x-amz-version-id': id } : {};
}

function headersOf(bucket: Bucket, version: Version, { query }: ReadRequest): Record<string, string> {
  const { facts } = version;
  const headers: Record<string, string> = {
    ...facts.headers,
    ...versionHeader(bucket, version.id),
    ...encryptionHeaders(facts.encryption),
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modified).toUTCString(),
    'accept-ranges': 'bytes',
  };
  for (const [name, value] of Object.entries(facts.metadata)) headers[`x-amz-meta-${name}`] = value;
  if (facts.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = facts.storageClass;
  if (facts.tags.length > 0) headers['x-amz-tagging-count'] = String(facts.tags.length);
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`);
    if (value !== null) headers[name] = headerSafe(`response-${name}`, value);
  }
  return headers;
}

function checksumIfAsked({ facts }: Version, { headers }: ReadRequest): Record<string, string> {
  return headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' ? checksumHeaders(facts.checksum) : {};
}

/** S3 takes one range of bytes; it answers the whole object to any other form. */
function rangeOf(header: string | undefined, version: Version): Range | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const { size } = version;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw unsatisfiable(header ?? '', size);
  return { start, end };
}

function rangeOfPart(part: string, pieces: readonly VersionPiece[], version: Version): Range | undefined {
  const number = /^\d{1,5}$/.test(part) ? Number(part) : 0;
  if (number < 1 || number > 10_000) {
    throw invalidArgument('partNumber', part, 'Part number must be an integer between 1 and 10000, inclusive');
  }
  if (number === 1 && version.size === 0) return undefined;
  if (number === 1 && !isMultipart(version)) return { start: 0, end: version.size - 1 };
  const index = isMultipart(version) ? pieces.findIndex((piece) => piece.number === number) : -1;
  const piece = pieces[index];
  if (!piece) throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416);
  const start = pieces.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + piece.size - 1 };
}

function unsatisfiable(range: string, size: number): S3Error {
  const members = { RangeRequested: range, ActualObjectSize: String(size) };
  return new S3Error('InvalidRange', 'The requested range is not satisfiable', 416, members, {
    'content-range': `bytes */${size}`,
  });
}
