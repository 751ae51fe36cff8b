import { type Resource, type ResourceHandler, ServiceError, type StackContext } from '../service.ts';
import { digest } from '../unique-id.ts';
import type { AccessLog } from './access-log.ts';
import type { Api, Stage } from './model.ts';
import { parseRouteKey } from './routes.ts';
import { type Throttle, tokenBucket } from './throttle.ts';

/** Where the handlers keep the one API that there is. */
export interface ApiHolder {
  api: Api | undefined;
}

/** API Gateway's quota; also what an integration has that names no time. */
const LONGEST_INTEGRATION = 30_000;

/** The handlers of AWS::ApiGatewayV2::*. They refuse every property that they would otherwise ignore. */
export function apiResources(context: StackContext, holder: ApiHolder): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::ApiGatewayV2::Api': (resource) => makeApi(context, holder, resource),
    'AWS::ApiGatewayV2::Stage': (resource) => makeStage(apiOf(holder, resource), resource),
    'AWS::ApiGatewayV2::Route': (resource) => makeRoute(apiOf(holder, resource), resource),
    'AWS::ApiGatewayV2::Integration': (resource) => makeIntegration(apiOf(holder, resource), resource),
  };
}

function makeApi(context: StackContext, holder: ApiHolder, resource: Resource): ReturnType<ResourceHandler> {
  const { logicalId, name, properties } = resource;
  const known = [
    'CorsConfiguration',
    'Description',
    'DisableExecuteApiEndpoint',
    'Name',
    'ProtocolType',
    'Tags',
    'Version',
  ];
  refuseOthers(resource, known);
  if (properties.ProtocolType !== 'HTTP')
    throw bad(`The local stack serves HTTP APIs; ${logicalId} is ${properties.ProtocolType}.`);
  const id = digest(10, name);
  if (holder.api !== undefined && holder.api.id !== id)
    throw bad(`The local stack serves one HTTP API; ${logicalId} is a second.`);
  holder.api = {
    id,
    cors: properties.CorsConfiguration,
    endpointDisabled: isTrue(properties.DisableExecuteApiEndpoint),
    stages: holder.api?.stages ?? new Map(),
    routes: holder.api?.routes ?? new Map(),
    integrations: holder.api?.integrations ?? new Map(),
  };
  return { ref: id, attributes: { ApiEndpoint: context.endpoint, ApiId: id } };
}

function makeStage(api: Api, resource: Resource): ReturnType<ResourceHandler> {
  const { logicalId, properties } = resource;
  const settings = ['AccessLogSettings', 'AutoDeploy', 'DefaultRouteSettings', 'Description', 'StageVariables', 'Tags'];
  refuseOthers(resource, ['ApiId', 'StageName', ...settings]);
  if (!isTrue(properties.AutoDeploy))
    throw bad(`The stage ${logicalId} needs AutoDeploy: the local stack has no deployments.`);
  const name: string = properties.StageName;
  const throttles = new Map<string, Throttle>();
  const bucket = throttleOf(logicalId, properties.DefaultRouteSettings ?? {});
  const stage: Stage = {
    name,
    variables: properties.StageVariables ?? {},
    accessLog: accessLogOf(api, name, logicalId, properties.AccessLogSettings),
    throttle: (routeKey) => {
      const throttle = throttles.get(routeKey) ?? bucket();
      if (throttle !== undefined) throttles.set(routeKey, throttle);
      return throttle;
    },
  };
  api.stages.set(name, stage);
  return { ref: name, attributes: {} };
}

function makeRoute(api: Api, resource: Resource): ReturnType<ResourceHandler> {
  const { logicalId, properties } = resource;
  refuseOthers(resource, ['ApiId', 'AuthorizationType', 'OperationName', 'RouteKey', 'Target']);
  const { AuthorizationType: authorization = 'NONE', RouteKey: routeKey, Target: target } = properties;
  if (authorization !== 'NONE' && authorization !== 'AWS_IAM') {
    throw bad(`The local stack authorizes by NONE and AWS_IAM; ${logicalId} has ${authorization}.`);
  }
  const integrationId = /^integrations\/(.+)$/.exec(String(target))?.[1];
  if (integrationId === undefined || !api.integrations.has(integrationId)) {
    throw bad(`The Target ${target} of ${logicalId} is no integration of its API.`);
  }
  if ((api.routes.get(routeKey)?.logicalId ?? logicalId) !== logicalId) {
    throw new ServiceError('ConflictException', `Route with key ${routeKey} already exists for this API.`, 409);
  }
  api.routes.set(routeKey, {
    logicalId,
    routeKey,
    pattern: parseRouteKey(String(routeKey)),
    authorization,
    integrationId,
  });
  return { ref: digest(7, api.id, routeKey), attributes: { RouteId: digest(7, api.id, routeKey) } };
}

