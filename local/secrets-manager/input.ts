import { ServiceError } from '../service.ts';

/** The members of a request, as they came. */
export type Input = Readonly<Record<string, unknown>>;

export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ServiceError('SerializationException', `${name} must be a string.`);
  return value;
}

/** As `text`, within bounds of its length. */
export function boundedText(input: Input, name: string, least: number, most: number): string | undefined {
  const value = text(input, name);
  if (value === undefined || (value.length >= least && value.length <= most)) return value;
  throw invalidParameter(`${name} must have from ${least} to ${most} characters.`);
}

export function flag(input: Input, name: string): boolean {
  const value = input[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw new ServiceError('SerializationException', `${name} must be true or false.`);
  return value;
}

export function integer(input: Input, name: string, least: number, most: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new ServiceError('SerializationException', `${name} must be a whole number.`);
  }
  if (value < least || value > most) throw invalidParameter(`${name} must be from ${least} to ${most}, not ${value}.`);
  return value;
}

export function list(input: Input, name: string): readonly unknown[] | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new ServiceError('SerializationException', `${name} must be a list.`);
  return value;
}

/** Refuses members that the local stack would have to ignore. */
export function refuse(input: Input, names: readonly string[]): void {
  const found = names.find((name) => input[name] !== undefined);
  if (found === undefined) return;
  const variable = 'AWS_ENDPOINT_URL_SECRETS_MANAGER';
  throw invalidParameter(`The local stack does not know ${found}. Set ${variable} to use another endpoint.`);
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

export function invalidRequest(message: string): ServiceError {
  return new ServiceError('InvalidRequestException', message);
}
