import { namedGroup } from '../names.ts';
import type { Operation } from '../operation.ts';

/** DeleteLogGroup: with all its streams and events. */
export const deleteLogGroup: Operation = (input, { store, context }) => {
  store.removeGroup(namedGroup(store, input, context).id);
  return {};
};
