import { type Operation, page, topicOf } from '../desk.ts';
import type { Query } from '../query.ts';
import type { Subscription } from '../store.ts';

/** ListSubscriptions: at most 100 at a time. */
export const listSubscriptions: Operation = ({ store, context }, query) =>
  listed(store.subscriptions.all(), context.account, query);

/** ListSubscriptionsByTopic: at most 100 at a time. */
export const listSubscriptionsByTopic: Operation = (desk, query) => {
  const topic = topicOf(desk, query.required('TopicArn'));
  const subscriptions = desk.store.subscriptions.all().filter(({ topicArn }) => topicArn === topic.arn);
  return listed(subscriptions, desk.context.account, query);
};

function listed(subscriptions: readonly Subscription[], Owner: string, query: Query) {
  const { items, NextToken } = page(subscriptions, query);
  const Subscriptions = items.map(({ arn, topicArn, protocol, endpoint }) => ({
    SubscriptionArn: arn,
    Owner,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  }));
  return { Subscriptions, NextToken };
}
