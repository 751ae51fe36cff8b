import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuns, openStack, type Stack } from './stack.ts';

let stack: Stack;
const TableName = 'runs';

beforeAll(async () => {
  stack = await openStack();
  await createRuns(stack);
});
afterAll(() => stack.close());

describe('PutItem', () => {
  test('stores every type as it was given', async () => {
    const Item = {
      pk: { S: 'types' },
      sk: { S: '1' },
      text: { S: 'ä\u0000€🙂' },
      empty: { S: '' },
      number: { N: '-0.00120' },
      large: { N: '1e30' },
      bytes: { B: new Uint8Array([0, 255, 1]) },
      yes: { BOOL: true },
      nothing: { NULL: true },
      names: { SS: ['b', 'a'] },
      numbers: { NS: ['1', '2.50'] },
      blobs: { BS: [new Uint8Array([1])] },
      list: { L: [{ S: 'x' }, { M: { deep: { N: '1' } } }] },
      constructor: { S: 'a name that every object has' },
    };

    await stack.client.send(new PutItemCommand({ TableName, Item }));

    const { Item: found } = await stack.client.send(
      new GetItemCommand({ TableName, Key: { pk: Item.pk, sk: Item.sk } }),
    );
    expect(found).toEqual({
      ...Item,
      number: { N: '-0.0012' },
      large: { N: `1${'0'.repeat(30)}` },
      numbers: { NS: ['1', '2.5'] },
    });
  });

  test('refuses a second item when it must not exist, and shows the first when asked', async () => {
    const ConditionExpression = 'attribute_not_exists(pk)';
    await stack.documents.put({ TableName, Item: { pk: 'once', sk: '1', by: 'ada' }, ConditionExpression });

    const second = stack.client.send(
      new PutItemCommand({
        TableName,
        Item: { pk: { S: 'once' }, sk: { S: '1' } },
        ConditionExpression,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );

    const error = await second.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({ Item: { pk: { S: 'once' }, by: { S: 'ada' } } });
  });

  test('lets exactly one of 50 racing writers win', async () => {
    const race = Array.from({ length: 50 }, (_, racer) =>
      stack.documents.put({
        TableName,
        Item: { pk: 'lock', sk: '1', racer },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );

    const results = await Promise.allSettled(race);

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('returns the item that it replaced', async () => {
    await stack.documents.put({ TableName, Item: { pk: 'replaced', sk: '1', v: 1 } });

    const { Attributes } = await stack.documents.put({
      TableName,
      Item: { pk: 'replaced', sk: '1' },
      ReturnValues: 'ALL_OLD',
    });

    expect(Attributes).toEqual({ pk: 'replaced', sk: '1', v: 1 });
  });

  test.each([
    ['an item over 400 KB', { pk: 'a', sk: 'b', text: 'x'.repeat(410 * 1024) }, 'Item size'],
    ['an item over 400 KB in UTF-8 only', { pk: 'a', sk: 'b', text: '€'.repeat(140 * 1024) }, 'Item size'],
    ['an empty key', { pk: '', sk: 'b' }, 'empty string value. Key: pk'],
    ['a missing key', { pk: 'a' }, 'Missing the key sk'],
    ['a key of another type', { pk: 1, sk: 'b' }, 'Type mismatch for key pk expected: S actual: N'],
    ['an index key of another type', { pk: 'a', sk: 'b', author: 1 }, 'Type mismatch for Index Key author'],
    ['an empty index key', { pk: 'a', sk: 'b', author: '' }, 'IndexKey: author'],
    ['a sort key over 1024 bytes', { pk: 'a', sk: 'b'.repeat(1025) }, '1024 bytes'],
  ])('refuses %s', async (_, Item, message) => {
    const put = stack.documents.put({ TableName, Item });

    await expect(put).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message) as string,
    });
  });

  test('refuses a parameter that it does not have, naming it and the way out', async () => {
    const put = stack.documents.put({
      TableName,
      Item: { pk: 'a', sk: 'b' },
      ReturnConsumedCapacity: 'TOTAL',
    });

    await expect(put).rejects.toThrow(/ReturnConsumedCapacity.*AWS_ENDPOINT_URL_DYNAMODB/);
  });

  test('refuses a table that is not there', async () => {
    const put = stack.documents.put({ TableName: 'nowhere', Item: { pk: 'a' } });

    await expect(put).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('GetItem', () => {
  test('answers nothing for an item that is not there', async () => {
    const { Item } = await stack.documents.get({ TableName, Key: { pk: 'none', sk: '1' } });

    expect(Item).toBeUndefined();
  });

  test('picks the parts that a projection names', async () => {
    const Key = { pk: 'projected', sk: '1' };
    await stack.documents.put({ TableName, Item: { ...Key, a: { b: 1, c: 2 }, l: ['x', 'y', 'z'], d: 3 } });

    const { Item } = await stack.documents.get({
      TableName,
      Key,
      ProjectionExpression: 'a.b, l[2], l[0], #d, absent, a.absent',
      ExpressionAttributeNames: { '#d': 'd' },
    });

    expect(Item).toEqual({ a: { b: 1 }, l: ['x', 'z'], d: 3 });
  });

  test('refuses a key that is not the whole key', async () => {
    const get = stack.documents.get({ TableName, Key: { pk: 'a' } });

    await expect(get).rejects.toThrow('The provided key element does not match the schema');
  });
});

describe('DeleteItem', () => {
  test('removes an item and returns it', async () => {
    const Key = { pk: 'deleted', sk: '1' };
    await stack.documents.put({ TableName, Item: { ...Key, v: 1 } });

    const { Attributes } = await stack.documents.delete({ TableName, Key, ReturnValues: 'ALL_OLD' });

    expect(Attributes).toEqual({ ...Key, v: 1 });
    expect((await stack.documents.get({ TableName, Key })).Item).toBeUndefined();
  });

  test('leaves the item when its condition fails', async () => {
    const Key = { pk: 'kept', sk: '1' };
    await stack.documents.put({ TableName, Item: { ...Key, v: 1 } });

    const refused = stack.documents.delete({
      TableName,
      Key,
      ConditionExpression: 'v = :two',
      ExpressionAttributeValues: { ':two': 2 },
    });

    await expect(refused).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((await stack.documents.get({ TableName, Key })).Item).toEqual({ ...Key, v: 1 });
  });
});

describe('batches', () => {
  test('write and read up to their limits', async () => {
    const sk = Array.from({ length: 25 }, (_, i) => String(i));
    await stack.documents.batchWrite({
      RequestItems: { runs: sk.map((key) => ({ PutRequest: { Item: { pk: 'batch', sk: key } } })) },
    });
    await stack.documents.batchWrite({
      RequestItems: { runs: [{ DeleteRequest: { Key: { pk: 'batch', sk: '0' } } }] },
    });

    const { Responses, UnprocessedKeys } = await stack.documents.batchGet({
      RequestItems: { runs: { Keys: sk.map((key) => ({ pk: 'batch', sk: key })), ProjectionExpression: 'sk' } },
    });

    expect(Responses?.['runs']?.map((item) => item['sk'] as string)).toEqual(sk.slice(1));
    expect(UnprocessedKeys).toEqual({});
  });

  test('refuse the same key twice', async () => {
    const Key = { pk: 'batch', sk: '1' };
    const writes = [{ DeleteRequest: { Key } }, { PutRequest: { Item: Key } }];

    const write = () => stack.documents.batchWrite({ RequestItems: { runs: writes } });
    const read = () => stack.documents.batchGet({ RequestItems: { runs: { Keys: [Key, Key] } } });

    await expect(write()).rejects.toThrow('contains duplicates');
    await expect(read()).rejects.toThrow('contains duplicates');
  });

  test('hand back the keys of what would not fit into 16 MB', async () => {
    const keys = Array.from({ length: 50 }, (_, i) => ({ pk: 'big', sk: String(i).padStart(2, '0') }));
    for (const key of keys) {
      await stack.documents.put({ TableName, Item: { ...key, text: 'x'.repeat(390 * 1024) } });
    }

    const { Responses, UnprocessedKeys } = await stack.documents.batchGet({ RequestItems: { runs: { Keys: keys } } });

    expect(Responses?.['runs']).toHaveLength(42);
    expect(UnprocessedKeys?.['runs']?.Keys).toEqual(keys.slice(42));
  });
});
