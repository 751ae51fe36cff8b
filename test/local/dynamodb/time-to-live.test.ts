import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRuns, openStack, type Stack } from './stack.ts';

const TableName = 'runs';
const NOW = Date.UTC(2026, 0, 1);
const HOUR = 60 * 60 * 1000;

let stack: Stack;
let streamArn: string;

beforeEach(async () => {
  stack = await openStack();
  stack.clock.standAt(NOW);
  ({ streamArn } = await createRuns(stack, 'NEW_AND_OLD_IMAGES'));
  await stack.service.start?.();
});
afterEach(() => stack.close());

const enable = (Enabled = true) =>
  stack.client.send(
    new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: 'expires', Enabled } }),
  );
const put = (sk: string, expires?: unknown) =>
  stack.documents.put({ TableName, Item: { pk: 'a', sk, author: 'ada', ...(expires !== undefined && { expires }) } });
const left = async (IndexName?: string) => {
  const { Items = [] } = await stack.documents.scan({ TableName, ...(IndexName && { IndexName }) });
  return Items.map((item) => item['sk'] as string).sort();
};
const inSeconds = (milliseconds: number) => Math.floor((NOW + milliseconds) / 1000);

test('deletes what has expired, and nothing else', async () => {
  await enable();
  await put('soon', inSeconds(HOUR));
  await put('later', inSeconds(3 * HOUR));
  await put('never');
  await put('text', '1');
  await put('milliseconds', NOW + HOUR);
  await put('six years ago', inSeconds(-6 * 365 * 24 * HOUR));

  const before = await left();
  stack.clock.turn(2 * HOUR);

  expect(before).toHaveLength(6);
  await expect.poll(() => left()).toEqual(['later', 'milliseconds', 'never', 'six years ago', 'text']);
  expect(await left('by-author')).toHaveLength(5);
});

test('leaves a record that names the service', async () => {
  await enable();
  await put('soon', inSeconds(HOUR));

  stack.clock.turn(2 * HOUR);

  await expect.poll(() => stack.service.readStream(streamArn, 0, 10).length).toBe(2);
  expect(stack.service.readStream(streamArn, 0, 10)[1]?.record).toMatchObject({
    eventName: 'REMOVE',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    dynamodb: { OldImage: { sk: { S: 'soon' } } },
  });
});

test('deletes more than one batch', async () => {
  await enable();
  await Promise.all(Array.from({ length: 250 }, (_, i) => put(String(i), inSeconds(HOUR))));

  stack.clock.turn(2 * HOUR);

  await expect.poll(() => left()).toEqual([]);
});

test('covers items that were there before it was enabled, also after a restart', async () => {
  await put('before', inSeconds(HOUR));
  await enable();
  await stack.close();
  stack = await openStack(stack.dir);
  stack.clock.standAt(NOW);
  await stack.service.start?.();

  stack.clock.turn(2 * HOUR);

  await expect.poll(() => left()).toEqual([]);
});

test('stops when it is disabled', async () => {
  await enable();
  await put('kept', inSeconds(HOUR));
  await enable(false);

  stack.clock.turn(2 * HOUR);
  await put('later');
  stack.clock.turn(2 * HOUR);

  expect(await left()).toEqual(['kept', 'later']);
});

test('is described, and refused when it changes nothing', async () => {
  const describeIt = async () =>
    (await stack.client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
  const before = await describeIt();

  await enable();

  expect(before).toEqual({ TimeToLiveStatus: 'DISABLED' });
  expect(await describeIt()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
  await expect(enable()).rejects.toThrow('TimeToLive is already enabled');
});
