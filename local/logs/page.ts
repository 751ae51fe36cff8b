import { invalidParameter } from './input.ts';

/** One page of a list in the order of a key; the token is the last key of the page before. */
export function page<T>(all: readonly T[], keyOf: (item: T) => string, token: string | undefined, size: number) {
  const last = token === undefined ? undefined : Buffer.from(token, 'base64url').toString();
  const start = last === undefined ? 0 : all.findIndex((item) => keyOf(item) === last) + 1;
  if (last !== undefined && start === 0) throw invalidParameter('The specified nextToken is invalid.');
  const items = all.slice(start, start + size);
  const end = items.at(-1);
  const more = end !== undefined && start + size < all.length;
  return { items, nextToken: more ? Buffer.from(keyOf(end)).toString('base64url') : undefined };
}
