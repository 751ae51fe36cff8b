import { ServiceError } from '../service.ts';

/** A route key taken apart: `GET /pets/{id}`, `ANY /{proxy+}` or `$default`. */
export interface RoutePattern {
  /** An HTTP method, `ANY`, or `undefined` for `$default`. */
  readonly method: string | undefined;
  readonly segments: readonly string[];
}

/** A route that a request was found to take, with its path variables. */
export interface Match<Route> {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const VARIABLE = /^\{[\w.:-]+\}$/;
const GREEDY = /^\{[\w.:-]+\+\}$/;

/** Reads a route key; throws a BadRequestException for one that API Gateway would not take. */
export function parseRouteKey(routeKey: string): RoutePattern {
  if (routeKey === '$default') return { method: undefined, segments: [] };
  const [method = '', path = '', ...rest] = routeKey.split(' ');
  const segments = path.split('/').slice(1);
  const names = segments.filter((segment) => segment.startsWith('{'));
  const wellFormed =
    METHODS.includes(method) &&
    path.startsWith('/') &&
    rest.length === 0 &&
    new Set(names).size === names.length &&
    segments.every((segment, index) => wellFormedSegment(segment, index === segments.length - 1));
  if (!wellFormed) throw new ServiceError('BadRequestException', `The route key ${routeKey} is not valid.`);
  return { method, segments };
}

/**
 * Chooses the route of a request as API Gateway does: a full match first, then one by a greedy variable, then `$default`; the more literal
 * path before the other, its own method before ANY. A HEAD request takes no GET route. `path` is decoded.
 * (API Gateway Developer Guide, "Routing API requests".)
 */
export function chooseRoute<Route extends { readonly pattern: RoutePattern }>(
  routes: Iterable<Route>,
  method: string,
  path: string,
): Match<Route> | undefined {
  const segments = path.split('/').slice(1);
  const matches = [...routes]
    .filter(({ pattern }) => pattern.method === undefined || pattern.method === method || pattern.method === 'ANY')
    .flatMap((route) => {
      const pathParameters = matchPath(route.pattern, segments);
      return pathParameters === undefined ? [] : [{ route, pathParameters }];
    });
  return matches.sort((a, b) => compare(a.route.pattern, b.route.pattern))[0];
}

function wellFormedSegment(segment: string, last: boolean): boolean {
  if (GREEDY.test(segment)) return last;
  return VARIABLE.test(segment) || /^[\w.~!$&'()*+,;=:@%-]*$/.test(segment);
}

function matchPath(
  { method, segments: pattern }: RoutePattern,
  given: readonly string[],
): Record<string, string> | undefined {
  if (method === undefined) return {};
  const found: [string, string][] = [];
  for (const [index, segment] of pattern.entries()) {
    const value = GREEDY.test(segment) ? given.slice(index).join('/') : (given[index] ?? '');
    if (VARIABLE.test(segment) || GREEDY.test(segment)) {
      if (value === '') return undefined;
      found.push([segment.slice(1, GREEDY.test(segment) ? -2 : -1), value]);
    } else if (given.length <= index || value !== segment) return undefined;
  }
  const greedy = GREEDY.test(pattern.at(-1) ?? '');
  return greedy || given.length === pattern.length ? Object.fromEntries(found) : undefined;
}

/** Orders the better of two patterns that match the same request before the other. */
function compare(a: RoutePattern, b: RoutePattern): number {
  if (a.method === undefined || b.method === undefined)
    return Number(a.method === undefined) - Number(b.method === undefined);
  const differing = a.segments.findIndex((segment, index) => rank(segment) !== rank(b.segments[index]));
  if (differing >= 0) return rank(a.segments[differing]) - rank(b.segments[differing]);
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 3;
  if (GREEDY.test(segment)) return 2;
  return VARIABLE.test(segment) ? 1 : 0;
}
