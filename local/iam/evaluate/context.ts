import { keyType } from '../service-authorization.ts';

/** Values of condition keys as a request brings them. Names of keys have no case; a key that is absent is left out. */
export type RequestContext = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The same by key in lower case; a key with no value is not in it. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** Reads the values; throws for a key that AWS does not have, as no policy could ever meet it. */
export function readContext(given: RequestContext): Context {
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(given)) {
    if (keyType(key) === undefined) throw new Error(`The request context has the unknown condition key ${key}.`);
    const values = Array.isArray(value) ? value : [String(value)];
    if (values.length > 0) context.set(key.toLowerCase(), values);
  }
  return context;
}
