import type { Ports } from '../ports.ts';
import { withoutData } from './history-shape.ts';
import type { MachineOptions } from './machine-options.ts';
import type { ExecutionRow } from './store/executions.ts';
import type { HistoryEvent } from './store/journal.ts';

const fatal = ['ExecutionAborted', 'ExecutionFailed', 'ExecutionTimedOut'];
const error = [
  ...fatal,
  'EvaluationFailed',
  'FailStateEntered',
  'MapIterationFailed',
  'MapStateFailed',
  'ParallelStateFailed',
  'TaskFailed',
  'TaskTimedOut',
];

/**
 * Writes events to the machine's log group as its level says (developer guide, Using CloudWatch Logs to log execution history).
 * Without execution data nothing that a state was given or gave is in a line; an error's cause, which often quotes it, neither.
 */
export function logEvents(
  log: Ports['log'],
  { level, includeExecutionData, logGroupArn }: MachineOptions,
  { arn, machine }: ExecutionRow,
  events: readonly HistoryEvent[],
): void {
  if (level === 'OFF' || logGroupArn === undefined) return;
  const logged = events.filter(({ type }) => level === 'ALL' || (level === 'ERROR' ? error : fatal).includes(type));
  const first = logged[0];
  if (!first) return;
  const lines = logged.map(({ id, previous, time, type, details }) => {
    const { cause: _, ...named } = withoutData(details);
    const message = {
      id: String(id),
      type,
      details: includeExecutionData ? details : named,
      redrive_count: '0',
      previous_event_id: String(previous),
      event_timestamp: String(time),
      execution_arn: arn,
    };
    return { time, message: JSON.stringify(message) };
  });
  const day = new Date(first.time).toISOString().slice(0, 10);
  log(groupOf(logGroupArn), `states/${machine.split(':').at(-1)}/${day}`, lines);
}

function groupOf(arn: string): string {
  return (arn.split(':log-group:')[1] ?? arn).replace(/:\*$/, '');
}
