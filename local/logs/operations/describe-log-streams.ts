import { flag, invalidParameter, limit, text } from '../input.ts';
import { groupArn, namedGroup } from '../names.ts';
import type { Operation } from '../operation.ts';
import { page } from '../page.ts';
import type { Stream } from '../store.ts';

/** DescribeLogStreams: by name, or by the time of their last event. */
export const describeLogStreams: Operation = (input, { store, context }) => {
  const group = namedGroup(store, input, context);
  const prefix = text(input, 'logStreamNamePrefix');
  const orderBy = text(input, 'orderBy') ?? 'LogStreamName';
  if (orderBy !== 'LogStreamName' && orderBy !== 'LastEventTime') {
    throw invalidParameter(`orderBy must be LogStreamName or LastEventTime, not '${orderBy}'.`);
  }
  if (orderBy === 'LastEventTime' && prefix !== undefined) {
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const streams = store.streams(group.id).filter(({ name }) => name.startsWith(prefix ?? ''));
  const sorted = orderBy === 'LogStreamName' ? streams : streams.toSorted((a, b) => lastTime(a) - lastTime(b));
  const ordered = flag(input, 'descending') ? sorted.toReversed() : sorted;
  const { items, nextToken } = page(ordered, ({ name }) => name, text(input, 'nextToken'), limit(input, 50));
  const logStreams = items.map(({ name, created, firstEvent, lastEvent, lastIngestion }) => ({
    logStreamName: name,
    creationTime: created,
    firstEventTimestamp: firstEvent ?? undefined,
    lastEventTimestamp: lastEvent ?? undefined,
    lastIngestionTime: lastIngestion ?? undefined,
    uploadSequenceToken: String(lastIngestion ?? created),
    arn: `${groupArn(group.name, context)}:log-stream:${name}`,
    // AWS reports 0 for every stream since 2019.
    storedBytes: 0,
  }));
  return { logStreams, nextToken };
};

function lastTime({ lastEvent, created }: Stream): number {
  return lastEvent ?? created;
}
