import { CreateTableCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuns, openStack, type Stack } from './stack.ts';

let stack: Stack;
const TableName = 'runs';

beforeAll(async () => {
  stack = await openStack();
  await createRuns(stack);
});
afterAll(() => stack.close());

async function put(...items: object[]): Promise<void> {
  await Promise.all(items.map((item) => stack.documents.put({ TableName, Item: { ...item } })));
}

async function sortKeys(input: Omit<QueryCommandInput, 'TableName'>): Promise<string[]> {
  const { Items = [] } = await stack.documents.query({ TableName, ...input });
  return Items.map((item) => item['sk'] as string);
}

async function allPages(
  page: (start: ScanCommandInput['ExclusiveStartKey']) => Promise<{
    Items?: Record<string, unknown>[] | undefined;
    LastEvaluatedKey?: ScanCommandInput['ExclusiveStartKey'];
  }>,
): Promise<Record<string, unknown>[][]> {
  const pages: Record<string, unknown>[][] = [];
  let start: ScanCommandInput['ExclusiveStartKey'];
  do {
    const { Items = [], LastEvaluatedKey } = await page(start);
    pages.push(Items);
    start = LastEvaluatedKey;
  } while (start && pages.length < 100);
  return pages;
}

describe('a query', () => {
  beforeAll(() => put(...['a', 'a1', 'a2', 'ab', 'b', 'c'].map((sk) => ({ pk: 'sorted', sk, v: sk.length }))));

  test.each([
    ['', {}, ['a', 'a1', 'a2', 'ab', 'b', 'c']],
    ['AND sk = :x', { ':x': 'a1' }, ['a1']],
    ['AND sk < :x', { ':x': 'a2' }, ['a', 'a1']],
    ['AND sk <= :x', { ':x': 'a2' }, ['a', 'a1', 'a2']],
    ['AND sk > :x', { ':x': 'a2' }, ['ab', 'b', 'c']],
    ['AND :x <= sk', { ':x': 'a2' }, ['a2', 'ab', 'b', 'c']],
    ['AND begins_with(sk, :x)', { ':x': 'a' }, ['a', 'a1', 'a2', 'ab']],
    ['AND sk BETWEEN :x AND :y', { ':x': 'a1', ':y': 'b' }, ['a1', 'a2', 'ab', 'b']],
  ])('pk = :pk %s reads in both directions', async (condition, values, expected) => {
    const input = {
      KeyConditionExpression: `pk = :pk ${condition}`,
      ExpressionAttributeValues: { ':pk': 'sorted', ...values },
    };

    const forwards = await sortKeys(input);
    const backwards = await sortKeys({ ...input, ScanIndexForward: false });

    expect(forwards).toEqual(expected);
    expect(backwards).toEqual([...expected].reverse());
  });

  test('filters after it has read, so that Limit counts what was read', async () => {
    const { Items, Count, ScannedCount, LastEvaluatedKey } = await stack.documents.query({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'v = :two',
      ExpressionAttributeValues: { ':pk': 'sorted', ':two': 2 },
      ProjectionExpression: 'v',
      Limit: 3,
    });

    expect(Items).toEqual([{ v: 2 }, { v: 2 }]);
    expect({ Count, ScannedCount }).toEqual({ Count: 2, ScannedCount: 3 });
    expect(LastEvaluatedKey).toEqual({ pk: 'sorted', sk: 'a2' });
  });

  test.each([true, false])('goes page by page (forwards: %s), also from a key that was deleted', async (forward) => {
    const keys = Array.from({ length: 25 }, (_, i) => String(i).padStart(3, '0'));
    await put(...keys.map((sk) => ({ pk: `pages ${forward}`, sk })));

    const pages = await allPages(async (start) => {
      if (start) await stack.documents.delete({ TableName, Key: start });
      return stack.documents.query({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `pages ${forward}` },
        ScanIndexForward: forward,
        Limit: 10,
        ExclusiveStartKey: start,
      });
    });

    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(pages.flat().map(({ sk }) => sk)).toEqual(forward ? keys : [...keys].reverse());
  });

  test('ends a page before it is over 1 MB', async () => {
    const keys = ['1', '2', '3', '4', '5', '6'];
    await put(...keys.map((sk) => ({ pk: 'heavy', sk, text: 'x'.repeat(300 * 1024) })));

    const pages = await allPages((start) =>
      stack.documents.query({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'heavy' },
        ExclusiveStartKey: start,
      }),
    );

    expect(pages.map((page) => page.length)).toEqual([3, 3]);
  });

  test('reads the end of a partition of 10,000 items', async () => {
    for (let i = 0; i < 10_000; i += 25) {
      const writes = Array.from({ length: 25 }, (_, j) => ({
        PutRequest: { Item: { pk: 'long', sk: String(i + j).padStart(6, '0'), author: 'long' } },
      }));
      await stack.documents.batchWrite({ RequestItems: { runs: writes } });
    }
    const newest = (IndexName?: string) =>
      sortKeys({
        ...(IndexName && { IndexName }),
        KeyConditionExpression: IndexName ? '#o = :pk AND sk > :from' : 'pk = :pk AND sk > :from',
        ...(IndexName && { ExpressionAttributeNames: { '#o': 'author' } }),
        ExpressionAttributeValues: { ':pk': 'long', ':from': '000100' },
        ScanIndexForward: false,
        Limit: 1,
      });

    for (let i = 0; i < 50; i++) {
      expect(await newest()).toEqual(['009999']);
      expect(await newest('by-author')).toEqual(['009999']);
    }
  });

  test.each([
    ['sk = :x', 'Query condition missed key schema element: pk'],
    ['pk = :x AND v = :x', 'Query condition missed key schema element: sk'],
    ['pk > :x', 'Query key condition not supported'],
    ['pk = :x OR sk = :x', 'Invalid operator used in KeyConditionExpression: OR'],
    ['pk = :x AND sk <> :x', 'Invalid operator used in KeyConditionExpression: <>'],
    ['pk = :x AND contains(sk, :x)', 'Invalid operator used in KeyConditionExpression: contains'],
    ['pk = :x AND pk = :x', 'one condition per key'],
  ])('refuses %s', async (KeyConditionExpression, message) => {
    const refused = stack.documents.query({
      TableName,
      KeyConditionExpression,
      ExpressionAttributeValues: { ':x': 'x' },
    });

    await expect(refused).rejects.toThrow(message);
  });

  test('refuses a filter on the key, a foreign start key and an index that is not there', async () => {
    const input = { TableName, KeyConditionExpression: 'pk = :x', ExpressionAttributeValues: { ':x': 'x' } };

    const filtered = () => stack.documents.query({ ...input, FilterExpression: 'sk = :x' });
    const started = () => stack.documents.query({ ...input, ExclusiveStartKey: { pk: 'x' } });
    const indexed = () => stack.documents.query({ ...input, IndexName: 'by-nothing' });

    await expect(filtered()).rejects.toThrow('can only contain non-primary key attributes');
    await expect(started()).rejects.toThrow('The provided starting key is invalid');
    await expect(indexed()).rejects.toThrow('does not have the specified index');
  });
});

