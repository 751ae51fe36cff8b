import { transaction } from '../database.ts';
import { ServiceError } from '../service.ts';
import { inBatch } from './batch.ts';
import { type MessageAttributes, md5, md5OfAttributes, requireAttributes, sizeOf } from './message-attributes.ts';
import { type Input, type Operation, type Parts, wholeOf } from './operation.ts';
import type { Queue } from './queues.ts';

const BATCH_SIZE_LIMIT = 1_048_576;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const ALLOWED = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** SendMessage: stores a message, hidden for as long as it is delayed. */
export const sendMessage: Operation = (parts, input, caller) => {
  const queue = parts.queues.byUrl(input['QueueUrl']);
  const answer = store(parts, queue, input, caller);
  parts.arrivals.announce(queue.name);
  return answer;
};

/** SendMessageBatch: up to ten messages, each of which may fail by itself. */
export const sendMessageBatch: Operation = (parts, input, caller) => {
  const queue = parts.queues.byUrl(input['QueueUrl']);
  const size = (input['Entries'] as Input[] | undefined)?.reduce((sum, entry) => sum + sizeOfEntry(entry), 0) ?? 0;
  if (size > BATCH_SIZE_LIMIT) {
    const message = `Batch requests cannot be longer than ${BATCH_SIZE_LIMIT} bytes. You have sent ${size} bytes.`;
    throw new ServiceError('BatchRequestTooLong', message);
  }
  const answer = transaction(parts.database, () => inBatch(input, (entry) => store(parts, queue, entry, caller)));
  parts.arrivals.announce(queue.name);
  return answer;
};

/** Stores a message of another service of the stack; refuses one whose queue is not there. */
export function deliver(
  parts: Parts,
  arn: string,
  body: string,
  attributes: Readonly<Record<string, string>> = {},
): void {
  const queue = parts.queues.byArn(arn);
  const typed = Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]);
  store(parts, queue, { MessageBody: body, MessageAttributes: Object.fromEntries(typed) }, 'service');
  parts.arrivals.announce(queue.name);
}

function store({ messages, clock }: Parts, queue: Queue, entry: Input, sender: string): object {
  const { settings } = queue;
  const body = entry['MessageBody'];
  if (typeof body !== 'string' || body === '') {
    throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (!ALLOWED.test(body)) {
    throw new ServiceError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 and above.',
    );
  }
  const member = ['MessageGroupId', 'MessageDeduplicationId', 'MessageSystemAttributes'].find(
    (name) => entry[name] !== undefined,
  );
  if (member !== undefined)
    throw new ServiceError('InvalidParameterValue', `The local stack has no ${member} of standard queues.`);
  const attributes = requireAttributes(entry['MessageAttributes']);
  if (Buffer.byteLength(body) + sizeOf(attributes) > settings.MaximumMessageSize) {
    const message = `One or more parameters are invalid. Reason: Message must be shorter than ${settings.MaximumMessageSize} bytes.`;
    throw new ServiceError('InvalidParameterValue', message);
  }
  const delay = wholeOf(entry, 'DelaySeconds', 0, 900, settings.DelaySeconds);
  const now = clock.now();
  const id = messages.add(queue.name, { body, attributes, sender, sent: now, visible: now + delay * 1000 });
  return { MessageId: id, MD5OfMessageBody: md5(body), MD5OfMessageAttributes: md5OfAttributes(attributes) };
}

function sizeOfEntry(entry: Input): number {
  const attributes = (entry['MessageAttributes'] ?? {}) as MessageAttributes;
  return Buffer.byteLength(String(entry['MessageBody'] ?? '')) + sizeOf(attributes);
}
