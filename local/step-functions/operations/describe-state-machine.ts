import { text } from '../input.ts';
import { type MachineOptions, optionsShape } from '../machine-options.ts';
import { findMachine } from '../machines.ts';
import { type Operation, seconds } from '../operation.ts';

/** DescribeStateMachine. */
export const describeStateMachine: Operation = (input, { store }) => {
  const machine = findMachine(store, text(input, 'stateMachineArn'));
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    type: 'STANDARD',
    definition: store.machines.definition(machine.definition),
    roleArn: machine.role,
    creationDate: seconds(machine.created),
    ...optionsShape(JSON.parse(machine.options) as MachineOptions),
  };
};
