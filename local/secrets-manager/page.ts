import { ServiceError } from '../service.ts';

/** One page of a list; the token says how many came before. */
export function page<T>(
  all: readonly T[],
  token: string | undefined,
  size: number,
): { items: readonly T[]; NextToken: string | undefined } {
  const before = token === undefined ? '0' : Buffer.from(token, 'base64url').toString();
  if (!/^\d+$/.test(before)) throw new ServiceError('InvalidNextTokenException', 'The NextToken is not one of ours.');
  const start = Number(before);
  const end = start + size;
  return {
    items: all.slice(start, end),
    NextToken: end < all.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}
