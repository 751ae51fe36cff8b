import { ServiceError } from '../service.ts';
import { type Input, invalid, optionalText } from './input.ts';

/** How many entries a page has: `maxResults`, at most 1,000; 0 or none is 100. */
export function pageSize({ maxResults }: Input): number {
  const size = maxResults ?? 0;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size > 1000)
    throw invalid('maxResults', 'must be a whole number from 0 to 1000');
  return size === 0 ? 100 : size;
}

/** Where a page begins: what the page before it ended with, or `first`. */
export function readPosition<T extends object>(input: Input, first: T): T {
  const token = optionalText(input, 'nextToken');
  if (token === undefined) return first;
  try {
    const position = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Record<string, unknown>;
    const fits = Object.entries(first).every(([name, value]) => typeof position[name] === typeof value);
    if (fits) return position as T;
  } catch {
    throw wrong();
  }
  throw wrong();
}

/** The rows of a page out of one more, and the token of the next where there is one. */
export function pageOf<T>(
  rows: readonly T[],
  size: number,
  positionOf: (row: T) => object,
): { readonly rows: readonly T[]; readonly next: { readonly nextToken?: string } } {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  if (rows.length <= size || last === undefined) return { rows: shown, next: {} };
  return { rows: shown, next: { nextToken: Buffer.from(JSON.stringify(positionOf(last))).toString('base64url') } };
}

function wrong(): ServiceError {
  return new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
}
