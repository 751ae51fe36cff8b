import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuns, openStack, type Stack } from './stack.ts';

let stack: Stack;
let streamArn: string;
const TableName = 'runs';

beforeAll(async () => {
  stack = await openStack();
  ({ streamArn } = await createRuns(stack, 'NEW_AND_OLD_IMAGES'));
});
afterAll(() => stack.close());

const write = (TransactItems: TransactWriteCommandInput['TransactItems'], ClientRequestToken?: string) =>
  stack.documents.transactWrite({ TransactItems, ...(ClientRequestToken && { ClientRequestToken }) });

const item = async (pk: string, sk = '1') => (await stack.documents.get({ TableName, Key: { pk, sk } })).Item;

const count = (pk: string) => ({
  Update: {
    TableName,
    Key: { pk, sk: '1' },
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': 1 },
  },
});

describe('TransactWriteItems', () => {
  test('puts, updates, deletes and checks at once', async () => {
    await stack.documents.put({ TableName, Item: { pk: 'checked', sk: '1', v: 2 } });
    await stack.documents.put({ TableName, Item: { pk: 'deleted', sk: '1' } });

    await write([
      { Put: { TableName, Item: { pk: 'put', sk: '1' }, ConditionExpression: 'attribute_not_exists(pk)' } },
      count('updated'),
      { Delete: { TableName, Key: { pk: 'deleted', sk: '1' } } },
      {
        ConditionCheck: {
          TableName,
          Key: { pk: 'checked', sk: '1' },
          ConditionExpression: 'v = :two',
          ExpressionAttributeValues: { ':two': 2 },
        },
      },
    ]);

    expect(await item('put')).toBeDefined();
    expect(await item('updated')).toEqual({ pk: 'updated', sk: '1', n: 1 });
    expect(await item('deleted')).toBeUndefined();
    expect(await item('checked')).toEqual({ pk: 'checked', sk: '1', v: 2 });
  });

  test('does nothing when one condition fails, and says which, with the old item where asked', async () => {
    await stack.documents.put({ TableName, Item: { pk: 'there', sk: '1', by: 'ada' } });
    const before = stack.service.readStream(streamArn, 0, 10_000).length;

    const error = await write([
      { Put: { TableName, Item: { pk: 'rolled back', sk: '1', author: 'rolled back' } } },
      {
        Put: {
          TableName,
          Item: { pk: 'there', sk: '1' },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      { ...count('there too') },
      {
        Update: {
          TableName,
          Key: { pk: 'invalid', sk: '1' },
          UpdateExpression: 'SET a = absent',
        },
      },
    ]).catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect(error).toMatchObject({
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None, ValidationError]',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { by: { S: 'ada' } } },
        { Code: 'None' },
        { Code: 'ValidationError' },
      ],
    });
    expect(await item('rolled back')).toBeUndefined();
    expect(await item('there too')).toBeUndefined();
    expect(stack.service.readStream(streamArn, 0, 10_000)).toHaveLength(before);
  });

  test('is done once for one token within ten minutes', async () => {
    await write([count('once')], 'token');
    await write([count('once')], 'token');

    expect(await item('once')).toMatchObject({ n: 1 });
  });

  test('refuses a token that was used for something else', async () => {
    await write([count('first use')], 'used');

    const other = write([count('second use')], 'used');

    await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  test('takes a token again when its transaction was cancelled', async () => {
    const onlyIfThere = {
      Put: { TableName, Item: { pk: 'later', sk: '1' }, ConditionExpression: 'attribute_exists(pk)' },
    };
    await expect(write([onlyIfThere], 'cancelled')).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    await stack.documents.put({ TableName, Item: { pk: 'later', sk: '1', v: 1 } });

    await write([onlyIfThere], 'cancelled');

    expect(await item('later')).toEqual({ pk: 'later', sk: '1' });
  });

  test.each([
    ['no action', [], 'greater than or equal to 1'],
    ['101 actions', Array.from({ length: 101 }, (_, i) => count(String(i))), 'less than or equal to 100'],
    ['one item twice', [count('twice'), { Delete: { TableName, Key: { pk: 'twice', sk: '1' } } }], 'on one item'],
    [
      'two actions in one',
      [{ ...count('a'), ConditionCheck: undefined, Delete: { TableName, Key: { pk: 'b', sk: '1' } } }],
      'can only contain one of',
    ],
    [
      'over 4 MB',
      Array.from({ length: 11 }, (_, i) => ({
        Put: { TableName, Item: { pk: 'big', sk: String(i), text: 'x'.repeat(390 * 1024) } },
      })),
      '4 MB',
    ],
    [
      'a syntax error',
      [{ Put: { TableName, Item: { pk: 'a', sk: '1' }, ConditionExpression: 'nonsense(' } }],
      'Syntax error',
    ],
  ])('refuses %s as a whole', async (_, actions, message) => {
    const refused = write(actions);

    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message) as string,
    });
    expect(await item('big', '0')).toBeUndefined();
  });

  test('refuses a table that is not there', async () => {
    const refused = write([{ Put: { TableName: 'nowhere', Item: { pk: 'a', sk: '1' } } }]);

    await expect(refused).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('counts exactly under 100 transactions at once', async () => {
    await Promise.all(Array.from({ length: 100 }, () => write([count('left'), count('right')])));

    expect(await item('left')).toMatchObject({ n: 100 });
    expect(await item('right')).toMatchObject({ n: 100 });
  });
});

describe('request tokens', () => {
  test('are forgotten after ten minutes, and remembered over a restart', async () => {
    const first = await openStack();
    await createRuns(first);
    const request = { TransactItems: [count('restarted')], ClientRequestToken: 'token' };
    await first.documents.transactWrite(request);
    await first.close();
    const second = await openStack(first.dir);

    await second.documents.transactWrite(request);
    const within = await second.documents.get({ TableName, Key: { pk: 'restarted', sk: '1' } });
    second.clock.turn(10 * 60_000 + 1000);
    await second.documents.transactWrite(request);
    const after = await second.documents.get({ TableName, Key: { pk: 'restarted', sk: '1' } });
    await second.close();

    expect(within.Item).toMatchObject({ n: 1 });
    expect(after.Item).toMatchObject({ n: 2 });
  });
});

describe('TransactGetItems', () => {
  test('answers in order, with nothing for what is not there', async () => {
    await stack.documents.put({ TableName, Item: { pk: 'got', sk: '1', a: 1, b: 2 } });
    const get = (pk: string) => ({ Get: { TableName, Key: { pk, sk: '1' }, ProjectionExpression: 'b' } });

    const { Responses } = await stack.documents.transactGet({ TransactItems: [get('not there'), get('got')] });

    expect(Responses).toEqual([{}, { Item: { b: 2 } }]);
  });
});
