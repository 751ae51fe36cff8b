import { ServiceError, type ServiceRequest, type ServiceResponse } from '../service.ts';
import { describeFunction, describeFunctionAndCode } from './describe-function.ts';
import { describeMapping } from './describe-mapping.ts';
import type { EventQueue } from './event-queue.ts';
import type { Functions } from './functions.ts';
import { invoke } from './invoke.ts';
import type { Mappings } from './mappings.ts';
import { nameOf } from './name.ts';

interface Parts {
  readonly functions: Functions;
  readonly events: EventQueue;
  readonly mappings: Mappings;
}

const MOST_ITEMS = 50;

/** Answers a request of Lambda's REST API, errors too. */
export async function route(parts: Parts, request: ServiceRequest): Promise<ServiceResponse> {
  try {
    return await answer(parts, request);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return json(
      { Type: 'User', Message: error.message, message: error.message, ...error.members },
      error.status,
      error.code,
    );
  }
}

/** What a path of Lambda's API asks for: method and collection, then the member when it names a function. */
export function readPath({ method, path, query }: Pick<ServiceRequest, 'method' | 'path' | 'query'>): {
  readonly operation: string;
  readonly reference: string;
} {
  const [version, collection, reference, member, ...others] = path.split('/').filter(Boolean).map(decode);
  if (others.length > 0 || version !== '2015-03-31') return { operation: '', reference: '' };
  if (reference === undefined) return { operation: `${method} ${collection}`, reference: '' };
  const named = withQualifier(reference, query.get('Qualifier'));
  return { operation: `${method} ${collection} ${member ?? ''}`, reference: named };
}

async function answer(parts: Parts, request: ServiceRequest): Promise<ServiceResponse> {
  const { functions, mappings } = parts;
  const { operation, reference } = readPath(request);
  const name = () => nameOf(reference);
  switch (operation) {
    case 'GET event-source-mappings':
      return json(listMappings(functions, mappings, request.query));
    case 'GET functions':
      return json(listFunctions(functions, request.query));
    case 'POST functions invocations':
      return invoke(parts, name(), request);
    case 'GET functions configuration':
      return json(describeFunction(functions.get(name())));
    case 'GET functions ':
      return json(describeFunctionAndCode(functions.get(name())));
    default:
      throw new ServiceError(
        'UnknownOperationException',
        `The local stack has no Lambda operation ${request.method} ${request.path}. Set AWS_ENDPOINT_URL_LAMBDA to use another endpoint.`,
        404,
      );
  }
}

function listFunctions(functions: Functions, query: URLSearchParams): object {
  const { page, next } = pageOf(functions.list(), query);
  return { Functions: page.map(describeFunction), NextMarker: next };
}

function listMappings(functions: Functions, mappings: Mappings, query: URLSearchParams): object {
  const functionName = query.get('FunctionName');
  const source = query.get('EventSourceArn');
  const wanted = mappings.list().filter(({ definition }) => {
    if (functionName !== null && definition.functionName !== nameOf(functionName)) return false;
    return source === null || definition.source === source;
  });
  const { page, next } = pageOf(wanted, query);
  const described = page.map((mapping) => describeMapping(mapping, functions.get(mapping.definition.functionName).arn));
  return { EventSourceMappings: described, NextMarker: next };
}

/** The marker of a page is where it begins. */
function pageOf<T>(all: readonly T[], query: URLSearchParams): { page: readonly T[]; next: string | undefined } {
  const begin = Number(query.get('Marker') ?? 0);
  const size = Math.min(Number(query.get('MaxItems') ?? MOST_ITEMS), MOST_ITEMS);
  if (!Number.isInteger(begin) || begin < 0 || !Number.isInteger(size) || size < 1) {
    throw new ServiceError('InvalidParameterValueException', 'Marker or MaxItems is not valid.');
  }
  const end = begin + size;
  return { page: all.slice(begin, end), next: end < all.length ? String(end) : undefined };
}

function withQualifier(reference: string, qualifier: string | null): string {
  return qualifier === null ? reference : `${reference}:${qualifier}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ServiceError('InvalidParameterValueException', `${segment} is not percent-encoded text.`);
  }
}

function json(body: object, status = 200, error?: string): ServiceResponse {
  const headers = { 'content-type': 'application/json', ...(error === undefined ? {} : { 'x-amzn-errortype': error }) };
  return { status, headers, body: JSON.stringify(body) };
}
