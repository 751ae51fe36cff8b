import { ServiceError } from '../service.ts';

/** Refuses a definition; `why` begins with the place in it. */
export function invalidDefinition(why: string): ServiceError {
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: ${why}.`);
}

/** A value of a definition as a message has it, however it is made. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** Whether a value is a JSON object. */
export function isObject<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
