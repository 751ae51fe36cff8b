import type { HistoryEvent } from './store.ts';

const data = ['input', 'output', 'parameters', 'inputDetails', 'outputDetails'];

/** History events as GetExecutionHistory gives them: the details under a member of their type's name. */
export function historyEvents(events: readonly HistoryEvent[], includeData: boolean): readonly object[] {
  return events.map(({ id, previous, time, type, details }) => ({
    timestamp: time / 1000,
    type,
    id,
    previousEventId: previous,
    [memberOf(type)]: includeData ? details : withoutData(details),
  }));
}

function memberOf(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`;
}

function withoutData(details: object): object {
  return Object.fromEntries(Object.entries(details).filter(([name]) => !data.includes(name)));
}
