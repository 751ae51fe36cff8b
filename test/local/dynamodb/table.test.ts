import {
  CreateBackupCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ListTablesCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ResourceValues } from '../../../local/service.ts';
import { createRuns, openStack, type Stack } from './stack.ts';

let stack: Stack;
beforeEach(async () => {
  stack = await openStack();
});
afterEach(() => stack.close());

const PROPERTIES = {
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
};
const INDEXED = {
  ...PROPERTIES,
  AttributeDefinitions: [...PROPERTIES.AttributeDefinitions, { AttributeName: 'kind', AttributeType: 'S' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-kind',
      KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

async function make(properties: object): Promise<ResourceValues> {
  const handler = stack.service.resources['AWS::DynamoDB::Table'];
  if (!handler) throw new Error('No handler.');
  return handler({ logicalId: 'Table', name: 'stack-Table', type: 'AWS::DynamoDB::Table', properties });
}

const describeTable = async (TableName: string) =>
  (await stack.client.send(new DescribeTableCommand({ TableName }))).Table;

const countOfKind = async (kind: string) =>
  (
    await stack.documents.query({
      TableName: 'stack-Table',
      IndexName: 'by-kind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: { ':k': kind },
    })
  ).Count;

describe('AWS::DynamoDB::Table', () => {
  test('makes the table of the template', async () => {
    const values = await make({
      ...INDEXED,
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      Tags: [{ Key: 'a', Value: 'b' }],
    });

    const table = await describeTable('stack-Table');
    expect(values.ref).toBe('stack-Table');
    expect(values.attributes).toEqual({ Arn: table?.TableArn, StreamArn: table?.LatestStreamArn });
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/stack-Table',
      KeySchema: PROPERTIES.KeySchema,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      GlobalSecondaryIndexes: [{ IndexName: 'by-kind', IndexStatus: 'ACTIVE' }],
    });
  });

  test('keeps table, items and stream over a restart', async () => {
    const properties = { ...PROPERTIES, TableName: 'named', StreamSpecification: { StreamViewType: 'NEW_IMAGE' } };
    const before = await make(properties);
    await stack.documents.put({ TableName: 'named', Item: { pk: 'a', sk: '1' } });
    await stack.close();
    stack = await openStack(stack.dir);

    const after = await make(properties);

    expect(after).toEqual(before);
    expect(await describeTable('named')).toMatchObject({ ItemCount: 1 });
    expect(stack.service.readStream(after.attributes['StreamArn'] ?? '', 0, 10)).toHaveLength(1);
  });

  test('fills an index that is added, and drops one that is taken away', async () => {
    await make(PROPERTIES);
    await stack.documents.put({ TableName: 'stack-Table', Item: { pk: 'a', sk: '1', kind: 'k' } });
    await stack.documents.put({ TableName: 'stack-Table', Item: { pk: 'a', sk: '2', kind: 5 } });

    await make(INDEXED);
    const filled = await countOfKind('k');
    await make(PROPERTIES);

    expect(filled).toBe(1);
    await expect(countOfKind('k')).rejects.toThrow('does not have the specified index');
  });

  test('opens another stream when another view is asked for', async () => {
    const first = await make({ ...PROPERTIES, StreamSpecification: { StreamViewType: 'NEW_IMAGE' } });
    const second = await make({ ...PROPERTIES, StreamSpecification: { StreamViewType: 'KEYS_ONLY' } });
    const none = await make(PROPERTIES);

    expect(second.attributes['StreamArn']).not.toBe(first.attributes['StreamArn']);
    expect(none.attributes).not.toHaveProperty('StreamArn');
  });

  test('refuses to replace a table by one of another key', async () => {
    await make(PROPERTIES);

    const other = make({
      ...PROPERTIES,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    });

    await expect(other).rejects.toThrow('The key of table stack-Table cannot be changed');
  });

  test.each([
    ['provisioned throughput', { BillingMode: 'PROVISIONED' }],
    ['LocalSecondaryIndexes', { LocalSecondaryIndexes: [] }],
    ['KinesisStreamSpecification', { KinesisStreamSpecification: {} }],
    [
      'StreamSpecification.ResourcePolicy',
      { StreamSpecification: { StreamViewType: 'NEW_IMAGE', ResourcePolicy: {} } },
    ],
  ])('refuses %s, which it would not honour', async (name, properties) => {
    await expect(make({ ...PROPERTIES, ...properties })).rejects.toThrow(name);
  });
});

describe('the API', () => {
  test('creates, lists, describes and deletes tables', async () => {
    await createRuns(stack);
    await waitUntilTableExists({ client: stack.client, maxWaitTime: 30 }, { TableName: 'runs' });
    await stack.documents.put({ TableName: 'runs', Item: { pk: 'a', sk: '1', author: 'ada' } });

    const listed = await stack.client.send(new ListTablesCommand());
    await stack.client.send(new DeleteTableCommand({ TableName: 'runs' }));
    await createRuns(stack);

    expect(listed.TableNames).toEqual(['runs']);
    expect(await describeTable('runs')).toMatchObject({ ItemCount: 0, TableSizeBytes: 0 });
    expect((await stack.documents.scan({ TableName: 'runs', IndexName: 'by-author' })).Count).toBe(0);
  });

  test('pages through the names of tables', async () => {
    for (const TableName of ['ccc', 'aaa', 'bbb']) {
      await stack.client.send(new CreateTableCommand({ ...PROPERTIES, TableName } as never));
    }

    const first = await stack.client.send(new ListTablesCommand({ Limit: 2 }));
    const second = await stack.client.send(
      new ListTablesCommand({ ExclusiveStartTableName: first.LastEvaluatedTableName }),
    );

    expect(first.TableNames).toEqual(['aaa', 'bbb']);
    expect(second.TableNames).toEqual(['ccc']);
    expect(second.LastEvaluatedTableName).toBeUndefined();
  });

  test('finds a table by its ARN', async () => {
    const { tableArn } = await createRuns(stack);

    await stack.documents.put({ TableName: tableArn, Item: { pk: 'a', sk: '1' } });

    const { Responses } = await stack.documents.batchGet({
      RequestItems: { [tableArn]: { Keys: [{ pk: 'a', sk: '1' }] } },
    });
    expect(Responses?.[tableArn]).toEqual([{ pk: 'a', sk: '1' }]);
    await expect(
      stack.documents.get({ TableName: tableArn.replace('000000000000', '1'), Key: { pk: 'a', sk: '1' } }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('refuses a table twice, and a key attribute that is not defined', async () => {
    await createRuns(stack);

    await expect(createRuns(stack)).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await expect(
      stack.client.send(
        new CreateTableCommand({ ...PROPERTIES, TableName: 'other', AttributeDefinitions: [] } as never),
      ),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('names an operation that it does not have, and the way out', async () => {
    const backup = stack.client.send(new CreateBackupCommand({ TableName: 'runs', BackupName: 'b' }));

    await expect(backup).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message:
        'The local stack has no DynamoDB operation CreateBackup. Set AWS_ENDPOINT_URL_DYNAMODB to use another endpoint.',
    });
  });

  test('keeps __proto__ as the value of a key or of an attribute', async () => {
    await createRuns(stack);
    const item = { pk: '__proto__', sk: '"__proto__":', text: ['__proto__', '\\u0000', '\u0000'] };

    await stack.documents.put({ TableName: 'runs', Item: item });

    const { Item } = await stack.documents.get({ TableName: 'runs', Key: { pk: item.pk, sk: item.sk } });
    expect(Item).toEqual(item);
  });

  test.each([
    ['no JSON', '{', 'DynamoDB_20120810.GetItem', 'SerializationException'],
    ['a list', '[]', 'DynamoDB_20120810.GetItem', 'SerializationException'],
    [
      'an attribute __proto__',
      '{"TableName":"runs","Item":{"__proto__":{"S":"x"}}}',
      'DynamoDB_20120810.PutItem',
      'ValidationException',
    ],
    [
      'an attribute __proto__ in another spelling',
      '{"TableName":"runs","Item":{"pk":{"M":{"\\u005f_proto__" :{"S":"x"}}}}}',
      'DynamoDB_20120810.PutItem',
      'ValidationException',
    ],
    [
      'a type that is none',
      '{"TableName":"runs","Key":{"pk":"x"}}',
      'DynamoDB_20120810.GetItem',
      'SerializationException',
    ],
    ['the Streams API', '{}', 'DynamoDBStreams_20120810.ListStreams', 'UnknownOperationException'],
  ])('answers %s with an error', async (_, body, target, code) => {
    await createRuns(stack);
    const { hostname, port } = (await stack.client.config.endpoint?.()) ?? {};

    const response = await fetch(`http://${hostname}:${port}/`, {
      method: 'POST',
      headers: { 'x-amz-target': target },
      body,
    });

    expect(response.status).toBe(400);
    expect(((await response.json()) as { __type: string }).__type).toBe(`com.amazonaws.dynamodb.v20120810#${code}`);
  });
});
