import { createHash } from 'node:crypto';
import { loadBucket } from '../buckets.ts';
import { type Checksum, checksumElements, checksumOfParts } from '../checksum.ts';
import { invalidRequest, noSuchUpload, S3Error } from '../errors.ts';
import { encryptionHeaders } from '../facts.ts';
import { causeOf, type Operation, xmlResponse } from '../operation.ts';
import { readDocument, type S3Request } from '../request.ts';
import { versionHeader } from '../serve.ts';
import { change, type S3State } from '../state.ts';
import { endUpload, listParts, loadUpload, type Part, type Upload } from '../uploads.ts';
import { type Version, type VersionRow, versionFromRow } from '../versions.ts';
import { recordObject } from '../writing.ts';
import { all, type Element, leaf, malformed, textOf, xmlDocument } from '../xml.ts';

const SMALLEST_PART = 5 * 1024 * 1024;

/** CompleteMultipartUpload: the parts become the object's pieces, without being read again. Said twice, it answers the same. */
export const completeMultipartUpload: Operation = async (s3, request) => {
  const { bucket: name, key, query } = request;
  const document = await readDocument({ ...request, headers: withoutChecksum(request.headers) });
  const id = query.get('uploadId') ?? '';
  const version = completedBefore(s3, name, key, id) ?? complete(s3, request, loadUpload(s3, name, key, id), document);
  const content = [
    leaf('Location', `${s3.context.endpoint}/${name}/${key.split('/').map(encodeURIComponent).join('/')}`),
    leaf('Bucket', name),
    leaf('Key', key),
    leaf('ETag', `"${version.etag}"`),
    checksumElements(version.facts.checksum),
  ];
  return xmlResponse(xmlDocument('CompleteMultipartUploadResult', ...content), {
    ...versionHeader(loadBucket(s3, name), version.id),
    ...encryptionHeaders(version.facts.encryption),
  });
};

function complete(s3: S3State, request: S3Request, upload: Upload, document: Element | undefined): Version {
  const { bucket, key, headers } = request;
  return change(s3, (made) => {
    const parts = chosenParts(listParts(s3, upload.id), document, upload);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const promised = headers.get('x-amz-mp-object-size');
    if (promised !== undefined && Number(promised) !== size) {
      throw invalidRequest(
        `The provided 'x-amz-mp-object-size' header value ${promised} does not match what was computed: ${size}`,
      );
    }
    const checksum = checksumOf(upload, parts, headers);
    const { object } = upload.facts;
    const draft = { size, etag: etagOf(parts), facts: checksum ? { ...object, checksum } : object, pieces: parts };
    const target = { bucket, key, headers, cause: causeOf(request) };
    const version = recordObject(s3, made, target, draft, 'CompleteMultipartUpload');
    endUpload(s3, made, upload);
    s3.tables.run('INSERT INTO completed (upload, version) VALUES (?, ?)', upload.id, version.sequence);
    return version;
  });
}

/** The version that this upload became, so that a client which lost the answer may ask again. */
function completedBefore(s3: S3State, bucket: string, key: string, id: string): Version | undefined {
  const sql =
    'SELECT version.* FROM completed JOIN version ON version.sequence = completed.version WHERE completed.upload = ?';
  const row = s3.tables.one<VersionRow>(sql, id);
  if (!row) return undefined;
  if (row.bucket !== bucket || row.key !== key) throw noSuchUpload(id);
  return versionFromRow(row);
}

/** The parts that the request lists, in rising order; each must be as it was uploaded, and all but the last 5 MiB or more. */
function chosenParts(stored: readonly Part[], document: Element | undefined, { facts }: Upload): readonly Part[] {
  const listed = all(document, 'Part');
  if (document?.name !== 'CompleteMultipartUpload' || listed.length === 0) throw malformed();
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  let before = 0;
  const chosen = listed.map((entry) => {
    const number = Number(textOf(entry, 'PartNumber'));
    const part = byNumber.get(number);
    const checksum = facts.checksum && textOf(entry, `Checksum${facts.checksum.algorithm.toUpperCase()}`);
    if (number <= before) {
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    }
    before = number;
    if (!part || textOf(entry, 'ETag')?.replaceAll('"', '') !== part.etag) throw invalidPart(number);
    if (checksum !== undefined && checksum !== part.checksum) throw invalidPart(number);
    return part;
  });
  const small = chosen.slice(0, -1).find(({ size }) => size < SMALLEST_PART);
  if (small) {
    const members = {
      PartNumber: String(small.number),
      ProposedSize: String(small.size),
      MinSizeAllowed: String(SMALLEST_PART),
    };
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, members);
  }
  return chosen;
}

function checksumOf(
  { facts }: Upload,
  parts: readonly Part[],
  headers: ReadonlyMap<string, string>,
): Checksum | undefined {
  if (!facts.checksum) return undefined;
  const { algorithm, type } = facts.checksum;
  const asked = headers.get('x-amz-checksum-type');
  if (asked !== undefined && asked !== type) {
    throw invalidRequest(`The upload was created with the checksum type ${type}, the request says ${asked}.`);
  }
  const values = parts.map(({ size, checksum }) => ({ size, value: checksum ?? '' }));
  const checksum = checksumOfParts(algorithm, type, values);
  const given = headers.get(`x-amz-checksum-${algorithm}`);
  if (given !== undefined && given.replace(/-\d+$/, '') !== checksum.value.replace(/-\d+$/, '')) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return checksum;
}

/** The MD5 of the parts' MD5s, and how many they are. */
function etagOf(parts: readonly Part[]): string {
  const whole = createHash('md5');
  for (const { etag } of parts) whole.update(etag, 'hex');
  return `${whole.digest('hex')}-${parts.length}`;
}

function invalidPart(number: number): S3Error {
  const message =
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
  return new S3Error('InvalidPart', message, 400, { PartNumber: String(number) });
}

/** Here `x-amz-checksum-*` speaks of the object, not of the request's body. */
function withoutChecksum(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...headers].filter(([name]) => !name.startsWith('x-amz-checksum-')));
}
