import { preconditionFailed, S3Error } from './errors.ts';
import type { Version } from './versions.ts';

type Headers = ReadonlyMap<string, string>;

/** Whether an entity tag list of a header names that tag. */
function namesEtag(list: string, etag: string): boolean {
  return list.split(',').some((entry) => {
    const tag = entry
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return tag === '*' || tag === etag;
  });
}

/** Refuses a write whose If-None-Match or If-Match does not hold of the key's newest version. */
export function checkWrite(headers: Headers, newest: Version | undefined, key: string): void {
  const there = newest && !newest.marker ? newest : undefined;
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined) {
    if (noneMatch.trim() !== '*') {
      const message =
        'A header you provided implies functionality that is not implemented: If-None-Match takes only *.';
      throw new S3Error('NotImplemented', message, 501, { Header: 'If-None-Match' });
    }
    if (there) throw preconditionFailed('If-None-Match');
  }
  const match = headers.get('if-match');
  if (match === undefined) return;
  if (!there) throw new S3Error('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  if (!namesEtag(match, there.etag)) throw preconditionFailed('If-Match');
}

/** What the conditions of a read come to, in the order of RFC 9110 section 13.2.2: false when the reader has it already (304). */
export function isWanted(headers: Headers, version: Pick<Version, 'etag' | 'modified'>, prefix = ''): boolean {
  const modified = Math.floor(version.modified / 1000) * 1000;
  const match = headers.get(`${prefix}if-match`);
  const unmodifiedSince = timeIn(headers.get(`${prefix}if-unmodified-since`));
  if (match !== undefined) {
    if (!namesEtag(match, version.etag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const noneMatch = headers.get(`${prefix}if-none-match`);
  if (noneMatch !== undefined) return !namesEtag(noneMatch, version.etag);
  const modifiedSince = timeIn(headers.get(`${prefix}if-modified-since`));
  return modifiedSince === undefined || modified > modifiedSince;
}

/** The conditions on the source of a copy: what a reader would have already is refused. */
export function checkCopySource(headers: Headers, version: Version): void {
  if (!isWanted(headers, version, 'x-amz-copy-source-')) throw preconditionFailed('x-amz-copy-source-If-None-Match');
}

function timeIn(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : time;
}
