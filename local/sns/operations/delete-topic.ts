import type { Operation } from '../desk.ts';
import { removeTopic } from '../topics.ts';

/** DeleteTopic: with its subscriptions; a topic that is not there is deleted already. */
export const deleteTopic: Operation = (desk, query) => {
  removeTopic(desk, query.required('TopicArn'));
  return undefined;
};
