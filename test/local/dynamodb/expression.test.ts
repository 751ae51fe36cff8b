import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuns, openStack, type Stack } from './stack.ts';

let stack: Stack;
const TableName = 'runs';
const Key = { pk: 'expressions', sk: '1' };

beforeAll(async () => {
  stack = await openStack();
  await createRuns(stack);
});
afterAll(() => stack.close());

async function stored(attributes: object): Promise<void> {
  await stack.documents.put({ TableName, Item: { ...Key, ...attributes } });
}

async function updated(
  UpdateExpression: string,
  values: Record<string, unknown> | undefined = undefined,
): Promise<Record<string, unknown>> {
  await stack.documents.update({
    TableName,
    Key,
    UpdateExpression,
    ...(values && { ExpressionAttributeValues: values }),
  });
  const { pk, sk, ...rest } = (await stack.documents.get({ TableName, Key })).Item ?? {};
  return rest;
}

describe('an update', () => {
  test('sets, adds, appends and removes by what was there before', async () => {
    await stored({ v: 1, a: 'old', m: { n: 1 }, gone: true });

    const after = await updated(
      'SET v = v + :one, b = a, a = :new, m.n = m.n - :one, l = list_append(if_not_exists(l, :none), :x) ADD c :one REMOVE gone, never',
      { ':one': 1, ':new': 'new', ':none': [], ':x': ['x'] },
    );

    expect(after).toEqual({ v: 2, a: 'new', b: 'old', m: { n: 0 }, l: ['x'], c: 1 });
  });

  test('counts list indexes as they were before it', async () => {
    await stored({ l: ['a', 'b', 'c', 'd'] });

    const after = await updated('SET l[1] = :x, l[20] = :z, l[10] = :y REMOVE l[0], l[2]', {
      ':x': 'x',
      ':y': 'y',
      ':z': 'z',
    });

    expect(after).toEqual({ l: ['x', 'd', 'y', 'z'] });
  });

  test('adds to and deletes from sets, and drops a set that is empty', async () => {
    await stored({ s: new Set(['a', 'b']), t: new Set([1]) });

    const after = await updated('ADD s :more, n :more DELETE t :one', {
      ':more': new Set(['b', 'c']),
      ':one': new Set([1]),
    });

    expect(after).toEqual({ s: new Set(['a', 'b', 'c']), n: new Set(['b', 'c']) });
  });

  test('calculates with 38 digits, exactly', async () => {
    await stored({ n: 0 });

    await updated('SET n = :a', { ':a': 10n ** 37n });
    await stack.documents.update({
      TableName,
      Key,
      UpdateExpression: 'SET n = n + :b',
      ExpressionAttributeValues: { ':b': 1 },
    });

    const { Count } = await stack.documents.query({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'n = :n',
      ExpressionAttributeValues: { ':pk': Key.pk, ':n': 10n ** 37n + 1n },
    });
    expect(Count).toBe(1);
  });

  test.each([
    ['ALL_NEW', { ...Key, v: 2, m: { a: 1, b: 3 } }],
    ['ALL_OLD', { ...Key, v: 1, m: { a: 1, b: 2 } }],
    ['UPDATED_NEW', { v: 2, m: { b: 3 } }],
    ['UPDATED_OLD', { v: 1, m: { b: 2 } }],
    ['NONE', undefined],
  ] as const)('returns %s', async (ReturnValues, expected) => {
    await stored({ v: 1, m: { a: 1, b: 2 } });

    const { Attributes } = await stack.documents.update({
      TableName,
      Key,
      UpdateExpression: 'SET v = :two, m.b = :three',
      ExpressionAttributeValues: { ':two': 2, ':three': 3 },
      ReturnValues,
    });

    expect(Attributes).toEqual(expected);
  });

  test('makes an item, unless it only removes', async () => {
    const made = { pk: 'made', sk: '1' };
    const notMade = { pk: 'not made', sk: '1' };

    await stack.documents.update({ TableName, Key: made });
    await stack.documents.update({ TableName, Key: notMade, UpdateExpression: 'REMOVE a' });

    expect((await stack.documents.get({ TableName, Key: made })).Item).toEqual(made);
    expect((await stack.documents.get({ TableName, Key: notMade })).Item).toBeUndefined();
  });

  test.each([
    ['SET a = absent', {}, 'refers to an attribute that does not exist'],
    ['SET x.y = :one', { ':one': 1 }, 'document path provided in the update expression is invalid'],
    ['REMOVE x.y', {}, 'document path provided in the update expression is invalid'],
    ['SET a = s + :one', { ':one': 1 }, 'incorrect data type'],
    ['ADD s :one', { ':one': 1 }, 'incorrect data type'],
    ['SET pk = :one', { ':one': 1 }, 'This attribute is part of the key'],
    ['SET #a = :one', { ':one': 1 }, 'attribute name: #a'],
    ['SET status = :one', { ':one': 1 }, 'reserved keyword: status'],
    ['SET a = :one', { ':one': 1, ':two': 2 }, 'unused in expressions: keys: {:two}'],
    ['SET a = :one, a.b = :one', { ':one': 1 }, 'overlap'],
    ['SET a =', {}, 'Syntax error'],
    ['SET author = :one', { ':one': 1 }, 'Type mismatch for Index Key author'],
    ['SET a = :long', { ':long': 'x'.repeat(410 * 1024) }, 'size'],
  ])('refuses %s', async (expression, values, message) => {
    await stored({ s: 'text' });

    const update = updated(expression, Object.keys(values).length > 0 ? values : undefined);

    await expect(update).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('a condition', () => {
  const item = {
    n: 10,
    s: 'abc',
    e: '',
    l: ['a', { b: 1 }],
    m: { x: { y: 1 } },
    elements: new Set(['a', 'b']),
    nothing: null,
    bytes: new Uint8Array([1, 2, 3]),
  };

  test.each([
    ['n = :v', 10, true],
    ['n = :v', '10', false],
    ['n <> :v', 10, false],
    ['absent <> :v', 1, true],
    ['absent = :v', 1, false],
    ['n < :v', 9, false],
    ['n < :v', 100, true],
    ['n >= :v', 10, true],
    ['s > :v', 'abb', true],
    ['s <= :v', 'abb', false],
    ['n < :v', 'x', false],
    ['absent < :v', 1, false],
    ['m = :v', { x: { y: 1 } }, true],
    ['m = :v', { x: { y: 2 } }, false],
    ['l = :v', ['a', { b: 1 }], true],
    ['elements = :v', new Set(['b', 'a']), true],
    ['n BETWEEN :v AND n', 2, true],
    ['n BETWEEN :v AND absent', 2, false],
    ['n IN (:v, s)', 10, true],
    ['m IN (:v)', { x: { y: 1 } }, true],
    ['n IN (:v)', 11, false],
    ['begins_with(s, :v)', 'ab', true],
    ['begins_with(s, :v)', 'bc', false],
    ['begins_with(bytes, :v)', new Uint8Array([1, 2]), true],
    ['contains(s, :v)', 'bc', true],
    ['contains(elements, :v)', 'a', true],
    ['contains(l, :v)', { b: 1 }, true],
    ['contains(l, :v)', 'b', false],
    ['size(s) = :v', 3, true],
    ['size(e) = :v', 0, true],
    ['size(l) > :v', 1, true],
    ['attribute_exists(m.x.y) AND n = :v', 10, true],
    ['attribute_exists(m.x.z) OR n = :v', 11, false],
    ['NOT attribute_exists(l[2]) AND n = :v', 10, true],
    ['attribute_not_exists(toString) AND n = :v', 10, true],
    ['attribute_type(nothing, :v)', 'NULL', true],
    ['attribute_type(n, :v)', 'S', false],
    ['(n = :v OR n = :v) AND NOT s = :v', 10, true],
  ])('%s, with %j, is %s', async (ConditionExpression, value, expected) => {
    await stored(item);

    const check = stack.documents.transactWrite({
      TransactItems: [
        { ConditionCheck: { TableName, Key, ConditionExpression, ExpressionAttributeValues: { ':v': value } } },
      ],
    });

    const held = await check.then(
      () => true,
      (error: Error) => (error.name === 'TransactionCanceledException' ? false : error.message),
    );
    expect(held).toBe(expected);
  });

  test("parsed once holds for each request's own values", async () => {
    await stored({ n: 1 });
    const check = (value: number) =>
      stack.documents.update({
        TableName,
        Key,
        UpdateExpression: 'SET n = :next',
        ConditionExpression: 'n = :v',
        ExpressionAttributeValues: { ':v': value, ':next': value + 1 },
      });

    await check(1);
    await check(2);

    await expect(check(2)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  test('compares numbers as numbers and text by its UTF-8 bytes', async () => {
    await stored({ n: 9, s: '\u{1F600}' });

    const check = stack.documents.transactWrite({
      TransactItems: [
        {
          ConditionCheck: {
            TableName,
            Key,
            ConditionExpression: 'n < :ten AND n > :less AND s > :bmp',
            ExpressionAttributeValues: { ':ten': 10, ':less': -100.5, ':bmp': '\uFFFD' },
          },
        },
      ],
    });

    await expect(check).resolves.toBeDefined();
  });
});
