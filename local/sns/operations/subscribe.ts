import type { Operation } from '../desk.ts';
import { putSubscription } from '../subscriptions.ts';

/** Subscribe: confirmed at once. */
export const subscribe: Operation = (desk, query) => {
  const subscription = putSubscription(desk, {
    topicArn: query.required('TopicArn'),
    protocol: query.required('Protocol'),
    endpoint: query.required('Endpoint'),
    attributes: query.map('Attributes'),
    fromTemplate: false,
  });
  return { SubscriptionArn: subscription.arn };
};
