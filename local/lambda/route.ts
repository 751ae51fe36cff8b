import { jsonMembers } from '../access.ts';
import { readBody, ServiceError, type ServiceRequest, type ServiceResponse } from '../service.ts';
import { type Aliases, describeAlias } from './aliases.ts';
import { describeFunction, describeFunctionAndCode } from './describe-function.ts';
import { describeMapping } from './describe-mapping.ts';
import type { EventQueue } from './event-queue.ts';
import type { Functions } from './functions.ts';
import type { Granted } from './granted.ts';
import { invoke } from './invoke.ts';
import type { Mappings } from './mappings.ts';
import { calledBy, nameOf } from './name.ts';
import type { OwnFunctions } from './own-functions.ts';

interface Parts {
  readonly functions: Functions;
  readonly events: EventQueue;
  readonly mappings: Mappings;
  readonly aliases: Aliases;
  readonly granted: Granted;
  /** The policy of what is called so, as JSON text; undefined where nothing has been granted. */
  readonly policyOf: (called: string) => string | undefined;
  readonly own: OwnFunctions;
}

/** The most that CreateFunction takes: 50 MB of code, in base64. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const CODE_LIMIT = 70 * 1024 * 1024;

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
  /** What the member names: an alias, a statement. */
  readonly item: string;
} {
  const [version, collection, reference, member, item, ...others] = path.split('/').filter(Boolean).map(decode);
  if (others.length > 0 || version !== '2015-03-31') return { operation: '', reference: '', item: '' };
  if (reference === undefined) return { operation: `${method} ${collection}`, reference: '', item: '' };
  const named = withQualifier(reference, query.get('Qualifier'));
  const operation = `${method} ${collection} ${member ?? ''}${item === undefined ? '' : ' *'}`;
  return { operation, reference: named, item: item ?? '' };
}

async function answer(parts: Parts, request: ServiceRequest): Promise<ServiceResponse> {
  const { functions, mappings } = parts;
  const { operation, reference, item } = readPath(request);
  const name = () => nameOf(reference);
  if (/ (aliases|policy)( [*])?$/.test(operation)) return answerMember(parts, operation, { reference, item }, request);
  switch (operation) {
    case 'GET event-source-mappings':
      return json(listMappings(functions, mappings, request.query));
    case 'GET functions':
      return json(listFunctions(functions, request.query));
    case 'POST functions': {
      const body = await readBody(request.body, CODE_LIMIT);
      return json(describeFunction(await parts.own.create(jsonMembers({ body }))), 201);
    }
    case 'DELETE functions ':
      parts.own.remove(name());
      forgetMembers(parts, name());
      return { status: 204 };
    case 'POST functions invocations':
      return invoke(parts, calledBy(reference), request);
    case 'GET functions configuration':
      return json(describeFunction(functions.get(name())));
    case 'GET functions ':
      return json(describeFunctionAndCode(functions.get(name())));
    default:
      throw notThere(request);
  }
}

/** What a function's aliases were, and what was granted on it and them, goes with it. */
function forgetMembers({ aliases, granted }: Parts, name: string): void {
  for (const { name: alias } of aliases.list(name)) {
    aliases.remove(name, alias);
    granted.forget(`${name}:${alias}`);
  }
  granted.forget(name);
}

function notThere({ method, path }: ServiceRequest): ServiceError {
  const elsewhere = 'Set AWS_ENDPOINT_URL_LAMBDA to use another endpoint.';
  const message = `The local stack has no Lambda operation ${method} ${path}. ${elsewhere}`;
  return new ServiceError('UnknownOperationException', message, 404);
}

/** Aliases of a function, and its policy or an alias's. */
async function answerMember(
  { functions, aliases, granted, policyOf }: Parts,
  operation: string,
  { reference, item }: { reference: string; item: string },
  request: ServiceRequest,
): Promise<ServiceResponse> {
  const called = operation.includes('policy') ? calledBy(reference) : nameOf(reference);
  const { arn } = functions.get(called);
  switch (operation) {
    case 'POST functions aliases':
      return json(describeAlias(arn, aliases.create(called, await bodyOf(request))), 201);
    case 'GET functions aliases': {
      const { page, next } = pageOf(aliases.list(called), request.query);
      return json({ Aliases: page.map((alias) => describeAlias(arn, alias)), NextMarker: next });
    }
    case 'GET functions aliases *':
      return json(describeAlias(arn, aliases.get(called, item)));
    case 'PUT functions aliases *':
      return json(describeAlias(arn, aliases.update(called, item, await bodyOf(request))));
    case 'DELETE functions aliases *':
      aliases.remove(called, item);
      granted.forget(`${called}:${item}`);
      return { status: 204 };
    case 'POST functions policy': {
      const { id } = granted.add(called, await bodyOf(request));
      const { Statement } = JSON.parse(policyOf(called) ?? '{}') as { Statement: { Sid: string }[] };
      return json({ Statement: JSON.stringify(Statement.find(({ Sid }) => Sid === id)) }, 201);
    }
    case 'GET functions policy': {
      const Policy = policyOf(called);
      if (Policy === undefined)
        throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
      return json({ Policy });
    }
    case 'DELETE functions policy *':
      granted.remove(called, item);
      return { status: 204 };
    default:
      throw notThere(request);
  }
}

async function bodyOf({ body }: ServiceRequest): Promise<Readonly<Record<string, unknown>>> {
  try {
    const parsed: unknown = JSON.parse((await readBody(body)).toString() || '{}');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Answered below, with what is no object.
  }
  throw new ServiceError('InvalidRequestContentException', 'Could not parse request body into json.');
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
