import type { LogEvent } from './store.ts';

const LARGEST_ANSWER = 1_048_576;
/** What AWS counts for each event besides its message. */
const OVERHEAD = 26;

/** The first events that fit into an answer of 1 MB, at least one. */
export function firstMegabyte<T extends Pick<LogEvent, 'message'>>(events: readonly T[]): T[] {
  let size = 0;
  const end = events.findIndex(({ message }) => {
    size += Buffer.byteLength(message) + OVERHEAD;
    return size > LARGEST_ANSWER;
  });
  return events.slice(0, end < 0 ? undefined : Math.max(1, end));
}
