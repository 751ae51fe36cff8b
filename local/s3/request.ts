import type { Caller, ServiceRequest } from '../service.ts';
import { headerSafe, invalidArgument, S3Error } from './errors.ts';
import { openPayload } from './payload.ts';
import type { Element } from './xml.ts';
import { parseXml } from './xml.ts';

/** A request to S3: what its path names, and its headers. Bucket and key are empty when the path names none. */
export interface S3Request {
  readonly method: string;
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  /** Lower-case names. A presigned request's `x-amz-*` parameters are headers too. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: ServiceRequest['body'];
  readonly caller: Caller;
  /** The Region that it is signed for; absent: the stack's. */
  readonly region?: string | undefined;
  readonly requestId: string;
  readonly refusalOf?: ServiceRequest['refusalOf'];
}

const DOCUMENT_LIMIT = 4 * 1024 * 1024;
const LONGEST_KEY = 1024;
/** The signature's own parameters, and checksums that a presigner computes of a body that it cannot know. */
const NOT_HOISTED =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|sdk-.*|checksum-(?!mode).*)$/;

/** Takes a path-style request apart. The key is data: any UTF-8 up to 1,024 bytes. */
export function readRequest(request: ServiceRequest): S3Request {
  const { method, path, query, body, caller, region, requestId, refusalOf } = request;
  const [bucket, key] = splitPath(path);
  if (Buffer.byteLength(key) > LONGEST_KEY) {
    throw new S3Error('KeyTooLongError', 'Your key is too long', 400, { MaxSizeAllowed: String(LONGEST_KEY) });
  }
  const asked = { method, path, bucket, key, query, headers: headersOf(request), body, caller, region, requestId };
  return { ...asked, ...(refusalOf && { refusalOf }) };
}

/** `/bucket/key` decoded; what follows the slash after the bucket is the key, whatever it holds. */
export function splitPath(path: string): readonly [bucket: string, key: string] {
  const slash = path.indexOf('/', 1);
  try {
    return slash < 0
      ? [decodeURIComponent(path.slice(1)), '']
      : [decodeURIComponent(path.slice(1, slash)), decodeURIComponent(path.slice(slash + 1))];
  } catch (cause) {
    throw Object.assign(new S3Error('InvalidURI', "Couldn't parse the specified URI."), { cause });
  }
}

/** The version that a request names, if it does. */
export function versionIdOf({ query }: Pick<S3Request, 'query'>): string | undefined {
  const id = query.get('versionId') ?? undefined;
  if (id !== undefined && !/^[\w.-]{1,1024}$/.test(id)) {
    throw invalidArgument('versionId', id, 'Invalid version id specified');
  }
  return id;
}

/** The document in a request's body, verified like any payload; undefined when the body is empty. */
export async function readDocument(request: S3Request): Promise<Element | undefined> {
  const text = await readText(request);
  return text === '' ? undefined : parseXml(text);
}

/** A small body as text, verified like any payload. */
export async function readText(request: S3Request): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of openPayload(request).chunks) {
    size += chunk.length;
    if (size > DOCUMENT_LIMIT) {
      throw new S3Error('MaxMessageLengthExceeded', `Your request was over ${DOCUMENT_LIMIT} bytes.`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString();
}

function headersOf({ headers, query }: ServiceRequest): Map<string, string> {
  const all = new Map<string, string>();
  if (query.has('X-Amz-Signature')) {
    for (const [name, value] of query) {
      const lower = name.toLowerCase();
      if (lower.startsWith('x-amz-') && !NOT_HOISTED.test(lower)) all.set(lower, headerSafe(lower, value));
    }
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all.set(name, Array.isArray(value) ? value.join(',') : value);
  }
  return all;
}
