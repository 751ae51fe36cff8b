import { type Operation, seconds } from '../operation.ts';
import { pageOf, pageSize, readPosition } from '../page.ts';

/** ListStateMachines, by name. */
export const listStateMachines: Operation = (input, { store }) => {
  const size = pageSize(input);
  const { name: after } = readPosition(input, { name: '' });
  const { rows, next } = pageOf(store.machines.list(after, size + 1), size, ({ name }) => ({ name }));
  const stateMachines = rows.map(({ arn, name, created }) => ({
    stateMachineArn: arn,
    name,
    type: 'STANDARD',
    creationDate: seconds(created),
  }));
  return { stateMachines, ...next };
};
