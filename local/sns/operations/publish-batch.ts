import { ServiceError } from '../../service.ts';
import { type Operation, topicOf } from '../desk.ts';
import { type Message, readMessage, sizeOf } from '../message.ts';
import type { Query } from '../query.ts';

const MOST_BYTES = 256 * 1024;

/** PublishBatch: up to ten messages of together 256 KB; each is taken or refused by itself. */
export const publishBatch: Operation = (desk, query) => {
  const { arn } = topicOf(desk, query.required('TopicArn'));
  const entries = query.each('PublishBatchRequestEntries');
  const ids = entries.map((entry) => entry.required('Id'));
  if (entries.length === 0) throw refusal('EmptyBatchRequest', 'The batch request has no entries.');
  if (entries.length > 10) throw refusal('TooManyEntriesInBatchRequest', 'The batch request has over 10 entries.');
  if (new Set(ids).size < ids.length) throw refusal('BatchEntryIdsNotDistinct', 'Two entries have the same Id.');
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id)))
    throw refusal('InvalidBatchEntryId', 'An Id has 1 to 80 letters, digits, dashes and underscores.');
  const read = entries.map((entry, index) => ({ Id: ids[index] ?? '', result: readEntry(entry) }));
  const taken = read.flatMap(({ Id, result }) => (result instanceof ServiceError ? [] : [{ Id, message: result }]));
  if (taken.reduce((sum, { message }) => sum + sizeOf(message), 0) > MOST_BYTES) {
    throw refusal('BatchRequestTooLong', 'The messages together are over 262144 bytes.');
  }
  const messageIds = desk.publisher.publish(
    arn,
    taken.map(({ message }) => message),
  );
  return {
    Successful: taken.map(({ Id }, index) => ({ Id, MessageId: messageIds[index] })),
    Failed: read.flatMap(({ Id, result }) =>
      result instanceof ServiceError ? [{ Id, Code: result.code, Message: result.message, SenderFault: 'true' }] : [],
    ),
  };
};

function readEntry(entry: Query): Message | ServiceError {
  try {
    return readMessage(entry);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function refusal(code: string, message: string): ServiceError {
  return new ServiceError(code, message);
}
