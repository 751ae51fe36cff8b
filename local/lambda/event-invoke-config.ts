import type { Resource } from '../service.ts';
import { requireDestination } from './destinations.ts';
import { nameOf } from './name.ts';
import { invalid, refuseOthers, whole } from './properties.ts';

/** How a function's asynchronous invocations are retried, for how long (milliseconds), and where their outcome goes. */
export interface EventInvokeConfig {
  readonly retries: number;
  readonly maximumAge: number;
  readonly onFailure?: string;
  readonly onSuccess?: string;
}

/** What holds without an AWS::Lambda::EventInvokeConfig. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export const DEFAULT_EVENT_INVOKE_CONFIG: EventInvokeConfig = { retries: 2, maximumAge: 6 * 3_600_000 };

const KNOWN = ['FunctionName', 'Qualifier', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'];
const SERVICES = ['sqs', 'sns', 'lambda', 's3'];

/** Reads an AWS::Lambda::EventInvokeConfig. */
export function readEventInvokeConfig(resource: Resource): { functionName: string; config: EventInvokeConfig } {
  refuseOthers(resource, KNOWN);
  const { logicalId, properties } = resource;
  const qualifier = properties.Qualifier ?? '$LATEST';
  if (qualifier !== '$LATEST') throw invalid(logicalId, `The local stack has no version or alias ${qualifier}.`);
  const onFailure = properties.DestinationConfig?.OnFailure?.Destination;
  const onSuccess = properties.DestinationConfig?.OnSuccess?.Destination;
  return {
    functionName: nameOf(String(properties.FunctionName)),
    config: {
      retries: whole(resource, 'MaximumRetryAttempts', 0, 2, 2),
      maximumAge: whole(resource, 'MaximumEventAgeInSeconds', 60, 21_600, 21_600) * 1000,
      ...(onFailure === undefined ? {} : { onFailure: requireDestination(logicalId, onFailure, SERVICES) }),
      ...(onSuccess === undefined ? {} : { onSuccess: requireDestination(logicalId, onSuccess, SERVICES) }),
    },
  };
}
