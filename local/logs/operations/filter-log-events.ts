import { firstMegabyte } from '../event-bytes.ts';
import { readFilterPattern } from '../filter-pattern.ts';
import { type Input, invalidParameter, limit, list, number, refuse, text } from '../input.ts';
import { namedGroup } from '../names.ts';
import type { Operation } from '../operation.ts';
import { positionToken, readPositionToken } from '../position-token.ts';
import type { LogEvent, Position, Store, Stream } from '../store.ts';

const START: Position = { time: 0, id: 0 };
const LATEST = 9_999_999_999_999;
/** Events of a stream that are read at a time while looking for matches. */
const BATCH = 1000;

/** FilterLogEvents: all streams of a group, or some, as one sequence by time. `eventId` is the same at every call, so that a follower tells what it has seen. */
export const filterLogEvents: Operation = (input, { store, context }) => {
  refuse(input, ['unmask']);
  const group = namedGroup(store, input, context);
  const streams = chosenStreams(store.streams(group.id), input);
  const matches = readFilterPattern(text(input, 'filterPattern') ?? '');
  const most = limit(input, 10_000);
  const range = { start: number(input, 'startTime') ?? 0, end: (number(input, 'endTime') ?? LATEST) + 1 };
  const token = text(input, 'nextToken');
  const from = token === undefined ? START : readPositionToken(token).position;
  const found = streams
    .flatMap((stream) => firstMatches(store, { ...range, stream: stream.id, limit: BATCH }, from, matches, most + 1))
    .sort((a, b) => a.time - b.time || a.id - b.id);
  const events = firstMegabyte(found.slice(0, most));
  const names = new Map(streams.map(({ id, name }) => [id, name]));
  const last = events.at(-1);
  return {
    events: events.map(({ id, stream, time, message, ingested }) => ({
      logStreamName: names.get(stream),
      timestamp: time,
      message,
      ingestionTime: ingested,
      eventId: String(id).padStart(56, '0'),
    })),
    searchedLogStreams: [],
    ...(last !== undefined && events.length < found.length ? { nextToken: positionToken('f', last) } : {}),
  };
};

function chosenStreams(streams: readonly Stream[], input: Input): readonly Stream[] {
  const names = list(input, 'logStreamNames');
  const prefix = text(input, 'logStreamNamePrefix');
  if (names !== undefined && prefix !== undefined) {
    throw invalidParameter('Give logStreamNames or logStreamNamePrefix, not both.');
  }
  if (names !== undefined && (names.length < 1 || names.length > 100)) {
    throw invalidParameter('logStreamNames must have from 1 to 100 names.');
  }
  return streams.filter(({ name }) => (names?.includes(name) ?? true) && name.startsWith(prefix ?? ''));
}

function firstMatches(
  store: Store,
  range: Parameters<Store['after']>[0],
  from: Position,
  matches: (message: string) => boolean,
  most: number,
): LogEvent[] {
  const found: LogEvent[] = [];
  let position = from;
  while (found.length < most) {
    const batch = store.after(range, position);
    found.push(...batch.filter(({ message }) => matches(message)));
    const last = batch.at(-1);
    if (last === undefined || batch.length < range.limit) break;
    position = last;
  }
  return found.slice(0, most);
}
