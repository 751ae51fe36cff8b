import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LambdaService } from '../../../local/lambda/lambda.ts';
import { NOON, Surroundings } from './stage.ts';

const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:letters';
const TOPIC = 'arn:aws:sns:eu-central-1:000000000000:alarms';
const MINUTE = 60_000;

let stage: Surroundings;
let lambda: LambdaService;

beforeEach(() => {
  stage = new Surroundings();
  lambda = stage.open();
});

afterEach(() => stage.close());

/** A function that notes each call in a file and fails as long as the file `fail` exists or the event says so. */
const NOTING = `import { appendFileSync, existsSync } from 'node:fs';
const folder = process.env.LAMBDA_TASK_ROOT;
export const handler = async (event, { awsRequestId }) => {
  appendFileSync(folder + '/calls', JSON.stringify([Date.now(), awsRequestId, event]) + '\\n');
  if (event.fail) throw new RangeError('cannot');
  return { done: event };
};`;

type Call = readonly [time: number, id: string, event: unknown];

function calls(name = 'noting'): Call[] {
  const file = `${stage.dir}/${name}/calls`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** Turns the clock on minute by minute, with a moment for the sandboxes after each, until `done` holds. */
async function turnUntil(done: () => boolean, step = MINUTE): Promise<void> {
  for (let turns = 0; turns < 2000 && !done(); turns += 1) {
    stage.clock.turn(step);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(done()).toBe(true);
}

const waitForCalls = (count: number) => vi.waitFor(() => expect(calls()).toHaveLength(count), { timeout: 5000 });
const waitForErrors = (count: number) =>
  vi.waitFor(() => expect(lambda.metrics.get('noting')?.errors).toBe(count), { timeout: 5000 });

test('an event is run once', async () => {
  const arn = await stage.make(lambda, 'noting', NOTING);
  lambda.start();

  await lambda.invokeLater(arn, '{"a":1}');

  await waitForCalls(1);
  await turnUntil(() => stage.clock.now() > NOON + 10 * MINUTE);
  expect(calls()).toEqual([[NOON, expect.any(String), { a: 1 }]]);
});

test('an event that fails is tried again after one and two minutes, with its id, and is then a dead letter', async () => {
  const arn = await stage.make(lambda, 'noting', NOTING, { DeadLetterConfig: { TargetArn: QUEUE } });
  lambda.start();

  await lambda.invokeLater(arn, '{"fail":true}');
  await waitForErrors(1);
  await new Promise((resolve) => setImmediate(resolve));
  stage.clock.turn(MINUTE);
  await waitForErrors(2);
  await new Promise((resolve) => setImmediate(resolve));
  stage.clock.turn(2 * MINUTE - 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  stage.clock.turn(1);
  await vi.waitFor(() => expect(stage.messages).toHaveLength(1));

  const [first, second, third] = calls();
  expect([first?.[0], second?.[0], third?.[0]]).toEqual([NOON, NOON + MINUTE, NOON + 3 * MINUTE]);
  expect(new Set(calls().map(([, id]) => id)).size).toBe(1);
  expect(stage.messages).toEqual([
    {
      arn: QUEUE,
      body: '{"fail":true}',
      attributes: { RequestID: first?.[1], ErrorCode: '200', ErrorMessage: 'cannot' },
    },
  ]);
});

test('a failure destination is told of the event and of the answer', async () => {
  const arn = await stage.make(lambda, 'noting', NOTING);
  await stage.add(lambda, 'AWS::Lambda::EventInvokeConfig', 'Config', {
    FunctionName: 'noting',
    Qualifier: '$LATEST',
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: QUEUE } },
  });
  lambda.start();

  await lambda.invokeLater(arn, '{"fail":true}');

  await vi.waitFor(() => expect(stage.messages).toHaveLength(1));
  expect(JSON.parse(stage.messages[0]?.body ?? '')).toEqual({
    version: '1.0',
    timestamp: '2026-11-22T12:30:00.000Z',
    requestContext: {
      requestId: calls()[0]?.[1],
      functionArn: `${arn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 1,
    },
    requestPayload: { fail: true },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'RangeError', errorMessage: 'cannot', trace: expect.any(Array) },
  });
});

test('a success destination is told of the answer', async () => {
  const arn = await stage.make(lambda, 'noting', NOTING);
  const DestinationConfig = { OnSuccess: { Destination: 'arn:aws:s3:::outcomes' } };
  await stage.add(lambda, 'AWS::Lambda::EventInvokeConfig', 'Config', { FunctionName: arn, DestinationConfig });
  lambda.start();

  await lambda.invokeLater(arn, '{"a":1}');

  await vi.waitFor(() => expect(stage.objects).toHaveLength(1));
  expect(stage.objects[0]).toMatchObject({
    bucket: 'outcomes',
    key: expect.stringMatching(/^aws\/lambda\/async\/noting\/2026\/11\/22\/2026-11-22T12\.30\.00-[\da-f-]{36}$/),
  });
  expect(JSON.parse(stage.objects[0]?.body ?? '')).toMatchObject({
    requestContext: { condition: 'Success', approximateInvokeCount: 1 },
    responsePayload: { done: { a: 1 } },
  });
});

test('a destination may be a topic or another function', async () => {
  const arn = await stage.make(lambda, 'noting', NOTING, { DeadLetterConfig: { TargetArn: TOPIC } });
  const other = await stage.make(lambda, 'other', NOTING);
  const DestinationConfig = { OnFailure: { Destination: other } };
  const properties = { FunctionName: arn, MaximumRetryAttempts: 0, DestinationConfig };
  await stage.add(lambda, 'AWS::Lambda::EventInvokeConfig', 'Config', properties);
  lambda.start();

  await lambda.invokeLater(arn, '{"fail":true}');

  await vi.waitFor(() => expect(calls('other')).toHaveLength(1));
  expect(calls('other')[0]?.[2]).toMatchObject({ requestPayload: { fail: true } });
  expect(stage.published).toEqual([{ topicArn: TOPIC, message: '{"fail":true}' }]);
});

test('a throttled event is tried until its age is reached, and then given up', async () => {
  const arn = await stage.make(lambda, 'noting', 'export const handler = () => new Promise(() => {});', {
    ReservedConcurrentExecutions: 1,
    DeadLetterConfig: { TargetArn: QUEUE },
    Timeout: 30,
  });
  const running = lambda.invoke(arn, '{}');
  lambda.start();

  await lambda.invokeLater(arn, '{"late":true}');
  await turnUntil(() => stage.messages.length > 0);

  expect(stage.clock.now()).toBeGreaterThanOrEqual(NOON + 6 * 3_600_000);
  expect(stage.clock.now()).toBeLessThan(NOON + 7 * 3_600_000);
  expect(stage.messages[0]).toMatchObject({ body: '{"late":true}', attributes: { ErrorCode: '429' } });
  await lambda.close();
  await running;
});

test('with a reserved concurrency of nought events go to the dead letters at once', async () => {
  const properties = { ReservedConcurrentExecutions: 0, DeadLetterConfig: { TargetArn: QUEUE } };
  const arn = await stage.make(lambda, 'noting', NOTING, properties);
  lambda.start();

  await lambda.invokeLater(arn, '{}');

  await vi.waitFor(() => expect(stage.messages).toHaveLength(1));
  expect(calls()).toEqual([]);
});

test('an event whose destination cannot be reached is kept, and not run again', async () => {
  const arn = await stage.make(lambda, 'noting', NOTING, { DeadLetterConfig: { TargetArn: QUEUE } });
  await stage.add(lambda, 'AWS::Lambda::EventInvokeConfig', 'Config', { FunctionName: arn, MaximumRetryAttempts: 0 });
  stage.unreachable = true;
  lambda.start();
  await lambda.invokeLater(arn, '{"fail":true}');
  await waitForErrors(1);
  await turnUntil(() => stage.clock.now() > NOON + 3 * MINUTE);

  stage.unreachable = false;
  await turnUntil(() => stage.messages.length === 1);

  expect(calls()).toHaveLength(1);
});

test('an event that was stored and never run is run by the next stack', async () => {
  const arn = await stage.make(lambda, 'noting', NOTING);
  await lambda.invokeLater(arn, '{"a":1}');

  lambda = stage.open();
  await stage.make(lambda, 'noting', NOTING);
  lambda.start();

  await waitForCalls(1);
});

test('an event that ran when the stack died is run again, and does not count the lost call', async () => {
  const arn = await stage.make(lambda, 'noting', `${NOTING.replace('if (event.fail)', 'for (;;) {} if (event.fail)')}`);
  lambda.start();
  await lambda.invokeLater(arn, '{"a":1}');
  await waitForCalls(1);
  await lambda.close();

  lambda = stage.open();
  await stage.make(lambda, 'noting', NOTING);
  lambda.start();

  await waitForCalls(2);
  expect(calls()[0]?.[1]).toBe(calls()[1]?.[1]);
  expect(stage.clock.now()).toBe(NOON);
});

test('an event that was accepted is run after kill -9', async () => {
  const child = spawn(process.execPath, [
    fileURLToPath(new URL('./dying-stack.ts', import.meta.url)),
    stage.dir,
    NOTING,
  ]);
  const [, signal] = await once(child, 'exit');

  await stage.make(lambda, 'noting', NOTING);
  lambda.start();

  await waitForCalls(1);
  expect(signal).toBe('SIGKILL');
  expect(calls()[0]?.[2]).toEqual({ accepted: true });
});

test('an event of a function that the template no longer has is dropped', async () => {
  const arn = await stage.make(lambda, 'noting', NOTING);
  await lambda.invokeLater(arn, '{}');
  await lambda.close();

  lambda = stage.open();
  lambda.start();
  await lambda.close();
  lambda = stage.open();
  await stage.make(lambda, 'noting', NOTING);
  await stage.make(lambda, 'after', NOTING);
  lambda.start();
  await lambda.invokeLater('after', '{}');

  await vi.waitFor(() => expect(calls('after')).toHaveLength(1));
  expect(calls()).toEqual([]);
});

test('an event for no function, of no JSON or over a megabyte is refused', async () => {
  const arn = await stage.make(lambda, 'noting', NOTING);

  await expect(lambda.invokeLater(`${arn}-not`, '{}')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  await expect(lambda.invokeLater(arn, '{')).rejects.toMatchObject({ code: 'InvalidRequestContentException' });
  await expect(lambda.invokeLater(arn, `"${'x'.repeat(1_048_576)}"`)).rejects.toMatchObject({
    code: 'RequestTooLargeException',
  });
});
