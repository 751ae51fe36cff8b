import { type Desk, ELSEWHERE, invalid } from './desk.ts';
import type { Topic } from './store.ts';

/** Attributes that are kept; encryption at rest and tracing have no effect here. */
const ATTRIBUTES = ['DisplayName', 'Policy', 'KmsMasterKeyId', 'TracingConfig', 'SignatureVersion'];

/** A name's ARN. */
export function topicArn({ context: { partition, region, account } }: Desk, name: string): string {
  return `arn:${partition}:sns:${region}:${account}:${name}`;
}

/** Makes a topic, or brings it to these attributes. */
export function putTopic(desk: Desk, name: string, given: Omit<Topic, 'arn'>): Topic {
  if (!/^[\w-]{1,256}$/.test(name)) {
    throw invalid(
      `Topic Name ${name}: it takes letters, digits, dashes and underscores; the local stack has no FIFO topics. ${ELSEWHERE}`,
    );
  }
  checkAttributes(given.attributes);
  const topic = { arn: topicArn(desk, name), ...given };
  desk.store.topics.save(topic);
  return topic;
}

/** Refuses attributes of a topic that would be ignored. */
export function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(attributes).find((name) => !ATTRIBUTES.includes(name));
  if (unknown !== undefined)
    throw invalid(`AttributeName Reason: the local stack has no ${unknown} of a topic. ${ELSEWHERE}`);
}

/** Removes a topic with its subscriptions. */
export function removeTopic({ store }: Desk, arn: string): void {
  for (const subscription of store.subscriptions.all()) {
    if (subscription.topicArn === arn) store.subscriptions.remove(subscription.arn);
  }
  store.topics.remove(arn);
}
