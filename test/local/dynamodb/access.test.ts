import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { judgedOperations } from '../../../local/dynamodb/access.ts';
import { type DynamodbService, openDynamodb, operationNames } from '../../../local/dynamodb/dynamodb.ts';
import type { Resource } from '../../../local/service.ts';
import { jsonCall } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: 'http://127.0.0.1:1' };
const dir = mkdtempSync(join(tmpdir(), 'sluice-ddb-access-'));
const clock = new TurnableClock();
const key = 'arn:aws:kms:us-east-1:000000000000:key/k';
const arn = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;
let dynamodb: DynamodbService;

async function makeTable(name: string, more: object): Promise<void> {
  await dynamodb.resources['AWS::DynamoDB::Table']?.({
    type: 'AWS::DynamoDB::Table',
    logicalId: 'T',
    name,
    properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      ...more,
    },
  } as Resource);
}

beforeAll(async () => {
  dynamodb = openDynamodb({ ...place, dir, clock });
  await makeTable('plain', {});
  const SSESpecification = { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key };
  await makeTable('secret', { SSESpecification, StreamSpecification: { StreamViewType: 'KEYS_ONLY' } });
});
afterAll(async () => {
  await dynamodb.close();
  clock.close();
  rmSync(dir, { recursive: true });
});

const read = (operation: string, input: object) => dynamodb.access(jsonCall(`DynamoDB_20120810.${operation}`, input));
const asked = (operation: string, input: object) =>
  read(operation, input).map(({ action, resource }) => `${action.replace('dynamodb:', '')} ${resource}`);
const named = { TableName: 'plain' };
const pk = (S: string) => ({ pk: { S } });

test.each([
  ['GetItem', { ...named, Key: pk('a') }, [`GetItem ${arn('plain')}`]],
  ['PutItem', { TableName: arn('plain'), Item: pk('a') }, [`PutItem ${arn('plain')}`]],
  ['GetItem', { TableName: 'secret', Key: pk('a') }, [`GetItem ${arn('secret')}`, `kms:Decrypt ${key}`]],
  ['Query', named, [`Query ${arn('plain')}`]],
  ['Query', { ...named, IndexName: 'open' }, [`Query ${arn('plain')}/index/open`]],
  ['Scan', { ...named, IndexName: 'open' }, [`Scan ${arn('plain')}/index/open`]],
  [
    'BatchGetItem',
    { RequestItems: { plain: { Keys: [pk('a'), pk('b')] }, other: { Keys: [pk('c')] } } },
    [`BatchGetItem ${arn('plain')}`, `BatchGetItem ${arn('other')}`],
  ],
  [
    'BatchWriteItem',
    { RequestItems: { plain: [{ PutRequest: { Item: pk('a') } }, { DeleteRequest: { Key: pk('b') } }] } },
    [`BatchWriteItem ${arn('plain')}`],
  ],
  [
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { ...named, Item: pk('a') } },
        { Update: { ...named, Key: pk('b') } },
        { Delete: { TableName: 'other', Key: pk('c') } },
        { ConditionCheck: { ...named, Key: pk('d') } },
      ],
    },
    [
      `PutItem ${arn('plain')}`,
      `UpdateItem ${arn('plain')}`,
      `DeleteItem ${arn('other')}`,
      `ConditionCheckItem ${arn('plain')}`,
    ],
  ],
  ['TransactGetItems', { TransactItems: [{ Get: { ...named, Key: pk('a') } }] }, [`GetItem ${arn('plain')}`]],
  ['DescribeTable', { TableName: 'secret' }, [`DescribeTable ${arn('secret')}`]],
  ['ListTables', {}, ['ListTables *']],
])('%s of %j asks for %j', (operation, input, wanted) => {
  expect(asked(operation, input)).toEqual(wanted);
});

test('items tell their partition keys, transactions themselves', () => {
  const [put] = read('TransactWriteItems', {
    TransactItems: [{ Put: { ...named, Item: pk('a'), ReturnValues: 'NONE' } }],
  });
  const [batch] = read('BatchWriteItem', {
    RequestItems: { plain: [{ PutRequest: { Item: pk('a') } }, { DeleteRequest: { Key: pk('b') } }] },
  });

  expect(put?.context).toEqual({
    'dynamodb:LeadingKeys': ['a'],
    'dynamodb:ReturnValues': 'NONE',
    'dynamodb:EnclosingOperation': 'TransactWriteItems',
  });
  expect(batch?.context).toEqual({ 'dynamodb:LeadingKeys': ['a', 'b'] });
});

test("reading a stream asks for the stream and the table's key", () => {
  const stream = `${arn('secret')}/stream/2026-11-21T00:00:00.000`;

  const found = dynamodb.accessToStream(stream).map(({ action, resource }) => `${action} ${resource}`);

  expect(found).toEqual([
    'dynamodb:ListStreams *',
    `dynamodb:DescribeStream ${stream}`,
    `dynamodb:GetShardIterator ${stream}`,
    `dynamodb:GetRecords ${stream}`,
    `kms:Decrypt ${key}`,
  ]);
});

test('what is judged is what is done: the name after the first dot', () => {
  expect(read('GetItem.ListTables', { ...named, Key: pk('a') })[0]?.action).toBe('dynamodb:GetItem');
  expect([...judgedOperations].sort()).toEqual([...operationNames].sort());
});
