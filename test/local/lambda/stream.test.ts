import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LambdaService } from '../../../local/lambda/lambda.ts';
import { NOON, STREAM, Surroundings } from './stage.ts';

/** Notes the ids of each batch; fails if it holds an id that begins with `bad`; reports those that begin with `skip`. */
const SOURCE = `import { appendFileSync } from 'node:fs';
export const handler = async ({ Records }) => {
  appendFileSync(process.env.LAMBDA_TASK_ROOT + '/batches', JSON.stringify(Records.map(({ eventID }) => eventID)) + '\\n');
  if (Records.some(({ eventID }) => eventID.startsWith('bad'))) throw new Error('bad record');
  const failed = Records.filter(({ eventID }) => eventID.startsWith('skip'));
  return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
};`;
const BUCKET = 'arn:aws:s3:::failures';
const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:failures';

let stage: Surroundings;
let lambda: LambdaService;

beforeEach(() => {
  stage = new Surroundings();
  lambda = stage.open();
});

afterEach(() => stage.close());

function batches(): string[][] {
  const file = `${stage.dir}/publish/batches`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

async function map(properties: object = {}, source = SOURCE): Promise<string> {
  await stage.make(lambda, 'publish', source);
  const values = await stage.add(lambda, 'AWS::Lambda::EventSourceMapping', 'Publish', {
    FunctionName: 'publish',
    EventSourceArn: STREAM,
    StartingPosition: 'TRIM_HORIZON',
    ...properties,
  });
  return values?.ref ?? '';
}

const waitForBatches = (expected: string[][]) =>
  vi.waitFor(() => expect(batches()).toEqual(expected), { timeout: 5000 });

/** Turns the clock on second by second, with a moment for the sandboxes after each, until `done` holds. */
async function turnUntil(done: () => boolean): Promise<void> {
  for (let turns = 0; turns < 1000 && !done(); turns += 1) {
    stage.clock.turn(1000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(done()).toBe(true);
}

test('records that are there, and those that come, are handed over in order', async () => {
  stage.record('a');
  stage.record('b');
  await map();

  lambda.start();
  await waitForBatches([['a', 'b']]);
  stage.record('c');

  await waitForBatches([['a', 'b'], ['c']]);
});

test('a batch is at most as large as the mapping says', async () => {
  for (const id of ['a', 'b', 'c', 'd', 'e']) stage.record(id);
  await map({ BatchSize: 2 });

  lambda.start();

  await waitForBatches([['a', 'b'], ['c', 'd'], ['e']]);
});

test('from LATEST, only what comes after the first start is handed over, also after a restart', async () => {
  stage.record('old');
  await map({ StartingPosition: 'LATEST' });
  lambda.start();
  await lambda.close();

  stage.record('meanwhile');
  lambda = stage.open();
  await map({ StartingPosition: 'LATEST' });
  lambda.start();

  await waitForBatches([['meanwhile']]);
});

test('a restart goes on after the last batch that was done, under the same identifier', async () => {
  const uuid = await map();
  lambda.start();
  stage.record('a');
  await vi.waitFor(() => expect(stage.doneThrough).toBe(1), { timeout: 5000 });
  await lambda.close();

  stage.record('b');
  lambda = stage.open();
  const again = await map();
  lambda.start();

  await waitForBatches([['a'], ['b']]);
  expect(again).toBe(uuid);
});

test('a mapping that left the template and comes back begins anew', async () => {
  const uuid = await map();
  await lambda.close();
  lambda = stage.open();
  lambda.start();
  await lambda.close();

  lambda = stage.open();
  const again = await map();

  expect(again).not.toBe(uuid);
});

test('with a window, records gather until it is over', async () => {
  await map({ MaximumBatchingWindowInSeconds: 5 });
  lambda.start();
  stage.record('a');
  await new Promise((resolve) => setImmediate(resolve));
  stage.clock.turn(4000);
  stage.record('b');
  await new Promise((resolve) => setImmediate(resolve));

  const early = batches();
  stage.clock.turn(1000);

  await waitForBatches([['a', 'b']]);
  expect(early).toEqual([]);
});

test('with a window, a full batch does not wait', async () => {
  await map({ MaximumBatchingWindowInSeconds: 5, BatchSize: 2 });
  lambda.start();

  stage.record('a');
  stage.record('b');

  await waitForBatches([['a', 'b']]);
  expect(stage.clock.now()).toBe(NOON);
});

test('a batch that fails holds up the stream and is tried again, slower and slower', async () => {
  const errors = () => lambda.metrics.get('publish')?.errors;
  await map({ BatchSize: 1 });
  lambda.start();
  stage.record('bad');
  stage.record('b');
  await vi.waitFor(() => expect(errors()).toBe(1));

  const counts = [];
  for (const [tries, pause] of [1000, 2000, 4000, 8000].entries()) {
    stage.clock.turn(pause - 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    counts.push(errors());
    stage.clock.turn(1);
    await vi.waitFor(() => expect(errors()).toBe(tries + 2));
  }

  expect(counts).toEqual([1, 2, 3, 4]);
  expect(new Set(batches().flat())).toEqual(new Set(['bad']));
});

test('after its retries a batch is given up, its records go to the bucket, and the stream goes on', async () => {
  const uuid = await map({ MaximumRetryAttempts: 2, DestinationConfig: { OnFailure: { Destination: BUCKET } } });
  lambda.start();
  stage.record('bad');
  await turnUntil(() => stage.objects.length === 1);

  stage.record('next');

  await waitForBatches([['bad'], ['bad'], ['bad'], ['next']]);
  const [object] = stage.objects;
  expect(object?.bucket).toBe('failures');
  expect(object?.key).toMatch(
    new RegExp(`^aws/lambda/${uuid}/shardId-\\d{20}-[\\da-f]{8}/2026/11/22/2026-11-22T12\\.30\\.\\d\\d-[\\da-f-]{36}$`),
  );
  const record = JSON.parse(object?.body ?? '');
  expect(record).toMatchObject({
    requestContext: {
      functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:publish:$LATEST',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 3,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    DDBStreamBatchInfo: {
      startSequenceNumber: '000000000000000000001',
      endSequenceNumber: '000000000000000000001',
      approximateArrivalOfFirstRecord: '2026-11-22T12:30:00.000Z',
      batchSize: 1,
      streamArn: STREAM,
    },
  });
  expect(JSON.parse(record.payload).Records).toEqual([stage.stream[0]?.record]);
});

test('a queue is told which records were given up, without them', async () => {
  await map({ MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: QUEUE } } });
  lambda.start();

  stage.record('bad');

  await vi.waitFor(() => expect(stage.messages).toHaveLength(1));
  expect(stage.messages[0]?.arn).toBe(QUEUE);
  expect(JSON.parse(stage.messages[0]?.body ?? '')).not.toHaveProperty('payload');
});

test('nothing is given up as long as the destination cannot be reached', async () => {
  await map({ MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: BUCKET } } });
  stage.unreachable = true;
  lambda.start();
  stage.record('bad');
  await waitForBatches([['bad']]);
  stage.record('next');
  stage.clock.turn(10_000);
  const meanwhile = batches();

  stage.unreachable = false;
  await turnUntil(() => batches().length === 2);

  expect(meanwhile).toEqual([['bad']]);
  expect(stage.objects).toHaveLength(1);
});

