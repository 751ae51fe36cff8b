import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { AccessRequest } from '../access.ts';
import type { Invoked, Ports } from '../ports.ts';
import { type Caller, type Service, ServiceError, type ServiceResponse, type StackContext } from '../service.ts';
import { logAccess } from './access-log.ts';
import { LARGEST_BODY, readAtMost } from './body.ts';
import { preflight, withCors } from './cors.ts';
import { type EventParts, eventOf, userIdOf } from './event.ts';
import type { Api, Integration, Route, Stage } from './model.ts';
import { type ApiHolder, apiResources } from './resources.ts';
import { type Answer, answerOf, integrationError, refusal } from './response.ts';
import { chooseRoute } from './routes.ts';

/** A request to the HTTP API, signed or not. */
export interface ApiRequest {
  readonly method: string;
  /** As it came, still percent-encoded, without the query. */
  readonly path: string;
  /** As it came, without the question mark. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** Who signed the request; without it a route with AWS_IAM is forbidden. */
  readonly caller?: Caller;
  readonly sourceIp: string;
}

/** A response. Each of the `cookies` must be sent as a `set-cookie` header of its own, for which `headers` has no room. */
export interface ApiResponse extends ServiceResponse {
  readonly cookies: readonly string[];
}

/** API Gateway for the one HTTP API of the template, whose stage `$default` is at the root of the stack's address. */
export interface ApiGateway extends Service {
  readonly signingName: 'execute-api';
  readonly url: string;
  /** Never rejects for what a client sent or a function did: those are answers, with API Gateway's statuses and bodies. */
  serve(request: ApiRequest): Promise<ApiResponse>;
}

/** `userId` tells the unique id of a caller (STS knows it); without it the id is drawn from the caller's ARN. */
type Needed = Pick<Ports, 'invoke' | 'log'> & { readonly userId?: (caller: Caller) => string | undefined };

/** A request that has found its place. */
interface Found {
  readonly api: Api;
  readonly stage: Stage;
  readonly route: Route;
  readonly integration: Integration;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly path: string;
}

/** Opens API Gateway. It keeps nothing on disk: all that it knows comes from the template at each start. */
export function openApiGateway(context: StackContext, ports: Needed): ApiGateway {
  const holder: ApiHolder = { api: undefined };
  const serve = async (request: ApiRequest): Promise<ApiResponse> => {
    const requestId = `${randomBytes(11).toString('base64url').slice(0, 15)}=`;
    const { cors } = holder.api ?? {};
    const answer =
      preflight(cors, request.method, request.headers) ??
      withCors(cors, request.headers, await answerTo(context, ports, holder.api, request, requestId));
    const { status, headers, cookies, body } = answer;
    return { status, headers: { ...headers, 'apigw-requestid': requestId }, cookies, body };
  };
  return {
    signingName: 'execute-api',
    url: context.endpoint,
    serve,
    access: ({ method, path }) => invocationOf(context, holder.api, method, path),
    handle: (request) => serve({ ...request, query: request.query.toString(), sourceIp: '127.0.0.1' }),
    resources: apiResources(context, holder),
    close: () => {},
  };
}

async function answerTo(
  context: StackContext,
  ports: Needed,
  api: Api | undefined,
  request: ApiRequest,
  requestId: string,
): Promise<Answer> {
  if (api === undefined || api.endpointDisabled) return refusal(404, 'Not Found');
  const path = decoded(request.path);
  if (path === undefined) return refusal(400, 'Bad Request');
  const found = find(api, request.method, path);
  if (found === undefined) return refusal(404, 'Not Found');
  const started = context.clock.now();
  const parts = partsOf(context, ports, found, request, requestId, started);
  const answer = await pass(context, ports, found, request, parts);
  logAccess(found.stage.accessLog, { event: eventOf(parts), answer, started, ended: context.clock.now() }, ports);
  return answer;
}

/** What a request asks for whose route is authorized by IAM: `execute-api:Invoke`, on its path as it came. */
function invocationOf(
  { account, partition, region }: StackContext,
  api: Api | undefined,
  method: string,
  path: string,
): readonly AccessRequest[] {
  const read = decoded(path);
  const found = api === undefined || read === undefined ? undefined : find(api, method, read);
  if (api === undefined || found?.route.authorization !== 'AWS_IAM') return [];
  const { name } = found.stage;
  const rest = path.startsWith(`/${name}/`) ? path.slice(name.length + 1) : path;
  const resource = `arn:${partition}:execute-api:${region}:${account}:${api.id}/${name}/${method}${rest}`;
  return [{ action: 'execute-api:Invoke', resource }];
}

