import { loadBucket } from '../buckets.ts';
import { type Algorithm, algorithmNamed, type Checksum, checksumElements } from '../checksum.ts';
import { loadCopySource } from '../copy-source.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import { encryptionHeaders, factsFrom } from '../facts.ts';
import { causeOf, type Operation, xmlResponse } from '../operation.ts';
import { openPayload } from '../payload.ts';
import type { S3Request } from '../request.ts';
import { isMultipart, versionHeader } from '../serve.ts';
import { change, type S3State } from '../state.ts';
import { type ObjectFacts, piecesOf, type Version, type VersionPiece } from '../versions.ts';
import { recordObject } from '../writing.ts';
import { leaf, xmlDocument } from '../xml.ts';

const LARGEST_COPY = 5 * 1024 ** 3;

/** CopyObject: the copy names the same bytes; they are read only for a digest that the source does not have. */
export const copyObject: Operation = async (s3, request) => {
  const { bucket: name, key, headers } = request;
  const bucket = loadBucket(s3, name);
  const source = loadCopySource(s3, request);
  const { version } = source;
  if (version.size > LARGEST_COPY) {
    const message = `The specified copy source is larger than the maximum allowable size for a copy source: ${LARGEST_COPY}`;
    throw invalidRequest(message);
  }
  if (!source.pinned) refuseSame(request, version);
  const facts = copiedFacts(request, version, factsFrom(headers, bucket));
  const pieces = piecesOf(s3, version);
  const copy = await s3.blobs.keepWhile(
    pieces.map(({ file }) => file),
    async () => {
      const { etag, checksum } = await digestsOf(s3, version, pieces, headers.get('x-amz-checksum-algorithm'));
      const draft = { size: version.size, etag, facts: checksum ? { ...facts, checksum } : facts, pieces };
      const target = { bucket: name, key, headers, cause: causeOf(request) };
      return change(s3, (made) => recordObject(s3, made, target, draft, 'CopyObject'));
    },
  );
  const { modified, etag } = copy;
  const times = leaf('LastModified', new Date(modified).toISOString());
  const content = [times, leaf('ETag', `"${etag}"`), checksumElements(copy.facts.checksum)];
  return xmlResponse(xmlDocument('CopyObjectResult', ...content), {
    ...versionHeader(bucket, copy.id),
    ...(source.versioned ? { 'x-amz-copy-source-version-id': version.id } : {}),
    ...encryptionHeaders(copy.facts.encryption),
  });
};

function directive(headers: ReadonlyMap<string, string>, name: string): 'COPY' | 'REPLACE' {
  const value = headers.get(name) ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(name, value, `Unknown ${name}.`);
  return value;
}

/** What the copy keeps of its source: metadata and tags, unless they are replaced; never ACL, encryption or storage class. */
function copiedFacts({ headers }: S3Request, { facts: source }: Version, given: ObjectFacts): ObjectFacts {
  const { 'x-amz-website-redirect-location': _, ...sourceHeaders } = source.headers;
  const redirect = given.headers['x-amz-website-redirect-location'];
  const kept = {
    headers: { ...sourceHeaders, ...(redirect === undefined ? {} : { 'x-amz-website-redirect-location': redirect }) },
    metadata: source.metadata,
  };
  return {
    ...given,
    ...(directive(headers, 'x-amz-metadata-directive') === 'COPY' ? kept : {}),
    tags: directive(headers, 'x-amz-tagging-directive') === 'COPY' ? source.tags : given.tags,
  };
}

function refuseSame({ bucket, key, headers }: S3Request, source: Version): void {
  if (source.bucket !== bucket || source.key !== key || directive(headers, 'x-amz-metadata-directive') === 'REPLACE')
    return;
  const changes = [
    'x-amz-storage-class',
    'x-amz-website-redirect-location',
    'x-amz-server-side-encryption',
    'x-amz-checksum-algorithm',
  ];
  if (changes.some((name) => headers.has(name))) return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

/** The copy is one object whatever its source was: its tag is the MD5 of its bytes, its checksum theirs. */
async function digestsOf(
  s3: S3State,
  version: Version,
  pieces: readonly VersionPiece[],
  asked: string | undefined,
): Promise<{ readonly etag: string; readonly checksum?: Checksum }> {
  const { checksum } = version.facts;
  const algorithm: Algorithm | undefined = asked === undefined ? checksum?.algorithm : algorithmNamed(asked);
  const known = checksum?.type === 'FULL_OBJECT' && checksum.algorithm === algorithm ? checksum : undefined;
  if (!isMultipart(version) && (algorithm === undefined || known)) {
    return known ? { etag: version.etag, checksum: known } : { etag: version.etag };
  }
  const payload = openPayload({ headers: new Map(), body: s3.blobs.read(pieces, 0, version.size - 1) }, algorithm);
  for await (const _ of payload.chunks);
  const { md5, checksum: computed } = payload.facts();
  return computed ? { etag: md5, checksum: { ...computed, type: 'FULL_OBJECT' } } : { etag: md5 };
}