test('a batch is halved until the record that fails is alone', async () => {
  for (const id of ['a', 'b', 'bad', 'd']) stage.record(id);
  await map({
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: BUCKET } },
  });

  lambda.start();
  await turnUntil(() => batches().at(-1)?.[0] === 'd');

  expect(batches()).toEqual([['a', 'b', 'bad', 'd'], ['a', 'b'], ['bad', 'd'], ['bad'], ['bad'], ['d']]);
  expect(stage.objects).toHaveLength(1);
});

test('of a batch that reports item failures, the rest from the first of them is tried again', async () => {
  for (const id of ['a', 'b', 'skip', 'd']) stage.record(id);
  await map({
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: BUCKET } },
  });

  lambda.start();
  await turnUntil(() => stage.objects.length === 1);

  expect(batches().slice(0, 2)).toEqual([
    ['a', 'b', 'skip', 'd'],
    ['skip', 'd'],
  ]);
  expect(JSON.parse(stage.objects[0]?.body ?? '').DDBStreamBatchInfo.batchSize).toBe(2);
});

test('without the response type, reported failures are not looked at', async () => {
  stage.record('skip');
  await map();

  lambda.start();
  await waitForBatches([['skip']]);
  stage.record('b');

  await waitForBatches([['skip'], ['b']]);
});

