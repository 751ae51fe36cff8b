import { type Operation, subscriptionOf } from '../desk.ts';

/** GetSubscriptionAttributes. */
export const getSubscriptionAttributes: Operation = (desk, query) => {
  const subscription = subscriptionOf(desk, query.required('SubscriptionArn'));
  const attributes = {
    SubscriptionArn: subscription.arn,
    TopicArn: subscription.topicArn,
    Owner: desk.context.account,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    PendingConfirmation: 'false',
    ConfirmationWasAuthenticated: 'true',
    RawMessageDelivery: 'false',
    ...subscription.attributes,
  };
  return { Attributes: new Map(Object.entries(attributes)) };
};
