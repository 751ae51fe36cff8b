import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './response.ts';

/** An API's CorsConfiguration, as the template has it. */
export interface Cors {
  readonly AllowCredentials?: boolean;
  readonly AllowHeaders?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowOrigins?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAge?: number;
}

/** API Gateway's own answer to a preflight request, which then reaches no route; `undefined` for any other request. */
export function preflight(cors: Cors | undefined, method: string, headers: IncomingHttpHeaders): Answer | undefined {
  const asks =
    method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
  if (cors === undefined || !asks) return undefined;
  const permission = {
    ...(cors.AllowMethods && { 'access-control-allow-methods': cors.AllowMethods.join(',') }),
    ...(cors.AllowHeaders && { 'access-control-allow-headers': cors.AllowHeaders.join(',') }),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
  };
  const origin = originHeaders(cors, headers.origin);
  return { status: 204, headers: origin && { ...origin, ...permission }, cookies: [], body: '' };
}

/** An answer with the API's CORS headers in place of the function's, which do not count once the API has a CorsConfiguration. */
export function withCors(cors: Cors | undefined, headers: IncomingHttpHeaders, answer: Answer): Answer {
  if (cors === undefined || headers.origin === undefined) return answer;
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  return { ...answer, headers: { ...Object.fromEntries(own), ...originHeaders(cors, headers.origin) } };
}

function originHeaders(cors: Cors, origin = ''): Readonly<Record<string, string>> {
  const { AllowOrigins: allowed = [], AllowCredentials: credentials, ExposeHeaders: exposed } = cors;
  const any = allowed.includes('*');
  const scheme = origin.slice(0, origin.indexOf('://') + 3);
  if (!any && !allowed.includes(origin) && !allowed.includes(`${scheme}*`)) return {};
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(any ? {} : { vary: 'origin' }),
    ...(credentials === true && { 'access-control-allow-credentials': 'true' }),
    ...(exposed && { 'access-control-expose-headers': exposed.join(',') }),
  };
}
