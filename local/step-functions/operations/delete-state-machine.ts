import { text } from '../input.ts';
import type { Operation } from '../operation.ts';

/** DeleteStateMachine: nothing starts any more; what runs goes on. Deleting what is not there is no error, as on AWS. */
export const deleteStateMachine: Operation = (input, { store }) => {
  store.machines.remove(text(input, 'stateMachineArn'));
  return {};
};
