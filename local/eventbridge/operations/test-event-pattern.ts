import { ServiceError } from '../../service.ts';
import { type Input, type Operation, text } from '../request.ts';
import { readPattern } from '../rule.ts';

const MEMBERS = ['id', 'detail-type', 'source', 'account', 'time', 'region', 'resources'];

/** TestEventPattern: whether an event, with all members of the envelope but `detail` mandatory, matches a pattern. */
export const testEventPattern: Operation = (_desk, input) => {
  const matches = readPattern(text(input, 'EventPattern'));
  return { Result: matches(readEvent(text(input, 'Event'))) };
};

function readEvent(json: string): Input {
  let event: unknown;
  try {
    event = JSON.parse(json);
  } catch {
    throw new ServiceError('ValidationException', 'Parameter Event is not valid.');
  }
  const missing = MEMBERS.find((member) => (event as Input | null)?.[member] === undefined);
  if (missing === undefined) return event as Input;
  throw new ServiceError(
    'ValidationException',
    `Parameter Event is not valid. Reason: ${missing} is a required argument.`,
  );
}
