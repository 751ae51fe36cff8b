import { type Operation, topicOf } from '../desk.ts';

/** GetTopicAttributes. */
export const getTopicAttributes: Operation = (desk, query) => {
  const topic = topicOf(desk, query.required('TopicArn'));
  const confirmed = desk.store.subscriptions.all().filter(({ topicArn }) => topicArn === topic.arn).length;
  const attributes = {
    TopicArn: topic.arn,
    Owner: desk.context.account,
    DisplayName: '',
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: '0',
    SubscriptionsDeleted: '0',
    ...topic.attributes,
  };
  return { Attributes: new Map(Object.entries(attributes)) };
};
