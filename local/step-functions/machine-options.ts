import { ServiceError } from '../service.ts';

const levels = ['ALL', 'ERROR', 'FATAL', 'OFF'] as const;
export type LogLevel = (typeof levels)[number];

/** How a state machine logs. */
export interface MachineOptions {
  readonly level: LogLevel;
  readonly includeExecutionData: boolean;
  /** ARN of the log group, as it was given. */
  readonly logGroupArn?: string;
  readonly tracing: boolean;
}

/** What the API calls loggingConfiguration; CloudFormation writes the same with capitals. */
export interface LoggingConfiguration {
  readonly level?: string;
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string } }[];
}

/** Reads how a machine is to log; refuses what cannot be. */
export function readOptions(logging: LoggingConfiguration | undefined, tracing: boolean): MachineOptions {
  const level = levels.find((each) => each === (logging?.level ?? 'OFF'));
  if (!level) throw invalid(`level ${logging?.level} is none of ${levels.join(', ')}`);
  const destinations = logging?.destinations ?? [];
  const logGroupArn = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  if (destinations.length > 1) throw invalid('there may be one destination');
  if (level !== 'OFF' && !logGroupArn?.includes(':log-group:')) throw invalid(`level ${level} needs a log group`);
  const includeExecutionData = logging?.includeExecutionData ?? false;
  return { level, includeExecutionData, tracing, ...(logGroupArn === undefined ? {} : { logGroupArn }) };
}

/** The options in DescribeStateMachine's shape. */
export function optionsShape({ level, includeExecutionData, logGroupArn, tracing }: MachineOptions): object {
  const destinations = logGroupArn === undefined ? [] : [{ cloudWatchLogsLogGroup: { logGroupArn } }];
  return {
    loggingConfiguration: { level, includeExecutionData, destinations },
    tracingConfiguration: { enabled: tracing },
  };
}

function invalid(why: string): ServiceError {
  return new ServiceError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${why}.`);
}
