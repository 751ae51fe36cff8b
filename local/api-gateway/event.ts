import type { IncomingHttpHeaders } from 'node:http';
import type {
  APIGatewayEventRequestContextIAMAuthorizer,
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
} from 'aws-lambda';
import type { Caller } from '../service.ts';
import { uniqueId } from '../unique-id.ts';
import { bodyOf } from './body.ts';

type RequestContext = APIGatewayEventRequestContextV2 & {
  readonly authorizer?: APIGatewayEventRequestContextIAMAuthorizer;
};

/** An event of payload format 2.0; `authorizer` is there on routes with AWS_IAM. */
export type HttpEvent = APIGatewayProxyEventV2WithRequestContext<RequestContext>;

/** All that an event is made of. */
export interface EventParts {
  readonly account: string;
  readonly apiId: string;
  readonly body: Buffer;
  /** Set when the route asks for it. */
  readonly caller: Caller | undefined;
  readonly domainName: string;
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly now: number;
  /** Decoded, as API Gateway hands it over (its `rawPath` is not raw). */
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly query: string;
  readonly requestId: string;
  readonly routeKey: string;
  readonly sourceIp: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly traceId: string;
  /** The caller's unique id. */
  readonly userId: string;
}

const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Makes the event that a function gets (API Gateway Developer Guide, "Payload format structure", 2.0). Members without content are left out, as AWS leaves them out. */
export function eventOf(parts: EventParts): HttpEvent {
  const { account, apiId, caller, domainName, headers, method, now, path, requestId, routeKey, stage } = parts;
  const { cookie } = headers;
  const query = queryOf(parts.query);
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: parts.query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(';').map((pair) => pair.trim()) }),
    headers: headersOf(parts),
    ...unlessEmpty('queryStringParameters', query),
    requestContext: {
      accountId: account,
      apiId,
      ...(caller === undefined ? {} : { authorizer: { iam: identityOf(caller, parts.userId) } }),
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: parts.sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey,
      stage,
      time: clfTime(now),
      timeEpoch: now,
    },
    ...unlessEmpty('pathParameters', parts.pathParameters),
    ...unlessEmpty('stageVariables', parts.stageVariables),
    ...bodyOf(parts.body, headers['content-type']),
  };
}

/** A time in Common Log Format, UTC: `12/Mar/2020:19:03:58 +0000`. */
export function clfTime(time: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}

function identityOf(
  { arn, account, accessKeyId }: Caller,
  userId: string,
): APIGatewayEventRequestContextIAMAuthorizer['iam'] {
  return {
    accessKey: accessKeyId,
    accountId: account,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null as unknown as string,
    userArn: arn,
    userId,
  };
}

/** The unique id of a caller: the root user's is its account's, a role session's `<role id>:<session name>`. A session's ARN has no path, so the role is taken to have none. */
export function userIdOf({ arn, account }: Caller): string {
  const [, partition, , , , resource = ''] = arn.split(':');
  const [kind, name = '', session = ''] = resource.split('/');
  if (kind === 'root') return account;
  if (kind !== 'assumed-role') return uniqueId('AIDA', arn);
  return `${uniqueId('AROA', `arn:${partition}:iam::${account}:role/${name}`)}:${session}`;
}

function headersOf({ body, domainName, headers, sourceIp, traceId }: EventParts): Record<string, string> {
  const forwarded = headers['x-forwarded-for'];
  const given = Object.entries(headers)
    .filter(([name, value]) => name !== 'cookie' && value !== undefined && !HOP_BY_HOP.includes(name))
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]);
  return {
    'content-length': String(body.length),
    ...Object.fromEntries(given),
    host: headers.host ?? domainName,
    'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? traceId,
    'x-forwarded-for': forwarded === undefined ? sourceIp : `${String(forwarded)}, ${sourceIp}`,
    'x-forwarded-port': domainName.split(':')[1] ?? '80',
    'x-forwarded-proto': 'http',
  };
}

function queryOf(raw: string): Record<string, string> {
  const parameters = new URLSearchParams(raw);
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]));
}

function unlessEmpty<Name extends string>(
  name: Name,
  value: Readonly<Record<string, string>>,
): { [key in Name]?: Record<string, string> } {
  return Object.keys(value).length === 0
    ? {}
    : ({ [name]: { ...value } } as { [key in Name]?: Record<string, string> });
}
