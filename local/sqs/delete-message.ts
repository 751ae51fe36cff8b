import { transaction } from '../database.ts';
import { inBatch } from './batch.ts';
import type { Operation } from './operation.ts';

/** DeleteMessage: deletes a message by the handle of its last receive. */
export const deleteMessage: Operation = ({ messages, queues }, input) => {
  messages.delete(queues.byUrl(input['QueueUrl']).name, input['ReceiptHandle']);
  return {};
};

/** DeleteMessageBatch: up to ten at once. */
export const deleteMessageBatch: Operation = ({ database, messages, queues }, input) => {
  const { name } = queues.byUrl(input['QueueUrl']);
  return transaction(database, () =>
    inBatch(input, (entry) => {
      messages.delete(name, entry['ReceiptHandle']);
      return {};
    }),
  );
};
