import { ServiceError } from '../../service.ts';
import { object, optionalText, refuse, text } from '../input.ts';
import { type MachineOptions, readOptions } from '../machine-options.ts';
import { findMachine, keepMachine } from '../machines.ts';
import { type Operation, seconds } from '../operation.ts';

/** UpdateStateMachine: for executions that start later; those that run keep their definition and role. */
export const updateStateMachine: Operation = (input, { context, store }) => {
  refuse(input, ['publish', 'versionDescription', 'encryptionConfiguration']);
  const machine = findMachine(store, text(input, 'stateMachineArn'));
  const [definition, role] = [optionalText(input, 'definition'), optionalText(input, 'roleArn')];
  const [logging, tracing] = [object(input, 'loggingConfiguration'), object(input, 'tracingConfiguration')];
  if ([definition, role, logging, tracing].every((each) => each === undefined))
    throw new ServiceError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN or a configuration must be given.',
    );
  const before = JSON.parse(machine.options) as MachineOptions;
  const traces = tracing === undefined ? before.tracing : 'enabled' in tracing && tracing.enabled === true;
  const { updated } = keepMachine(
    store,
    {
      arn: machine.arn,
      name: machine.name,
      role: role ?? machine.role,
      text: definition ?? store.machines.definition(machine.definition),
      options: logging === undefined ? { ...before, tracing: traces } : readOptions(logging, traces),
    },
    Math.floor(context.clock.now()),
  );
  return { updateDate: seconds(updated) };
};
