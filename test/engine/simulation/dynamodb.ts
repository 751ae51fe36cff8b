import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TurnableClock } from '../../../local/clock.ts';
import { type DynamodbService, openDynamodb } from '../../../local/dynamodb/dynamodb.ts';

/** Nothing here is to outlive the test: memory does, where the system has a folder in it. */
const memory = '/dev/shm';
const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' };

/** The application's table in the local DynamoDB, in the process: what a command of the document client does to it. */
export class Table {
  readonly #folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'sluice-simulation-'));
  readonly #service: DynamodbService;
  readonly #clock = new TurnableClock();

  constructor() {
    const place = { account: '000000000000', region: 'eu-west-1', partition: 'aws', endpoint: '' };
    this.#service = openDynamodb({ ...place, dir: this.#folder, clock: this.#clock });
  }

  async create(name: string): Promise<void> {
    const text = (attribute: string) => ({ AttributeName: attribute, AttributeType: 'S' });
    const key = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ];
    await this.#ask('CreateTable', {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        text('pk'),
        text('sk'),
        text('open'),
        { AttributeName: 'nextCheckAt', AttributeType: 'N' },
      ],
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'open', KeySchema: key('open', 'nextCheckAt'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
  }

  /** Does what a command says. */
  async send(command: string, input: Readonly<Record<string, unknown>>): Promise<object> {
    switch (command) {
      case 'GetCommand':
        return itemsFrom(await this.#ask('GetItem', { ...input, Key: toItem(input['Key']) }));
      case 'QueryCommand':
        return itemsFrom(
          await this.#ask('Query', {
            ...input,
            ExpressionAttributeValues: toItem(input['ExpressionAttributeValues']),
            ...(input['ExclusiveStartKey'] ? { ExclusiveStartKey: toItem(input['ExclusiveStartKey']) } : {}),
          }),
        );
      case 'BatchGetCommand':
        return itemsFrom(await this.#ask('BatchGetItem', { RequestItems: keysOf(input['RequestItems']) }));
      case 'UpdateCommand':
        return this.#ask('UpdateItem', writeOf(input));
      case 'PutCommand':
        return this.#ask('PutItem', writeOf(input));
      case 'DeleteCommand':
        return this.#ask('DeleteItem', writeOf(input));
      case 'TransactWriteCommand': {
        const items = input['TransactItems'] as readonly Readonly<Record<string, Record<string, unknown>>>[];
        return this.#ask('TransactWriteItems', {
          TransactItems: items.map((item) =>
            Object.fromEntries(Object.entries(item).map(([kind, write]) => [kind, writeOf(write)])),
          ),
        });
      }
      default:
        throw new Error(`The simulation's table has no ${command}.`);
    }
  }

  async close(): Promise<void> {
    await this.#service.close();
    this.#clock.close();
    rmSync(this.#folder, { recursive: true });
  }

  async #ask(operation: string, input: object): Promise<object> {
    const { status, body } = await this.#service.handle({
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: Readable.from([Buffer.from(JSON.stringify(input))]),
      caller,
      requestId: 'simulation',
    });
    const answer = JSON.parse(String(body));
    if (status === 200) return answer;
    throw errorOf(answer);
  }
}

function errorOf(answer: { __type: string; message: string; CancellationReasons?: { Code: string }[] }): Error {
  const name = answer.__type.split('#')[1] ?? '';
  const { message = name, CancellationReasons = [] } = answer;
  if (name === 'TransactionCanceledException')
    return new TransactionCanceledException({ message, CancellationReasons, $metadata: {} });
  if (name === 'ConditionalCheckFailedException')
    return new ConditionalCheckFailedException({ message, $metadata: {} });
  return Object.assign(new Error(message), { name });
}

function toItem(value: unknown): unknown {
  return value === undefined ? undefined : marshall(value, { removeUndefinedValues: true });
}

function writeOf(write: Readonly<Record<string, unknown>>): object {
  const { Item, Key, ExpressionAttributeValues: values } = write;
  return {
    ...write,
    ...(Item ? { Item: toItem(Item) } : {}),
    ...(Key ? { Key: toItem(Key) } : {}),
    ...(values ? { ExpressionAttributeValues: toItem(values) } : {}),
  };
}

function keysOf(requests: unknown): object {
  const byTable = requests as Readonly<Record<string, { readonly Keys: readonly object[] }>>;
  return Object.fromEntries(
    Object.entries(byTable).map(([table, request]) => [table, { ...request, Keys: request.Keys.map(toItem) }]),
  );
}

type Stored = Parameters<typeof unmarshall>[0];

interface Answer {
  readonly Item?: Stored;
  readonly Items?: readonly Stored[];
  readonly LastEvaluatedKey?: Stored;
  readonly Responses?: Readonly<Record<string, readonly Stored[]>>;
}

function itemsFrom(answer: Answer): object {
  const { Item, Items, LastEvaluatedKey, Responses } = answer;
  return {
    ...(Item ? { Item: unmarshall(Item) } : {}),
    ...(Items ? { Items: Items.map((item) => unmarshall(item)) } : {}),
    ...(LastEvaluatedKey ? { LastEvaluatedKey: unmarshall(LastEvaluatedKey) } : {}),
    ...(Responses
      ? {
          Responses: Object.fromEntries(
            Object.entries(Responses).map(([table, items]) => [table, items.map((item) => unmarshall(item))]),
          ),
        }
      : {}),
  };
}
