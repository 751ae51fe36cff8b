import { createHash } from 'node:crypto';
import { type Batch, createdAt, eventOf, sequenceNumber } from './batch.ts';

/** Why a batch was given up. */
export type Condition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** The one shard that a stream of the local stack has. */
export function shardOf(streamArn: string): string {
  return `shardId-00000000000000000000-${createHash('sha256').update(streamArn).digest('hex').slice(0, 8)}`;
}

/**
 * What a failure destination is told of a batch that was given up. Only a bucket gets the records themselves.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function invocationRecord(
  batch: Batch,
  { functionArn, streamArn, destination }: { functionArn: string; streamArn: string; destination: string },
  { condition, requestId, now }: { condition: Condition; requestId: string; now: number },
): object {
  const [first] = batch.records;
  const last = batch.records.at(-1);
  const arrival = (record: typeof first) => new Date(record === undefined ? now : createdAt(record, now)).toISOString();
  return {
    requestContext: {
      requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: batch.attempts,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: shardOf(streamArn),
      startSequenceNumber: first && sequenceNumber(first),
      endSequenceNumber: last && sequenceNumber(last),
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: batch.records.length,
      streamArn,
    },
    ...(destination.split(':')[2] === 's3' ? { payload: eventOf(batch) } : {}),
  };
}
