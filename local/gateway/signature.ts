import type { Incoming } from './incoming.ts';
import { SignatureRefusal } from './signature-refusal.ts';

/** What a request says of its own signature (AWS Signature Version 4). */
export interface Signature {
  readonly accessKeyId: string;
  readonly scope: { readonly date: string; readonly region: string; readonly service: string };
  /** As it was signed, `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  readonly time: number;
  readonly signedHeaders: readonly string[];
  readonly value: string;
  readonly token?: string;
  /** Milliseconds that a presigned URL is valid for; absent when the signature is in the header. */
  readonly validFor?: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const LONGEST_URL = 604_800;

/** The signature of a request, from its Authorization header or its query. Undefined when it bears none; refuses a malformed one. */
export function readSignature({ headers, query }: Incoming): Signature | undefined {
  const parameters = new URLSearchParams(query);
  const authorization = headers.authorization?.startsWith('AWS4-') ? headers.authorization : undefined;
  const presigned = parameters.has('X-Amz-Signature') || parameters.has('X-Amz-Credential');
  if (authorization !== undefined && presigned) {
    throw new SignatureRefusal(
      'Incomplete',
      'Only one auth mechanism allowed: a signature in the header or in the query.',
    );
  }
  if (authorization !== undefined) return fromHeader(authorization, headers);
  return presigned ? fromQuery(parameters) : undefined;
}

/** The service that a request claims to be signed for, however malformed its signature is: tells which protocol to refuse it in. */
export function claimedService({ headers, query }: Incoming): string | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? new URLSearchParams(query).get('X-Amz-Credential');
  return credential?.split('/').at(-2);
}

function fromHeader(authorization: string, headers: Incoming['headers']): Signature {
  const space = authorization.indexOf(' ');
  checkAlgorithm(space < 0 ? authorization : authorization.slice(0, space));
  const parts = new Map(
    (space < 0 ? '' : authorization.slice(space + 1)).split(',').map((part) => {
      const [name = '', ...value] = part.trim().split('=');
      return [name, value.join('=')] as const;
    }),
  );
  const timestamp = single(headers['x-amz-date']) ?? headers.date;
  const token = single(headers['x-amz-security-token']);
  return build((name) => parts.get(name), timestamp, token);
}

function fromQuery(parameters: URLSearchParams): Signature {
  const get = (name: string) => parameters.get(name) ?? undefined;
  checkAlgorithm(get('X-Amz-Algorithm') ?? '');
  const seconds = Number(get('X-Amz-Expires'));
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_URL) {
    throw new SignatureRefusal('Incomplete', `X-Amz-Expires must be a number of seconds from 1 to ${LONGEST_URL}.`);
  }
  const signature = build((name) => get(`X-Amz-${name}`), get('X-Amz-Date'), get('X-Amz-Security-Token'));
  return { ...signature, validFor: seconds * 1000 };
}

function build(part: (name: string) => string | undefined, timestamp?: string, token?: string): Signature {
  const [credential, signedHeaders, value] = ['Credential', 'SignedHeaders', 'Signature'].map((name) => {
    const found = part(name);
    if (!found) throw new SignatureRefusal('Incomplete', `The signature requires '${name}'.`);
    return found;
  }) as [string, string, string];
  const { accessKeyId, ...scope } = readCredential(credential);
  const time = readTimestamp(timestamp);
  if (timestamp === undefined || !timestamp.startsWith(scope.date)) {
    throw new SignatureRefusal(
      'Incomplete',
      `Date in Credential scope does not match YYYYMMDD of the signature's date.`,
    );
  }
  const names = signedHeaders.split(';');
  if (!names.includes('host')) throw new SignatureRefusal('Incomplete', `'Host' must be a signed header.`);
  return {
    accessKeyId,
    scope,
    timestamp,
    time,
    signedHeaders: names,
    value,
    ...(token === undefined ? {} : { token }),
  };
}

function readCredential(credential: string): Signature['scope'] & { accessKeyId: string } {
  const match = /^([\w]{4,128})\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request$/.exec(credential);
  const [, accessKeyId = '', date = '', region = '', service = ''] = match ?? [];
  if (match === null) {
    const form = '<access key>/<YYYYMMDD>/<region>/<service>/aws4_request';
    throw new SignatureRefusal('Incomplete', `Credential must have the form ${form}.`);
  }
  return { accessKeyId, date, region, service };
}

function readTimestamp(timestamp: string | undefined): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp ?? '');
  const [, year, month, day, hour, minute, second] = match ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time)) throw new SignatureRefusal('Incomplete', `X-Amz-Date must have the form YYYYMMDDTHHMMSSZ.`);
  return time;
}

function checkAlgorithm(algorithm: string): void {
  if (algorithm === ALGORITHM) return;
  throw new SignatureRefusal('Incomplete', `The local stack verifies ${ALGORITHM}, not '${algorithm}'.`);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
