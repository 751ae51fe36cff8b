import type { ResourceHandler, StackContext } from '../service.ts';
import { ServiceError } from '../service.ts';
import { type LoggingConfiguration, readOptions } from './machine-options.ts';
import { keepMachine, machineArn } from './machines.ts';
import { checkName } from './name.ts';
import type { Store } from './store/store.ts';

const known = [
  'StateMachineName',
  'StateMachineType',
  'DefinitionString',
  'Definition',
  'RoleArn',
  'LoggingConfiguration',
  'TracingConfiguration',
  'Tags',
];

/** AWS::StepFunctions::StateMachine: made, or brought to its definition; executions that run keep theirs. */
export function machineHandler(context: StackContext, store: Store): ResourceHandler {
  return ({ logicalId, name: physicalName, properties }) => {
    const unknown = Object.keys(properties).find((property) => !known.includes(property));
    if (unknown !== undefined)
      throw refuse(`${logicalId} has the property ${unknown}, which the local stack does not have.`);
    const { StateMachineName: name = physicalName, StateMachineType: type = 'STANDARD', RoleArn: role } = properties;
    if (type !== 'STANDARD') throw refuse(`${logicalId} is of type ${type}; the local stack has STANDARD.`);
    if (typeof role !== 'string') throw refuse(`${logicalId} has no RoleArn.`);
    checkName(name);
    const { LoggingConfiguration: logging, TracingConfiguration: tracing } = properties;
    const options = readOptions(logging && loggingOf(logging), tracing?.Enabled === true);
    const arn = machineArn(context, name);
    const text = definitionOf(logicalId, properties.DefinitionString, properties.Definition);
    keepMachine(store, { arn, name, role, text, options }, Math.floor(context.clock.now()));
    return { ref: arn, attributes: { Arn: arn, Name: name } };
  };
}

function definitionOf(logicalId: string, text: unknown, definition: unknown): string {
  if (typeof text === 'string' && definition === undefined) return text;
  if (typeof definition === 'object' && text === undefined) return JSON.stringify(definition);
  throw refuse(`${logicalId} must have either a DefinitionString or a Definition.`);
}

/** CloudFormation's spelling, as the API's. */
function loggingOf({
  Level,
  IncludeExecutionData,
  Destinations = [],
}: {
  Level?: string;
  IncludeExecutionData?: boolean;
  Destinations?: readonly { CloudWatchLogsLogGroup?: { LogGroupArn?: string } }[];
}): LoggingConfiguration {
  return {
    ...(Level === undefined ? {} : { level: Level }),
    ...(IncludeExecutionData === undefined ? {} : { includeExecutionData: IncludeExecutionData }),
    destinations: Destinations.map(({ CloudWatchLogsLogGroup: group }) => ({
      cloudWatchLogsLogGroup: group?.LogGroupArn === undefined ? {} : { logGroupArn: group.LogGroupArn },
    })),
  };
}

function refuse(why: string): ServiceError {
  return new ServiceError('ValidationException', why);
}
