import { ServiceError } from '../service.ts';

/** The members of a request, as they came. */
export type Input = Readonly<Record<string, unknown>>;

export function text(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new ServiceError('SerializationException', `${name} must be a string.`);
}

export function number(input: Input, name: string): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'number') return value;
  throw new ServiceError('SerializationException', `${name} must be a number.`);
}

export function flag(input: Input, name: string): boolean | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw new ServiceError('SerializationException', `${name} must be true or false.`);
}

export function list(input: Input, name: string): readonly unknown[] | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || Array.isArray(value)) return value;
  throw new ServiceError('SerializationException', `${name} must be a list.`);
}

/** How many to answer with: from 1 to `most`, `most` when nothing is asked. */
export function limit(input: Input, most: number): number {
  const value = number(input, 'limit') ?? most;
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw invalidParameter(`limit must be a whole number from 1 to ${most}, not ${value}.`);
}

/** Refuses members that the local stack would have to ignore. */
export function refuse(input: Input, names: readonly string[]): void {
  const found = names.find((name) => input[name] !== undefined && input[name] !== null && input[name] !== false);
  if (found === undefined) return;
  const variable = 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS';
  throw invalidParameter(`The local stack does not know ${found}. Set ${variable} to use another endpoint.`);
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}
