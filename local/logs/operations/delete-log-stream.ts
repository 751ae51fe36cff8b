import { namedGroup, namedStream } from '../names.ts';
import type { Operation } from '../operation.ts';

/** DeleteLogStream: with all its events. */
export const deleteLogStream: Operation = (input, { store, context }) => {
  store.removeStream(namedStream(store, namedGroup(store, input, context), input).id);
  return {};
};
