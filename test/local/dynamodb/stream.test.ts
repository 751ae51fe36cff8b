import type { StreamViewType } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamRecord } from '../../../local/ports.ts';
import { createRuns, openStack, type Stack } from './stack.ts';

interface Record {
  readonly eventID: string;
  readonly eventName: string;
  readonly dynamodb: { readonly SequenceNumber: string; readonly Keys: object };
}

const TableName = 'runs';
const DAY = 24 * 60 * 60 * 1000;
const Key = { pk: 'a', sk: '1' };

let stack: Stack;
let streamArn: string;

beforeEach(async () => {
  stack = await openStack();
  ({ streamArn } = await createRuns(stack, 'NEW_AND_OLD_IMAGES'));
});
afterEach(() => stack.close());

const records = (after = 0, limit = 1000): readonly StreamRecord[] => stack.service.readStream(streamArn, after, limit);
const names = () => records().map(({ record }) => (record as Record).eventName);

describe('a stream', () => {
  test('has a record of every change, in the shape that a function gets', async () => {
    stack.clock.standAt(Date.UTC(2026, 0, 2));

    await stack.documents.put({ TableName, Item: { ...Key, v: 1 } });
    await stack.documents.update({
      TableName,
      Key,
      UpdateExpression: 'SET v = :two',
      ExpressionAttributeValues: { ':two': 2 },
    });
    await stack.documents.delete({ TableName, Key });

    const keys = { pk: { S: 'a' }, sk: { S: '1' } };
    const [inserted, modified, removed] = records().map(({ record }) => record as Record);
    expect(inserted).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      dynamodb: {
        ApproximateCreationDateTime: Date.UTC(2026, 0, 2) / 1000,
        Keys: keys,
        NewImage: { ...keys, v: { N: '1' } },
        SequenceNumber: expect.stringMatching(/^\d{21}$/) as string,
        SizeBytes: 6 + 9,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: streamArn,
    });
    expect(modified).toMatchObject({
      eventName: 'MODIFY',
      dynamodb: { NewImage: { v: { N: '2' } }, OldImage: { v: { N: '1' } } },
    });
    expect(removed).toMatchObject({ eventName: 'REMOVE', dynamodb: { Keys: keys, OldImage: { v: { N: '2' } } } });
    expect(removed?.dynamodb).not.toHaveProperty('NewImage');
    expect(removed).not.toHaveProperty('userIdentity');
  });

  test('has no record of writes that change nothing or were refused', async () => {
    await stack.documents.put({ TableName, Item: { ...Key, s: new Set(['a', 'b']), m: { x: 1, y: 2 } } });

    await stack.documents.put({ TableName, Item: { m: { y: 2, x: 1 }, s: new Set(['b', 'a']), ...Key } });
    await stack.documents.delete({ TableName, Key: { pk: 'none', sk: '1' } });
    await stack.documents
      .put({ TableName, Item: Key, ConditionExpression: 'attribute_not_exists(pk)' })
      .catch(() => undefined);
    await stack.documents.transactWrite({
      TransactItems: [{ ConditionCheck: { TableName, Key, ConditionExpression: 'attribute_exists(pk)' } }],
    });

    expect(names()).toEqual(['INSERT']);
  });

  test('is read on from a sequence, in the order of the writes', async () => {
    const sk = Array.from({ length: 10 }, (_, i) => String(i));
    for (const each of sk) await stack.documents.put({ TableName, Item: { pk: 'a', sk: each } });

    const first = records(0, 4);
    const rest = records(first[3]?.sequence);

    const all = [...first, ...rest].map(({ record }) => (record as Record).dynamodb);
    expect(first).toHaveLength(4);
    expect(all.map(({ Keys }) => Keys)).toEqual(sk.map((each) => ({ pk: { S: 'a' }, sk: { S: each } })));
    expect(all.map(({ SequenceNumber }) => SequenceNumber)).toEqual(
      all.map(({ SequenceNumber }) => SequenceNumber).sort(),
    );
  });

  test('tells listeners after a commit, once for what was committed together', async () => {
    const seen: number[] = [];
    const told = new Promise<void>((resolve) => {
      stack.service.onStream(streamArn, () => {
        seen.push(records().length);
        resolve();
      });
    });

    await stack.documents.transactWrite({
      TransactItems: [
        { Put: { TableName, Item: { pk: 'a', sk: '1' } } },
        { Put: { TableName, Item: { pk: 'a', sk: '2' } } },
      ],
    });
    await told;

    expect(seen).toEqual([2]);
  });

  test('keeps its records and sequences over a restart', async () => {
    await stack.documents.put({ TableName, Item: { ...Key, v: 1 } });
    const before = records();
    await stack.close();

    stack = await openStack(stack.dir);
    await stack.documents.put({ TableName, Item: { ...Key, v: 2 } });

    expect(records()[0]).toEqual(before[0]);
    expect(records(before[0]?.sequence)).toHaveLength(1);
  });

  test('drops records that are a day old, at the second look, and never uses a sequence again', async () => {
    await stack.service.start?.();
    await stack.documents.put({ TableName, Item: { ...Key, v: 1 } });
    const [old] = records();

    stack.clock.turn(DAY + 60_000);
    const afterTheTurn = records().length;
    await expect
      .poll(() => {
        stack.clock.turn(60_000);
        return records().length;
      })
      .toBe(0);
    await stack.documents.put({ TableName, Item: { ...Key, v: 2 } });

    expect(afterTheTurn).toBe(1);
    expect(records()[0]?.sequence).toBeGreaterThan(old?.sequence ?? 0);
  });
});

test.each([
  ['KEYS_ONLY', false, false],
  ['NEW_IMAGE', true, false],
  ['OLD_IMAGE', false, true],
] as [StreamViewType, boolean, boolean][])('a stream of %s holds only that', async (view, hasNew, hasOld) => {
  const other = await openStack();
  const { streamArn: arn } = await createRuns(other, view);
  await other.documents.put({ TableName, Item: { ...Key, v: 1 } });
  await other.documents.put({ TableName, Item: { ...Key, v: 2 } });

  const modified = other.service.readStream(arn, 0, 10)[1]?.record as { dynamodb: object };
  await other.close();

  expect('NewImage' in modified.dynamodb).toBe(hasNew);
  expect('OldImage' in modified.dynamodb).toBe(hasOld);
});
