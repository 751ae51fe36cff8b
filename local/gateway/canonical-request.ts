import type { Incoming } from './incoming.ts';

/**
 * The text that a client has signed, made anew from what came (AWS, "Create a signed request", step 1). S3 signs the path as it
 * is sent; all other services sign it normalised and encoded once more.
 */
export function canonicalRequest(
  request: Incoming,
  signedHeaders: readonly string[],
  payloadHash: string,
  service: string,
): string {
  return [
    request.method,
    service === 's3' ? encodeOnce(request.path) : encodeAgain(normalise(request.path)),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${headerValue(request.rawHeaders, name)}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
      return [encodeParameter(name), encodeParameter(value)] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function headerValue(rawHeaders: readonly string[], name: string): string {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name)
      values.push((rawHeaders[index + 1] ?? '').trim().replace(/\s+/g, ' '));
  }
  return values.join(',');
}

/** Removes empty, `.` and `..` segments; keeps a slash at the end. */
function normalise(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

const UNRESERVED = /[A-Za-z0-9\-_.~]/;

/** Brings a percent-encoded text to the one spelling that is signed, byte by byte: what need not be encoded is not, the rest is, in capitals. */
function encodeOnce(text: string): string {
  return text.replace(/%[0-9a-f]{2}|[\s\S]/gi, (found) => {
    if (found.length === 1) return found === '/' || UNRESERVED.test(found) ? found : encodeCharacter(found);
    const character = String.fromCharCode(Number.parseInt(found.slice(1), 16));
    return UNRESERVED.test(character) ? character : found.toUpperCase();
  });
}

/** A plus in a query is a space, as the services themselves read it; a slash is encoded. */
function encodeParameter(text: string): string {
  return encodeOnce(text.replaceAll('+', '%20')).replaceAll('/', '%2F');
}

function encodeAgain(path: string): string {
  return path.replace(/[\s\S]/g, (found) => (found === '/' || UNRESERVED.test(found) ? found : encodeCharacter(found)));
}

/** Node reads a request line as Latin-1: each character is one byte. */
function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
