import { invalid } from './properties.ts';

/** An event pattern: a record matches if it has every member, and at each leaf one of the alternatives holds. */
export type Pattern = { readonly [key: string]: Pattern | readonly Alternative[] };

type Alternative = string | number | boolean | null | { readonly exists: boolean } | { readonly prefix: string };

/** Reads the JSON text of a filter; refuses comparisons that the local stack does not have, which are all but values, `exists` and `prefix`. */
export function readPattern(logicalId: string, text: string): Pattern {
  const pattern: unknown = JSON.parse(text);
  if (!isObject(pattern)) throw invalid(logicalId, `The filter ${text} is not a JSON object.`);
  check(logicalId, pattern);
  return pattern as Pattern;
}

/** Whether a record passes one of the filters; without filters, every record does. https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
export function passes(filters: readonly Pattern[], record: object): boolean {
  return filters.length === 0 || filters.some((pattern) => matches(pattern, record));
}

function matches(pattern: Pattern, value: unknown): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    const found = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (Array.isArray(expected)) return expected.some((alternative) => holds(alternative, found));
    return matches(expected as Pattern, found);
  });
}

/** Of an array in the record, one element is enough. `exists` is for leaves only. */
function holds(alternative: Alternative, found: unknown): boolean {
  if (isObject(alternative) && 'exists' in alternative) return alternative.exists === isLeaf(found);
  const values = Array.isArray(found) ? found : [found];
  if (isObject(alternative) && 'prefix' in alternative) {
    const { prefix } = alternative;
    return values.some((value) => typeof value === 'string' && value.startsWith(prefix));
  }
  return values.some((value) => value === alternative);
}

function check(logicalId: string, pattern: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(pattern)) {
    if (key.startsWith('$')) throw invalid(logicalId, `The local stack has no ${key} in filters.`);
    if (isObject(value)) check(logicalId, value);
    else if (!Array.isArray(value)) throw invalid(logicalId, `The filter's ${key} must be a list or an object.`);
    else for (const alternative of value) checkAlternative(logicalId, alternative);
  }
}

function checkAlternative(logicalId: string, alternative: unknown): void {
  if (alternative === null || ['string', 'number', 'boolean'].includes(typeof alternative)) return;
  const [name = '', ...others] = isObject(alternative) ? Object.keys(alternative) : [];
  const value = isObject(alternative) ? alternative[name] : undefined;
  if (others.length === 0 && name === 'exists' && typeof value === 'boolean') return;
  if (others.length === 0 && name === 'prefix' && typeof value === 'string') return;
  throw invalid(logicalId, `The local stack has no filter ${JSON.stringify(alternative)}.`);
}

function isLeaf(value: unknown): boolean {
  return value !== undefined && !isObject(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
