/** An event of an execution's history, as GetExecutionHistory answers it. */
export type HistoryEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** A history with which another's can be compared: types, names of states, inputs and outputs; without ids, tokens and times. */
export function told(events: readonly HistoryEvent[]): readonly string[] {
  return events.map(({ type, id, previousEventId, timestamp, ...details }) => {
    const text = JSON.stringify(Object.values(details)[0] ?? {});
    return `${type} ${text.replace(ids, '<id>').replace(tokens, '<token>').replace(times, '<time>')}`;
  });
}

const ids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** Of at least a hundred characters: nothing else in a history is as long without a space. */
const tokens = /[\w-]{100,}/g;
const times = /\b1[78]\d{8}(?:\d{3}|\.\d+)?\b/g;
