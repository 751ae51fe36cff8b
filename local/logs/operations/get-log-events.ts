import { firstMegabyte } from '../event-bytes.ts';
import { flag, limit, number, refuse, text } from '../input.ts';
import { namedGroup, namedStream } from '../names.ts';
import type { Operation } from '../operation.ts';
import { positionToken, readPositionToken } from '../position-token.ts';
import type { LogEvent, Position } from '../store.ts';

const START: Position = { time: 0, id: 0 };
const END: Position = { time: 9_999_999_999_999, id: 0 };

/**
 * GetLogEvents: one stream, oldest first. The forward token goes on after the last event, also of those that come later; at the end
 * it is the token that was passed, which tells a client that there is no more.
 */
export const getLogEvents: Operation = (input, { store, context }) => {
  refuse(input, ['unmask']);
  const group = namedGroup(store, input, context);
  const stream = namedStream(store, group, input);
  const range = {
    stream: stream.id,
    start: number(input, 'startTime') ?? 0,
    end: number(input, 'endTime') ?? END.time,
    limit: limit(input, 10_000),
  };
  const token = text(input, 'nextToken');
  const { direction, position } =
    token === undefined ? fromEnd(flag(input, 'startFromHead')) : readPositionToken(token);
  const found =
    direction === 'f'
      ? firstMegabyte(store.after(range, position))
      : firstMegabyte(store.before(range, position)).reverse();
  // A stream that is empty yet is read from its start when the first events come.
  const here = token === undefined ? START : position;
  return {
    events: found.map(({ time, message, ingested }) => ({ timestamp: time, message, ingestionTime: ingested })),
    nextForwardToken: positionToken('f', placeOf(found.at(-1)) ?? here),
    nextBackwardToken: positionToken('b', placeOf(found[0]) ?? here),
  };
};

function fromEnd(startFromHead = false) {
  return startFromHead ? ({ direction: 'f', position: START } as const) : ({ direction: 'b', position: END } as const);
}

function placeOf(event: LogEvent | undefined): Position | undefined {
  return event && { time: event.time, id: event.id };
}
