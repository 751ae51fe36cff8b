import { ServiceError } from '../service.ts';

/** Refuses a definition; `why` begins with the place in it. */
export function invalidDefinition(why: string): ServiceError {
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: ${why}.`);
}
