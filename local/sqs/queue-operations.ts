import { isDeepStrictEqual } from 'node:util';
import { transaction } from '../database.ts';
import { ServiceError } from '../service.ts';
import { listOf, type Operation, wholeOf } from './operation.ts';
import { readSettings, requireName, writeSettings } from './settings.ts';

/** CreateQueue: makes a queue; answers an existing one if its settings are the same. */
export const createQueue: Operation = ({ queues }, input) => {
  const name = requireName(input['QueueName']);
  const settings = readSettings((input['Attributes'] ?? {}) as Record<string, unknown>);
  const existing = queues.find(name);
  if (existing === undefined) queues.put(name, settings, (input['tags'] ?? {}) as Record<string, string>);
  else if (!isDeepStrictEqual(existing.settings, settings)) {
    throw new ServiceError('QueueNameExists', `A queue named ${name} already exists with other attributes.`);
  }
  return { QueueUrl: queues.url(name) };
};

/** DeleteQueue: deletes a queue and its messages. */
export const deleteQueue: Operation = ({ arrivals, database, messages, queues }, input) => {
  const { name } = queues.byUrl(input['QueueUrl']);
  transaction(database, () => {
    messages.purge(name);
    queues.delete(name);
  });
  arrivals.announce(name);
  return {};
};

/** PurgeQueue: deletes all messages of a queue. */
export const purgeQueue: Operation = ({ messages, queues }, input) => {
  messages.purge(queues.byUrl(input['QueueUrl']).name);
  return {};
};

/** GetQueueUrl: the URL of a queue of this account. */
export const getQueueUrl: Operation = ({ queues }, input) => ({
  QueueUrl: queues.url(queues.require(String(input['QueueName'])).name),
});

/** ListQueues: URLs by name, page by page when MaxResults is given. */
export const listQueues: Operation = ({ queues }, input) => {
  const names = queues.list(String(input['QueueNamePrefix'] ?? ''));
  const after = input['NextToken'] === undefined ? '' : Buffer.from(String(input['NextToken']), 'base64url').toString();
  const rest = names.filter((name) => name > after);
  const page = rest.slice(0, wholeOf(input, 'MaxResults', 1, 1000, 1000));
  const last = page.at(-1);
  return {
    QueueUrls: page.map((name) => queues.url(name)),
    ...(last === undefined || page.length === rest.length
      ? {}
      : { NextToken: Buffer.from(last).toString('base64url') }),
  };
};

/** GetQueueAttributes: those that are named, or `All`. */
export const getQueueAttributes: Operation = ({ clock, messages, queues }, input) => {
  const queue = queues.byUrl(input['QueueUrl']);
  const now = clock.now();
  messages.expire(queue.name, now - queue.settings.MessageRetentionPeriod * 1000);
  const { visible, inFlight, delayed } = messages.count(queue.name, now);
  const all: Record<string, string> = {
    QueueArn: queues.arn(queue.name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.created / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modified / 1000)),
    ...writeSettings(queue.settings),
  };
  const wanted = listOf(input, 'AttributeNames');
  const chosen = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) };
};
