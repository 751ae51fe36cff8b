import { validateHeaderName, validateHeaderValue } from 'node:http';

/** An answer to a client before it is sent. Each of the cookies becomes a `set-cookie` header of its own. */
export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string | Buffer;
  /** Why API Gateway answered in the function's place, for the access log. */
  readonly reason?: string;
}

/** An answer of API Gateway's own, e.g. `{"message":"Not Found"}`. */
export function refusal(status: number, message: string, reason = message): Answer {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, cookies: [], body: JSON.stringify({ message }), reason };
}

/** What a client gets when the function failed or answered in a way that makes no response. */
export function integrationError(reason: string): Answer {
  return refusal(500, 'Internal Server Error', reason);
}

/** Headers that belong to the connection or are computed from the body. */
const OURS = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade'];

/**
 * Makes a response of what a function returned, by payload format 2.0: an object with a statusCode says all itself; of anything else the
 * status is 200, the type application/json, and the body what was returned (a string without its quotes).
 */
export function answerOf(payload: string): Answer {
  const returned = parsed(payload);
  if (typeof returned === 'object' && returned !== null && 'statusCode' in returned) return explicit(returned);
  const body = typeof returned === 'string' ? returned : payload;
  return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body };
}

interface Returned {
  readonly statusCode: unknown;
  readonly headers?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

function explicit({ statusCode, headers, cookies, body, isBase64Encoded }: Returned): Answer {
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599)
    return integrationError(`The statusCode ${String(statusCode)} is not valid.`);
  const text = body ?? '';
  if (typeof text !== 'string') return integrationError('The body is not a string.');
  const named = headersOf(headers ?? {});
  const list = cookies ?? [];
  if (named === undefined || !Array.isArray(list) || !list.every(isHeaderValue)) {
    return integrationError('The headers or cookies are not valid.');
  }
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...named },
    cookies: list,
    body: isBase64Encoded === true ? Buffer.from(text, 'base64') : text,
  };
}

function headersOf(headers: unknown): Record<string, string> | undefined {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return undefined;
  const entries = Object.entries(headers)
    .filter(([name, value]) => value !== null && !OURS.includes(name.toLowerCase()))
    .map(([name, value]) => [name.toLowerCase(), value] as const);
  if (!entries.every(([name, value]) => isHeaderName(name) && isHeaderValue(value))) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function isHeaderName(name: string): boolean {
  return passes(() => validateHeaderName(name));
}

function isHeaderValue(value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  return passes(() => validateHeaderValue('x', String(value)));
}

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/** A payload that is no JSON is handed on as it is, which API Gateway does too, against its documentation. */
function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
