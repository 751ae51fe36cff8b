import { optionalText, text } from '../input.ts';
import { findMachine } from '../machines.ts';
import { type Operation, seconds } from '../operation.ts';

/** StartExecution. Idempotent by name and input while the execution runs. */
export const startExecution: Operation = (input, { store, executions }) => {
  const stateMachineArn = text(input, 'stateMachineArn');
  findMachine(store, stateMachineArn);
  const { executionArn, startDate } = executions.start({
    stateMachineArn,
    name: optionalText(input, 'name'),
    input: optionalText(input, 'input') ?? '{}',
  });
  return { executionArn, startDate: seconds(startDate) };
};
