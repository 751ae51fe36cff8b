import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { actionFrom, isActionRecord } from '../aws/action-record.ts';
import { type OwnEvent, putEvents } from '../aws/bus.ts';
import { runFrom } from '../aws/run-record.ts';
import type { Item } from '../aws/table.ts';
import { finishAction, finishRun } from '../engine/finish.ts';
import { actionEvents, runEvents } from '../engine/own-events.ts';
import type { Home } from '../lambda/given.ts';
import { logger } from '../lambda/logger.ts';
import { task } from '../lambda/task.ts';

/** What one record of the stream leads to. */
interface Told {
  readonly events: readonly OwnEvent[];
  readonly finish: () => Promise<void>;
}

/**
 * Publish: what the table's stream says becomes CodePipeline's events, in order; approvals are mailed; and what a handler did not
 * live to do after its write is done again. Where it fails, the stream hands it the rest again.
 */
export const handler = task(
  'Publish',
  ({ Records }: DynamoDBStreamEvent) => ({ records: Records.length }),
  async ({ Records }, { home }): Promise<DynamoDBBatchResponse> => {
    const told = Records.map((record) => tell(record, home));
    const published = await publishAll(told);
    const failed = await finishAll(told.slice(0, published));
    const first = Records[Math.min(published, failed)];
    return { batchItemFailures: first ? [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }] : [] };
  },
);

function tell({ dynamodb, eventName }: DynamoDBRecord, home: Home): Told {
  const after = eventName === 'REMOVE' ? undefined : imageOf(dynamodb?.NewImage);
  const before = imageOf(dynamodb?.OldImage);
  const kind = String(after?.['sk'] ?? '');
  if (after && kind.startsWith('RUN#')) {
    const [now, then] = [runFrom(after), before && runFrom(before).run];
    return { events: runEvents(then, now.run, home), finish: () => finishRun(now.run, then, now) };
  }
  if (after && isActionRecord(kind)) {
    const [now, then] = [actionFrom(after), before && actionFrom(before).action];
    return {
      events: actionEvents(then, now.action, home),
      finish: () => finishAction(now.action, then, home.region, now),
    };
  }
  return { events: [], finish: async () => {} };
}

/** Answers how many records have all their events published. */
async function publishAll(told: readonly Told[]): Promise<number> {
  const events = told.flatMap(({ events }, index) => events.map((event) => ({ event, index })));
  const taken = await putEvents(events.map(({ event }) => event));
  return events[taken]?.index ?? told.length;
}

/** Answers the index of the first record that could not be finished; the number of records when all were. */
async function finishAll(told: readonly Told[]): Promise<number> {
  for (const [index, { finish }] of told.entries()) {
    try {
      await finish();
    } catch (error) {
      logger.error('Publish could not finish a record', { error: error as Error });
      return index;
    }
  }
  return told.length;
}

function imageOf(image: unknown): Item | undefined {
  return image === undefined ? undefined : unmarshall(image as Parameters<typeof unmarshall>[0]);
}
