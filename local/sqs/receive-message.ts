import { transaction } from '../database.ts';
import { chooseAttributes, md5, md5OfAttributes } from './message-attributes.ts';
import type { Message } from './messages.ts';
import { type Input, listOf, type Operation, type Parts, wholeOf } from './operation.ts';
import type { Queue } from './queues.ts';

/** ReceiveMessage: the oldest messages, hidden from others for the visibility time-out; waits for one if asked to. */
export const receiveMessage: Operation = async (parts, input) => {
  const { name, settings } = parts.queues.byUrl(input['QueueUrl']);
  const wait = wholeOf(input, 'WaitTimeSeconds', 0, 20, settings.ReceiveMessageWaitTimeSeconds);
  const deadline = parts.clock.now() + wait * 1000;
  for (;;) {
    const received = receive(parts, parts.queues.require(name), input);
    const now = parts.clock.now();
    if (received.length > 0) return { Messages: received };
    if (now >= deadline || parts.arrivals.closed) return {};
    const next = parts.messages.nextVisible(name, now) ?? deadline;
    await parts.arrivals.wait(name, Math.min(next, deadline));
    if (parts.arrivals.closed) return {};
  }
};

function receive(parts: Parts, queue: Queue, input: Input): object[] {
  const { clock, database, messages } = parts;
  const { settings, name } = queue;
  const limit = wholeOf(input, 'MaxNumberOfMessages', 1, 10, 1);
  const hidden = wholeOf(input, 'VisibilityTimeout', 0, 43_200, settings.VisibilityTimeout) * 1000;
  const now = clock.now();
  if (messages.visible(name, now, 1).length === 0) return [];
  return transaction(database, () => {
    messages.expire(name, now - settings.MessageRetentionPeriod * 1000);
    buryDead(parts, queue, now);
    return messages.visible(name, now, limit).map((message) => {
      const handle = messages.receive(message.sequence, now, now + hidden);
      return describe(message, handle, now, input);
    });
  });
}

/** Moves messages that were received too often to the dead-letter queue, if that is there. */
function buryDead({ messages, queues, arrivals }: Parts, { name, settings }: Queue, now: number): void {
  const { RedrivePolicy: policy } = settings;
  const target = policy && queues.find(policy.deadLetterTargetArn.split(':')[5] ?? '');
  if (policy === undefined || target === undefined) return;
  for (const { sequence } of messages.worn(name, now, policy.maxReceiveCount)) {
    messages.move(sequence, target.name, queues.arn(name), now);
    arrivals.announce(target.name);
  }
}

function describe(message: Message, handle: string, now: number, input: Input): object {
  const attributes = chooseAttributes(message.attributes, listOf(input, 'MessageAttributeNames'));
  const wanted = [...listOf(input, 'AttributeNames'), ...listOf(input, 'MessageSystemAttributeNames')];
  const system = Object.entries(systemAttributes(message, now)).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(attributes).length === 0
      ? {}
      : { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes(attributes) }),
  };
}

function systemAttributes(message: Message, now: number): Record<string, string> {
  return {
    SenderId: message.sender,
    SentTimestamp: String(message.sent),
    ApproximateReceiveCount: String(message.receives + 1),
    ApproximateFirstReceiveTimestamp: String(message.firstReceived ?? now),
    ...(message.source === undefined ? {} : { DeadLetterQueueSourceArn: message.source }),
  };
}
