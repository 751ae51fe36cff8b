import { invalid, type Operation, topicOf } from '../desk.ts';

/** ConfirmSubscription: no subscription waits for it here, so no token is valid. */
export const confirmSubscription: Operation = (desk, query) => {
  topicOf(desk, query.required('TopicArn'));
  query.required('Token');
  throw invalid('Token: the local stack confirms subscriptions at once and gives out no tokens');
};
