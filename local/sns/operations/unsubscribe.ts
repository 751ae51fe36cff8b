import type { Operation } from '../desk.ts';

/** Unsubscribe: a subscription that is not there is gone already. */
export const unsubscribe: Operation = ({ store }, query) => {
  store.subscriptions.remove(query.required('SubscriptionArn'));
  return undefined;
};
