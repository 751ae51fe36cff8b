import { type Input, invalidParameter, list, number, text } from '../input.ts';
import { namedGroup, namedStream } from '../names.ts';
import type { Operation } from '../operation.ts';

const DAY = 86_400_000;
const MOST_EVENTS = 10_000;
const LARGEST_BATCH = 1_048_576;
/** What AWS counts for each event besides its message. */
const OVERHEAD = 26;

interface Event {
  readonly time: number;
  readonly message: string;
}

/** PutLogEvents. Events over 14 days old, older than the group's retention, or over 2 hours ahead are passed over, and the answer says which. */
export const putLogEvents: Operation = (input, { store, context, now }) => {
  const group = namedGroup(store, input, context);
  const stream = namedStream(store, group, input);
  const events = readEvents(input);
  const oldest = now - 14 * DAY;
  const unexpired = group.retention === null ? oldest : now - group.retention * DAY;
  const [tooOld, expired, tooNew] = [oldest, unexpired, now + DAY / 12 + 1].map(
    (time) => events.filter((event) => event.time < time).length,
  ) as [number, number, number];
  const accepted = events.slice(Math.max(tooOld, expired), tooNew);
  store.append(stream.id, now, accepted);
  const rejected = {
    ...(tooNew < events.length ? { tooNewLogEventStartIndex: tooNew } : {}),
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(group.retention !== null && expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
  };
  return {
    nextSequenceToken: String(now),
    ...(Object.keys(rejected).length === 0 ? {} : { rejectedLogEventsInfo: rejected }),
  };
};

function readEvents(input: Input): Event[] {
  const events = (list(input, 'logEvents') ?? []).map((event) => readEvent(event as Input));
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined || events.length > MOST_EVENTS) {
    throw invalidParameter(`logEvents must have from 1 to ${MOST_EVENTS} events, not ${events.length}.`);
  }
  if (events.some(({ time }, index) => time < (events[index - 1]?.time ?? 0))) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if (last.time - first.time > DAY) {
    throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
  const size = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + OVERHEAD, 0);
  if (size <= LARGEST_BATCH) return events;
  throw invalidParameter(`Upload too large: ${size} bytes exceeds limit of ${LARGEST_BATCH}`);
}

function readEvent(event: Input): Event {
  const [time, message] = [number(event, 'timestamp'), text(event, 'message')];
  if (time !== undefined && Number.isSafeInteger(time) && time >= 0 && message) return { time, message };
  throw invalidParameter('A log event needs a timestamp in milliseconds and a message of at least one character.');
}