/** Takes a request that has found its route through its throttle, its authorization and its limits to the function. */
async function pass(
  context: StackContext,
  ports: Needed,
  { api, stage, route, integration }: Found,
  request: ApiRequest,
  parts: EventParts,
): Promise<Answer> {
  const refused = (answer: Answer): Answer => {
    request.body.resume();
    return answer;
  };
  if (route.authorization === 'AWS_IAM' && request.caller === undefined) return refused(refusal(403, 'Forbidden'));
  if (stage.throttle(route.routeKey)?.(parts.now) === false) return refused(refusal(429, 'Too Many Requests'));
  const body = await readAtMost(request.body, LARGEST_BODY).catch(() => null);
  if (body === null) return refused(refusal(400, 'Bad Request', 'The body broke off.'));
  if (body === undefined) return refused(refusal(413, 'Request Entity Too Large'));
  const by = { service: 'apigateway.amazonaws.com', sourceArn: routeArn(context, api, stage, route) };
  return invoke(
    context,
    (payload) => ports.invoke(integration.functionArn, payload, by),
    integration,
    JSON.stringify(eventOf({ ...parts, body })),
  );
}

/** The route as a function's permission names it: `<api>/<stage>/<METHOD>/<path of the route>`. */
function routeArn({ account, partition, region }: StackContext, api: Api, stage: Stage, { routeKey }: Route): string {
  const [method = '', path = ''] = routeKey.split(' ');
  const rest = routeKey === '$default' ? '$default' : `${method === 'ANY' ? '*' : method}${path}`;
  return `arn:${partition}:execute-api:${region}:${account}:${api.id}/${stage.name}/${rest}`;
}

/** Invokes the function and waits no longer than the integration may take; the function then goes on alone, as on AWS. */
async function invoke(
  context: StackContext,
  call: (payload: string) => Promise<Invoked>,
  integration: Integration,
  payload: string,
): Promise<Answer> {
  const { promise: late, resolve: giveUp } = Promise.withResolvers<Answer>();
  const timer = context.clock.at(context.clock.now() + integration.timeout, () =>
    giveUp(refusal(503, 'Service Unavailable', `The function took longer than ${integration.timeout} ms.`)),
  );
  try {
    return await Promise.race([late, invoked(call, payload)]);
  } finally {
    timer.cancel();
  }
}

async function invoked(call: (payload: string) => Promise<Invoked>, payload: string): Promise<Answer> {
  try {
    const result = await call(payload);
    if (result.functionError !== undefined) return integrationError(`The function failed: ${result.payload}`);
    return answerOf(result.payload);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const busy = error instanceof ServiceError && error.code === 'TooManyRequestsException';
    return busy ? refusal(503, 'Service Unavailable', reason) : integrationError(reason);
  }
}

/** A first segment that names a stage leads there, anything else to `$default`. */
function find(api: Api, method: string, path: string): Found | undefined {
  const [, first = ''] = path.split('/');
  const named = first === '$default' ? undefined : api.stages.get(first);
  const stage = named ?? api.stages.get('$default');
  if (stage === undefined) return undefined;
  const match = chooseRoute(
    api.routes.values(),
    method,
    named === undefined ? path : path.slice(first.length + 1) || '/',
  );
  const integration = match && api.integrations.get(match.route.integrationId);
  return match && integration && { api, stage, integration, path, ...match };
}

function partsOf(
  context: StackContext,
  ports: Needed,
  { api, stage, route, path, pathParameters }: Found,
  { caller, headers, method, query, sourceIp }: ApiRequest,
  requestId: string,
  now: number,
): EventParts {
  return {
    account: context.account,
    apiId: api.id,
    body: Buffer.alloc(0),
    caller: route.authorization === 'AWS_IAM' ? caller : undefined,
    domainName: new URL(context.endpoint).host,
    headers,
    method,
    now,
    path,
    pathParameters,
    query,
    requestId,
    routeKey: route.routeKey,
    sourceIp,
    stage: stage.name,
    stageVariables: stage.variables,
    traceId: `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
    userId: caller === undefined ? '' : (ports.userId?.(caller) ?? userIdOf(caller)),
  };
}

/**
 * A path as API Gateway routes it: decoded as a whole, so that `%2F` separates segments, and cut at a `?` that was encoded
 * (observed: honojs/hono issue 2156, middleapi/standard-server pull request 93). `undefined` when it cannot be decoded.
 */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path).split('?')[0];
  } catch {
    return undefined;
  }
}
