import type { BusEvent } from '../ports.ts';
import type { ExecutionRow } from './store/executions.ts';

/** Bytes of input and output that the event carries; with more, both are left out (developer guide, EventBridge). */
const most = 248 * 1024;

/** The event that Step Functions puts on the default bus when an execution's status changes. */
export function statusChangeEvent(row: ExecutionRow): BusEvent {
  const { arn, machine, name, status, start, stop, input, output, error, cause } = row;
  const included = Buffer.byteLength(JSON.stringify([input, output])) <= most;
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
      input: included ? input : null,
      inputDetails: { included },
      output: included ? output : null,
      outputDetails: output === null ? null : { included },
      error,
      cause,
    },
  };
}
