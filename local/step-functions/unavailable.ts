import { ServiceError } from '../service.ts';

/** Says that an execution, or all of them, do not go on at the moment; clients of AWS try again. */
export function unavailable(): ServiceError {
  return new ServiceError('ServiceUnavailable', 'The execution does not go on at the moment. Try again.', 503);
}