function makeIntegration(api: Api, resource: Resource): ReturnType<ResourceHandler> {
  const { logicalId, name, properties } = resource;
  const known = ['ApiId', 'ConnectionType', 'Description', 'IntegrationMethod', 'IntegrationType', 'IntegrationUri'];
  refuseOthers(resource, [...known, 'PayloadFormatVersion', 'TimeoutInMillis']);
  if (properties.IntegrationType !== 'AWS_PROXY' || Number(properties.PayloadFormatVersion) !== 2) {
    throw bad(
      `${logicalId} must be of type AWS_PROXY with payload format 2.0: the local stack has no other integrations.`,
    );
  }
  if ((properties.ConnectionType ?? 'INTERNET') !== 'INTERNET') throw bad(`${logicalId} must have no VPC link.`);
  const functionArn = functionArnIn(properties.IntegrationUri);
  if (functionArn === undefined)
    throw bad(`The IntegrationUri ${properties.IntegrationUri} of ${logicalId} is no function.`);
  const timeout = Number(properties.TimeoutInMillis ?? LONGEST_INTEGRATION);
  if (!(timeout >= 50 && timeout <= LONGEST_INTEGRATION)) {
    throw bad(`TimeoutInMillis of ${logicalId} must be from 50 to ${LONGEST_INTEGRATION}, not ${timeout}.`);
  }
  const id = digest(7, name);
  api.integrations.set(id, { functionArn, timeout });
  return { ref: id, attributes: { IntegrationId: id } };
}

function apiOf({ api }: ApiHolder, { logicalId, properties }: Resource): Api {
  if (api !== undefined && api.id === properties.ApiId) return api;
  throw new ServiceError(
    'NotFoundException',
    `${logicalId} names the API ${properties.ApiId}, which is not there.`,
    404,
  );
}

/** A function's ARN, plain or in API Gateway's own form (`…:lambda:path/2015-03-31/functions/<arn>/invocations`). */
function functionArnIn(uri: unknown): string | undefined {
  const text = String(uri);
  const plain = /\/functions\/(arn:.+)\/invocations$/.exec(text)?.[1] ?? text;
  return /^arn:[^:]+:lambda:[^:]*:\d+:function:.+$/.test(plain) ? plain : undefined;
}

function throttleOf(logicalId: string, settings: Readonly<Record<string, unknown>>): () => Throttle | undefined {
  const { DetailedMetricsEnabled: _, ThrottlingBurstLimit: burst, ThrottlingRateLimit: rate, ...others } = settings;
  const other = Object.keys(others)[0];
  if (other !== undefined) throw bad(`The local stack does not know ${other} in DefaultRouteSettings of ${logicalId}.`);
  if (burst === undefined && rate === undefined) return () => undefined;
  return () => tokenBucket(Number(burst ?? rate), Number(rate ?? Number.POSITIVE_INFINITY));
}

function accessLogOf(
  api: Api,
  stage: string,
  logicalId: string,
  settings: { readonly DestinationArn?: string; readonly Format?: string } | undefined,
): AccessLog | undefined {
  if (settings === undefined) return undefined;
  const group = /^arn:[^:]+:logs:[^:]*:\d+:log-group:([^:]+)(:\*)?$/.exec(settings.DestinationArn ?? '')?.[1];
  if (group === undefined || settings.Format === undefined) {
    throw bad(`AccessLogSettings of ${logicalId} need a Format and the DestinationArn of a log group.`);
  }
  return { group, stream: `${api.id}/${stage}`, format: settings.Format };
}

function refuseOthers({ logicalId, properties, type }: Resource, known: readonly string[]): void {
  const other = Object.keys(properties).find((property) => !known.includes(property));
  if (other !== undefined) throw bad(`The local stack does not know ${other} of ${logicalId} (${type}).`);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function bad(message: string): ServiceError {
  return new ServiceError('BadRequestException', message);
}
