import { namedGroup } from '../names.ts';
import type { Operation } from '../operation.ts';

/** DeleteRetentionPolicy: events are kept for ever. */
export const deleteRetentionPolicy: Operation = (input, { store, context }) => {
  store.changeGroup(namedGroup(store, input, context).id, { retention: null });
  return {};
};