describe('a global secondary index', () => {
  const byAuthor = (author: string, more: Partial<QueryCommandInput> = {}) =>
    sortKeys({
      IndexName: 'by-author',
      KeyConditionExpression: '#o = :o',
      ExpressionAttributeNames: { '#o': 'author' },
      ExpressionAttributeValues: { ':o': author },
      ...more,
    });

  test('holds only items that have its key, and follows every write', async () => {
    await put({ pk: 'i', sk: '1', author: 'ada' }, { pk: 'i', sk: '2', author: 'ada' }, { pk: 'i', sk: '3' });
    const before = await byAuthor('ada');

    await put({ pk: 'i', sk: '1', author: 'bob' });
    await stack.documents.delete({ TableName, Key: { pk: 'i', sk: '2' } });
    await stack.documents.update({
      TableName,
      Key: { pk: 'i', sk: '3' },
      UpdateExpression: 'SET #o = :o',
      ExpressionAttributeNames: { '#o': 'author' },
      ExpressionAttributeValues: { ':o': 'ada' },
    });

    expect(before).toEqual(['1', '2']);
    expect(await byAuthor('ada')).toEqual(['3']);
    expect(await byAuthor('bob')).toEqual(['1']);
  });

  test('pages through items of the same index key', async () => {
    await put(...Array.from({ length: 7 }, (_, i) => ({ pk: `same ${i}`, sk: 'same', author: 'many' })));

    for (const ScanIndexForward of [true, false]) {
      const pages = await allPages((start) =>
        stack.documents.query({
          TableName,
          IndexName: 'by-author',
          KeyConditionExpression: '#o = :o AND sk = :sk',
          ExpressionAttributeNames: { '#o': 'author' },
          ExpressionAttributeValues: { ':o': 'many', ':sk': 'same' },
          Limit: 2,
          ScanIndexForward,
          ExclusiveStartKey: start,
        }),
      );

      expect(pages.map((page) => page.length)).toEqual([2, 2, 2, 1]);
      expect(new Set(pages.flat().map(({ pk }) => pk)).size).toBe(7);
    }
  });

  test('refuses a consistent read', async () => {
    await expect(byAuthor('ada', { ConsistentRead: true })).rejects.toThrow('Consistent reads are not supported');
  });

  test('shows only what it projects', async () => {
    await stack.client.send(
      new CreateTableCommand({
        TableName: 'projected',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'kind', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-kind',
            KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
          },
        ],
      }),
    );
    await stack.documents.put({ TableName: 'projected', Item: { id: '1', kind: 'k', name: 'n', secret: 's' } });
    const input = {
      TableName: 'projected',
      IndexName: 'by-kind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: { ':k': 'k' },
    };

    const { Items } = await stack.documents.query(input);
    const beyond = stack.documents.query({ ...input, ProjectionExpression: 'secret' });

    expect(Items).toEqual([{ id: '1', kind: 'k', name: 'n' }]);
    await expect(beyond).rejects.toThrow('does not project [secret]');
  });
});

