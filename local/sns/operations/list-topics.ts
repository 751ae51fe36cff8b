import { type Operation, page } from '../desk.ts';

/** ListTopics: at most 100 at a time. */
export const listTopics: Operation = ({ store }, query) => {
  const { items, NextToken } = page(store.topics.all(), query);
  return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken };
};
