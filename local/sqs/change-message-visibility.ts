import { ServiceError } from '../service.ts';
import { type Operation, wholeOf } from './operation.ts';

/** ChangeMessageVisibility: hides a message that is in flight for so many seconds from now; 0 shows it at once. */
export const changeMessageVisibility: Operation = ({ arrivals, clock, messages, queues }, input) => {
  const { name } = queues.byUrl(input['QueueUrl']);
  if (input['VisibilityTimeout'] === undefined) {
    throw new ServiceError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  }
  const seconds = wholeOf(input, 'VisibilityTimeout', 0, 43_200, 0);
  const now = clock.now();
  messages.hide(name, input['ReceiptHandle'], now, now + seconds * 1000);
  arrivals.announce(name);
  return {};
};