test('records over the maximum age are given up unseen', async () => {
  stage.record('old', { age: 120_000 });
  stage.record('new');
  await map({ MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: BUCKET } } });

  lambda.start();

  await waitForBatches([['new']]);
  expect(JSON.parse(stage.objects[0]?.body ?? '')).toMatchObject({
    requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 0 },
    DDBStreamBatchInfo: { batchSize: 1 },
  });
});

test('a record that fails is given up when it reaches the maximum age', async () => {
  await map({ MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: BUCKET } } });
  lambda.start();
  stage.record('bad');

  await turnUntil(() => stage.objects.length === 1);

  expect(stage.clock.now()).toBeGreaterThan(NOON + 60_000);
  expect(JSON.parse(stage.objects[0]?.body ?? '').requestContext.condition).toBe('RecordAgeExceeded');
});

test('a throttled function does not use up retries', async () => {
  stage.record('a');
  await map({ MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: BUCKET } } });
  await stage.make(lambda, 'publish', SOURCE, { ReservedConcurrentExecutions: 0 });
  lambda.start();
  await turnUntil(() => (lambda.metrics.get('publish')?.throttles ?? 0) > 2);

  await stage.make(lambda, 'publish', SOURCE);
  await turnUntil(() => batches().length === 1);

  expect(stage.objects).toEqual([]);
});

test('only records that pass a filter are handed over, and the others are not waited for', async () => {
  const Filters = [
    { Pattern: JSON.stringify({ eventName: ['INSERT'], dynamodb: { Keys: { id: { S: [{ prefix: 'run-' }] } } } }) },
    { Pattern: JSON.stringify({ dynamodb: { OldImage: { id: { S: [{ exists: true }] } } } }) },
  ];
  for (const id of ['stage-1', 'run-1', 'stage-2', 'run-2', 'stage-3']) stage.record(id);
  await map({ FilterCriteria: { Filters }, BatchSize: 2 });

  lambda.start();

  await waitForBatches([['run-1'], ['run-2']]);
});

test('a stream that cannot be read is tried again', async () => {
  await map();
  stage.unreadable = true;
  stage.record('a');
  lambda.start();

  stage.unreadable = false;
  await turnUntil(() => batches().length === 1);

  expect(batches()).toEqual([['a']]);
});

test('a disabled mapping hands nothing over', async () => {
  stage.record('a');
  await map({ Enabled: false });
  lambda.start();
  await stage.make(lambda, 'other', 'export const handler = () => 1;');

  await lambda.invoke('other', '{}');

  expect(batches()).toEqual([]);
});

test('a batch of records that together are over six megabytes is handed over in parts', async () => {
  const big = 'x'.repeat(4 * 1024 * 1024);
  for (const id of ['a', 'b']) {
    const sequence = stage.stream.length + 1;
    stage.stream.push({ sequence, record: { eventID: id, dynamodb: { SequenceNumber: String(sequence) }, big } });
  }
  await map();

  lambda.start();

  await waitForBatches([['a'], ['b']]);
});

test.each([
  [{ EventSourceArn: 'arn:aws:kinesis:eu-central-1:000000000000:stream/x' }, 'streams of DynamoDB tables only'],
  [{ StartingPosition: 'AT_TIMESTAMP' }, 'StartingPosition'],
  [{ ParallelizationFactor: 2 }, 'ParallelizationFactor'],
  [{ TumblingWindowInSeconds: 5 }, 'no property TumblingWindowInSeconds'],
  [{ MaximumRetryAttempts: 'many' }, 'MaximumRetryAttempts'],
  [{ FilterCriteria: { Filters: [{ Pattern: '{"a":[{"numeric":["<",1]}]}' }] } }, 'no filter {"numeric"'],
  [{ DestinationConfig: { OnFailure: { Destination: 'arn:aws:kafka:::x' } } }, 'cannot deliver'],
])('a mapping with %o is refused', async (properties, message) => {
  await expect(map(properties)).rejects.toThrow(message);
});

test('a mapping to a function that is not there stops the start', async () => {
  await map({ FunctionName: 'nobody' });

  expect(() => lambda.start()).toThrow('There is no function nobody.');
});

test('the recorder is told each batch as the function gets it', async () => {
  stage.record('a');
  await map();

  lambda.start();
  await waitForBatches([['a']]);

  const [event] = stage.recorded;
  expect(event).toMatchObject({ source: 'dynamodb-stream', function: 'publish' });
  expect(JSON.parse(event?.payload ?? '')).toEqual({ Records: [stage.stream[0]?.record] });
});
