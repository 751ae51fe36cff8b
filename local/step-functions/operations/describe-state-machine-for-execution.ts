import { text } from '../input.ts';
import { type MachineOptions, optionsShape } from '../machine-options.ts';
import { findExecution, type Operation, seconds } from '../operation.ts';

/** DescribeStateMachineForExecution: with the definition and the role that the execution started with. */
export const describeStateMachineForExecution: Operation = (input, parts) => {
  const { machine: arn, role, definition, start } = findExecution(parts, text(input, 'executionArn'));
  const machine = parts.store.machines.find(arn);
  return {
    stateMachineArn: arn,
    name: arn.split(':').at(-1),
    definition: parts.store.machines.definition(definition),
    roleArn: role,
    updateDate: seconds(machine?.definition === definition ? machine.updated : start),
    ...(machine ? optionsShape(JSON.parse(machine.options) as MachineOptions) : {}),
  };
};
