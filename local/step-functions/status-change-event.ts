import type { BusEvent } from '../ports.ts';
import type { ExecutionRow } from './store.ts';

/** The event that Step Functions puts on the default bus when an execution's status changes (developer guide, EventBridge). */
export function statusChangeEvent({
  arn,
  machine,
  name,
  status,
  start,
  stop,
  input,
  output,
  error,
  cause,
}: ExecutionRow): BusEvent {
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: machine,
      name,
      status,
      startDate: start,
      stopDate: stop,
      input,
      inputDetails: { included: true },
      output,
      outputDetails: output === null ? null : { included: true },
      error,
      cause,
    },
  };
}
