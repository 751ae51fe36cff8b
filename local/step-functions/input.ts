import { ServiceError } from '../service.ts';

/** A request's members, as a client sent them. */
export type Input = Readonly<Record<string, unknown>>;

/** A string that must be there. */
export function text(input: Input, name: string, most = Number.POSITIVE_INFINITY): string {
  const value = optionalText(input, name, most);
  if (value === undefined) throw invalid(name, 'must be given');
  return value;
}

/** A string of at most `most` characters, if it is there. */
export function optionalText(input: Input, name: string, most = Number.POSITIVE_INFINITY): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalid(name, 'must be a string');
  if (value.length > most) throw invalid(name, `must have at most ${most} characters`);
  return value;
}

export function flag(input: Input, name: string, otherwise: boolean): boolean {
  const value = input[name] ?? otherwise;
  if (typeof value !== 'boolean') throw invalid(name, 'must be true or false');
  return value;
}

export function object(input: Input, name: string): object | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== 'object') throw invalid(name, 'must be an object');
  return value;
}

/** Refuses members that the local stack would ignore although they change what happens. */
export function refuse(input: Input, names: readonly string[]): void {
  const given = names.find((name) => input[name] !== undefined && input[name] !== null && input[name] !== false);
  if (given !== undefined)
    throw invalid(given, 'is not there in the local stack. Set AWS_ENDPOINT_URL_SFN to use another endpoint');
}

export function invalid(name: string, why: string): ServiceError {
  return new ServiceError('ValidationException', `1 validation error detected: '${name}' ${why}.`);
}