describe('numeric and binary sort keys', () => {
  test('sort by value', async () => {
    const create = (TableName: string, AttributeType: 'N' | 'B') =>
      stack.client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType },
          ],
        }),
      );
    await create('numbers', 'N');
    await create('bytes', 'B');
    const numbers = ['-1000', '-12.5', '-12', '-0.001', '0', '0.5', '2', '10', '10.01', '1000'];
    const bytes = [[0], [0, 0], [0, 1], [1], [1, 255], [255], [255, 255]].map((each) => new Uint8Array(each));
    for (const N of [...numbers].reverse()) {
      await stack.client.send(new PutItemCommand({ TableName: 'numbers', Item: { pk: { S: 'p' }, sk: { N } } }));
    }
    for (const B of [...bytes].reverse()) {
      await stack.client.send(new PutItemCommand({ TableName: 'bytes', Item: { pk: { S: 'p' }, sk: { B } } }));
    }
    const all = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'p' } } };

    const byNumber = await stack.client.send(new QueryCommand({ TableName: 'numbers', ...all }));
    const byBytes = await stack.client.send(new QueryCommand({ TableName: 'bytes', ...all }));
    const last = await stack.client.send(
      new QueryCommand({
        TableName: 'bytes',
        KeyConditionExpression: 'pk = :p AND begins_with(sk, :x)',
        ExpressionAttributeValues: { ':p': { S: 'p' }, ':x': { B: new Uint8Array([255]) } },
      }),
    );

    expect(byNumber.Items?.map(({ sk }) => sk?.N)).toEqual(numbers);
    expect(byBytes.Items?.map(({ sk }) => sk?.B)).toEqual(bytes);
    expect(last.Count).toBe(2);
  });
});

describe('a scan', () => {
  test('finds every item of its table once, page by page, and of an index', async () => {
    const other = await openStack();
    await createRuns(other);
    const items = Array.from({ length: 30 }, (_, i) => ({
      pk: `p${i % 7}`,
      sk: `s${i}`,
      ...(i % 2 && { author: 'o' }),
    }));
    await Promise.all(items.map((Item) => other.documents.put({ TableName, Item })));

    const pages = await allPages((start) => other.documents.scan({ TableName, Limit: 8, ExclusiveStartKey: start }));
    const sparse = await allPages((start) =>
      other.documents.scan({ TableName, IndexName: 'by-author', Limit: 4, ExclusiveStartKey: start }),
    );
    const counted = await other.documents.scan({
      TableName,
      FilterExpression: 'attribute_exists(#o)',
      ExpressionAttributeNames: { '#o': 'author' },
      Select: 'COUNT',
    });
    await other.close();

    expect(pages.map((page) => page.length)).toEqual([8, 8, 8, 6]);
    expect(new Set(pages.flat().map(({ sk }) => sk)).size).toBe(30);
    expect(new Set(sparse.flat().map(({ sk }) => sk)).size).toBe(15);
    expect(counted).toMatchObject({ Count: 15, ScannedCount: 30 });
    expect(counted.Items).toBeUndefined();
  });

  test('in parallel segments is refused, not done wrongly', async () => {
    const refused = stack.documents.scan({ TableName, Segment: 0, TotalSegments: 2 });

    await expect(refused).rejects.toThrow(/parameter (TotalSegments|Segment) of DynamoDB's Scan/);
  });
});
