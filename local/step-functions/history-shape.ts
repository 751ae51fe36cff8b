import type { HistoryEvent } from './store/journal.ts';

const data = ['input', 'output', 'parameters', 'inputDetails', 'outputDetails', 'assignedVariables'];
/** Types of events that have no details in AWS's shape. */
const bare = [
  'MapStateSucceeded',
  'MapStateFailed',
  'ParallelStateStarted',
  'ParallelStateSucceeded',
  'ParallelStateFailed',
];

/** A history event as GetExecutionHistory gives it: its details under a member of its type's name. */
export function historyEvent({ id, previous, time, type, details }: HistoryEvent, includeData: boolean): object {
  const shown = includeData ? details : withoutData(details);
  return {
    timestamp: time / 1000,
    type,
    id,
    previousEventId: previous,
    ...(bare.includes(type) ? {} : { [memberOf(type)]: shown }),
  };
}

/** An event's details without what states were given or gave. */
export function withoutData(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(details).filter(([name]) => !data.includes(name) && name !== 'assignedVariablesDetails'),
  );
}

function memberOf(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`;
}
