import type { ResourceHandler, StackContext } from '../service.ts';
import { ServiceError } from '../service.ts';
import { readDefinition } from './definition.ts';
import type { Store } from './store.ts';

const known = [
  'StateMachineName',
  'StateMachineType',
  'DefinitionString',
  'Definition',
  'RoleArn',
  'LoggingConfiguration',
  'TracingConfiguration',
  'Tags',
  'EncryptionConfiguration',
];

/** AWS::StepFunctions::StateMachine: made, or brought to its definition; executions that run keep theirs. */
export function machineHandler({ partition, region, account, clock }: StackContext, store: Store): ResourceHandler {
  return ({ logicalId, name, properties }) => {
    const unknown = Object.keys(properties).find((property) => !known.includes(property));
    if (unknown)
      throw new ServiceError(
        'ValidationError',
        `${logicalId} has the property ${unknown}, which the local stack does not have.`,
      );
    const {
      StateMachineType = 'STANDARD',
      StateMachineName = name,
      DefinitionString,
      Definition,
      RoleArn = '',
    } = properties;
    if (StateMachineType !== 'STANDARD')
      throw new ServiceError(
        'ValidationError',
        `${logicalId} is of type ${StateMachineType}; the local stack has STANDARD.`,
      );
    const text = typeof DefinitionString === 'string' ? DefinitionString : JSON.stringify(Definition);
    const arn = `arn:${partition}:states:${region}:${account}:stateMachine:${StateMachineName}`;
    putMachine(store, {
      arn,
      name: StateMachineName,
      role: RoleArn,
      text,
      logging: JSON.stringify(properties.LoggingConfiguration ?? {}),
      now: clock.now(),
    });
    return { ref: arn, attributes: { Arn: arn, Name: StateMachineName } };
  };
}

/** Keeps a machine; a definition that has not changed keeps its place. */
export function putMachine(
  store: Store,
  given: { arn: string; name: string; role: string; text: string; logging: string; now: number },
): void {
  readDefinition(given.text);
  const before = store.machine(given.arn);
  store.commit(() => {
    const same = before && store.definition(before.definition) === given.text;
    const definition = same ? before.definition : store.addDefinition(given.text);
    store.putMachine({
      arn: given.arn,
      name: given.name,
      role: given.role,
      definition,
      created: before?.created ?? given.now,
      logging: given.logging,
    });
  });
}
