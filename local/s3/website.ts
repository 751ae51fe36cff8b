import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceResponse } from '../service.ts';
import { type Bucket, findBucket } from './buckets.ts';
import { S3Error } from './errors.ts';
import { splitPath } from './request.ts';
import { serveObject } from './serve.ts';
import type { S3State } from './state.ts';
import { latestVersion, type Version } from './versions.ts';
import { escapeXml } from './xml.ts';

/** A browser's request for a page of a bucket's website. `path` is `/<bucket>/<key>`, percent-encoded, without the query. */
export interface WebsiteRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

const NO_QUERY = new URLSearchParams();

/**
 * A site is what a commit made of it, and is served beside the mailbox and the pages that approve. In a sandbox its scripts have no
 * origin: they read no other page of the stack. To its own modules, fonts and data it is then another site, hence the second header.
 */
const APART = {
  'content-security-policy': 'sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads',
  'access-control-allow-origin': '*',
  'x-content-type-options': 'nosniff',
};

/**
 * Answers as a bucket's website endpoint does (S3 User Guide, "Hosting a static website"): index documents, the error document,
 * redirects of folders. Redirects are relative, so the site may be mounted below any path.
 */
export function serveWebsite(s3: S3State, request: WebsiteRequest): ServiceResponse {
  const response = answer(s3, request);
  return { ...response, headers: { ...response.headers, ...APART } };
}

function answer(s3: S3State, request: WebsiteRequest): ServiceResponse {
  const split = splitOrNothing(request.path);
  if (!split) return page(request, 400, 'Bad Request', 'InvalidURI', "Couldn't parse the specified URI.");
  const [name, key] = split;
  const bucket = name === '' ? undefined : findBucket(s3, name);
  const website = bucket?.settings.website;
  if (!bucket || !website) {
    return page(
      request,
      404,
      'Not Found',
      'NoSuchWebsiteConfiguration',
      'There is no bucket of this name with a website configuration.',
    );
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const message = 'The specified method is not allowed against this resource.';
    return page(request, 405, 'Method Not Allowed', 'MethodNotAllowed', message, { allow: 'GET, HEAD' });
  }
  if ('redirectTo' in website) {
    const { host, protocol = 'http' } = website.redirectTo;
    return redirect(301, `${protocol}://${host}/${key.split('/').map(encodeURIComponent).join('/')}`);
  }
  if (!request.path.includes('/', 1)) return redirect(302, `./${encodeURIComponent(name)}/`);
  const index = `${key}${website.index}`;
  const found = present(s3, name, key === '' || key.endsWith('/') ? index : key);
  if (found) return serve(s3, bucket, found, request);
  if (key !== '' && !key.endsWith('/') && present(s3, name, `${key}/${website.index}`)) {
    return redirect(302, `./${encodeURIComponent(key.slice(key.lastIndexOf('/') + 1))}/`);
  }
  return missing(s3, bucket, key, website.error, request);
}

function serve(s3: S3State, bucket: Bucket, version: Version, request: WebsiteRequest): ServiceResponse {
  const location = version.facts.headers['x-amz-website-redirect-location'];
  if (location !== undefined) return redirect(301, location);
  try {
    return serveObject(s3, bucket, version, { method: request.method, headers: readHeaders(request), query: NO_QUERY });
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return page(request, error.status, 'Refused', error.code, error.message, error.headers);
  }
}

/** The error document with the status 404, or S3's own page when there is none. */
function missing(
  s3: S3State,
  bucket: Bucket,
  key: string,
  errorKey: string | undefined,
  request: WebsiteRequest,
): ServiceResponse {
  const version = errorKey === undefined ? undefined : present(s3, bucket.name, errorKey);
  if (version) {
    const whole = { method: request.method, headers: new Map<string, string>(), query: NO_QUERY };
    return { ...serveObject(s3, bucket, version, whole), status: 404 };
  }
  return page(request, 404, 'Not Found', 'NoSuchKey', `The specified key does not exist: ${key}`);
}

function present(s3: S3State, bucket: string, key: string): Version | undefined {
  const version = latestVersion(s3, bucket, key);
  return version?.marker ? undefined : version;
}

function readHeaders({ headers }: WebsiteRequest): ReadonlyMap<string, string> {
  const names = ['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
  return new Map(names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])));
}

function splitOrNothing(path: string): readonly [bucket: string, key: string] | undefined {
  try {
    return splitPath(path);
  } catch (error) {
    if (error instanceof S3Error) return undefined;
    throw error;
  }
}

function redirect(status: number, location: string): ServiceResponse {
  return { status, headers: { location, 'content-length': '0' } };
}

function page(
  { method }: WebsiteRequest,
  status: number,
  title: string,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ServiceResponse {
  const heading = `${status} ${escapeXml(title)}`;
  const items = `<ul><li>Code: ${escapeXml(code)}</li><li>Message: ${escapeXml(message)}</li></ul>`;
  const body = `<!doctype html><html><head><meta charset="utf-8"><title>${heading}</title></head><body><h1>${heading}</h1>${items}</body></html>\n`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    },
    ...(method === 'HEAD' ? {} : { body }),
  };
}
