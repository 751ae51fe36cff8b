import { ServiceError } from '../../service.ts';
import { object, optionalText, refuse, text } from '../input.ts';
import { readOptions } from '../machine-options.ts';
import { isAs, keepMachine, machineArn } from '../machines.ts';
import { checkName } from '../name.ts';
import { type Operation, seconds } from '../operation.ts';

/** CreateStateMachine. Idempotent: the same machine twice is one. */
export const createStateMachine: Operation = (input, { context, store }) => {
  refuse(input, ['publish', 'versionDescription', 'encryptionConfiguration']);
  const name = text(input, 'name');
  checkName(name);
  const type = optionalText(input, 'type') ?? 'STANDARD';
  if (type !== 'STANDARD')
    throw new ServiceError(
      'StateMachineTypeNotSupported',
      `The local stack has state machines of type STANDARD, not ${type}.`,
    );
  const tracing = object(input, 'tracingConfiguration');
  const given = {
    arn: machineArn(context, name),
    name,
    role: text(input, 'roleArn'),
    text: text(input, 'definition'),
    options: readOptions(
      object(input, 'loggingConfiguration'),
      tracing !== undefined && 'enabled' in tracing && tracing.enabled === true,
    ),
  };
  const before = store.machines.find(given.arn);
  if (before && !isAs(store, before, given))
    throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${given.arn}'`);
  const { created } = keepMachine(store, given, Math.floor(context.clock.now()));
  return { stateMachineArn: given.arn, creationDate: seconds(created) };
};
