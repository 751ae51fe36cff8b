import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';

const tableName = process.env['TABLE'] ?? '';
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

/** An item as the table has it. Keys that users choose are never names of attributes: such maps are kept as JSON text. */
export type Item = Readonly<Record<string, unknown>>;

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** One write of a transaction, without the table's name. */
export type Write =
  | { readonly put: Item & Key; readonly condition?: Condition }
  | {
      readonly update: Key;
      readonly expression: string;
      readonly names?: Record<string, string>;
      readonly values?: Record<string, unknown>;
      readonly condition?: Condition;
    }
  | { readonly remove: Key; readonly condition?: Condition }
  | { readonly check: Key; readonly condition: Condition };

/** `values` of an update and of its condition are one map: they share names. */
export interface Condition {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Record<string, unknown>;
}

/** The item did not exist before. */
export const isNew: Condition = { expression: 'attribute_not_exists(pk)' };

/** The item is as it was read: every record that is changed carries a revision. */
export function unchanged(revision: number): Condition {
  return { expression: 'rev = :rev', values: { ':rev': revision } };
}

/** Reads one item, strongly consistent; undefined when there is none. */
export async function read(key: Key): Promise<Item | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
  return Item;
}

/** Reads up to 100 items by key, strongly consistent, in the order of the keys; undefined where there is none. */
export async function readAll(keys: readonly Key[]): Promise<readonly (Item | undefined)[]> {
  const found = new Map<string, Item>();
  for (let start = 0; start < keys.length; start += 100) {
    let rest: Key[] | undefined = keys.slice(start, start + 100);
    while (rest && rest.length > 0) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys: rest, ConsistentRead: true } } }),
      );
      for (const item of Responses?.[tableName] ?? []) found.set(`${item['pk']}\n${item['sk']}`, item);
      rest = UnprocessedKeys?.[tableName]?.Keys as Key[] | undefined;
    }
  }
  return keys.map(({ pk, sk }) => found.get(`${pk}\n${sk}`));
}

export interface Page {
  readonly items: readonly Item[];
  /** Where the next page begins; absent after the last. */
  readonly next?: Key;
}

/** Reads a page of a partition whose sort keys begin with `prefix`, strongly consistent. */
export async function list(
  pk: string,
  prefix: string,
  options: { readonly limit: number; readonly newestFirst?: boolean; readonly after?: Key },
): Promise<Page> {
  return page({
    KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk, ...(prefix ? { ':prefix': prefix } : {}) },
    ConsistentRead: true,
    Limit: options.limit,
    ScanIndexForward: !options.newestFirst,
    ExclusiveStartKey: options.after,
  });
}

/** The partitions of the index over which open work is spread: the sweeper reads them. */
export const openPartitions: readonly string[] = Array.from({ length: 8 }, (_, number) => `OPEN#${number}`);

/** Keys in a partition of the index that are due by `time`, the longest due first. A record that has just changed may still be among them. */
export async function due(partition: string, time: number, limit: number): Promise<readonly Key[]> {
  const { items } = await page({
    IndexName: 'open',
    KeyConditionExpression: '#open = :shard AND nextCheckAt <= :time',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: { ':shard': partition, ':time': time },
    Limit: limit,
  });
  return items.map((item) => ({ pk: String(item['pk']), sk: String(item['sk']) }));
}

/** The attributes that keep a record in the index of open work: it is looked at again at `nextCheckAt`. */
export function openUntil(id: string, nextCheckAt: number): InIndex {
  return openIn(openPartitions[shardOf(id, openPartitions.length)] ?? '', nextCheckAt);
}

/** Which of several partitions an id is in. */
export function shardOf(id: string, count: number): number {
  return [...id].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 65_521, 7) % count;
}

/** The attributes that keep a record in a partition of the index, due at a time. */
export function openIn(partition: string, nextCheckAt: number): InIndex {
  return { open: partition, nextCheckAt };
}

export interface InIndex {
  readonly open: string;
  readonly nextCheckAt: number;
}

async function page(input: Omit<QueryCommandInput, 'TableName'>): Promise<Page> {
  const { Items, LastEvaluatedKey } = await client.send(new QueryCommand({ TableName: tableName, ...input }));
  return { items: Items ?? [], ...(LastEvaluatedKey ? { next: LastEvaluatedKey as Key } : {}) };
}

/** A write was refused because something was not as its condition says. */
export class Changed extends Error {
  /** By write: the item that was there, where its condition failed. */
  readonly found: readonly (Item | undefined)[];

  constructor(found: readonly (Item | undefined)[]) {
    super('The records changed since they were read.');
    this.name = 'Changed';
    this.found = found;
  }
}

const conflictAttempts = 8;

/** The most writes of one transaction. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const mostWrites = 100;

/** Writes all or nothing. Throws `Changed` when a condition fails; a conflict with another transaction in flight is tried again. */
export async function write(writes: readonly Write[]): Promise<void> {
  const input: TransactWriteCommandInput = { TransactItems: writes.map(transactItem) };
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(new TransactWriteCommand(input));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) {
        throw new Changed(
          reasons.map(({ Code, Item }) => (Code === 'ConditionalCheckFailed' ? (Item ?? {}) : undefined)),
        );
      }
      if (attempt === conflictAttempts || !reasons.every(({ Code }) => Code === 'None' || isPassing(Code))) throw error;
      await pause(attempt);
    }
  }
}

/** Updates one item under a condition; false when the condition does not hold. */
export async function update(
  key: Key,
  input: Pick<
    UpdateCommandInput,
    'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
  >,
): Promise<boolean> {
  return holds(client.send(new UpdateCommand({ TableName: tableName, Key: key, ...input })));
}

/** Writes one item under a condition; false when the condition does not hold. */
export async function put(item: Item & Key, condition: Condition): Promise<boolean> {
  return holds(client.send(new PutCommand({ TableName: tableName, Item: item, ...conditionOf(condition) })));
}

/** Removes one item under a condition; false when the condition does not hold. */
export async function remove(key: Key, condition: Condition): Promise<boolean> {
  return holds(client.send(new DeleteCommand({ TableName: tableName, Key: key, ...conditionOf(condition) })));
}

function conditionOf({ expression, names, values }: Condition) {
  return {
    ConditionExpression: expression,
    ...(names ? { ExpressionAttributeNames: names } : {}),
    ...(values ? { ExpressionAttributeValues: values } : {}),
  };
}

async function holds(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/** Reads, decides and writes; again with what is there then, when it has changed meanwhile. */
export async function untilUnchanged<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Changed) || tries === 20) throw error;
      await pause(tries);
    }
  }
}

function isPassing(code: string | undefined): boolean {
  return code === 'TransactionConflict' || code === 'ThrottlingError' || code === 'ProvisionedThroughputExceeded';
}

/** Full jitter, some milliseconds at first, a second at most. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(1000, 10 * 2 ** attempt)));
}

function transactItem(write: Write): NonNullable<TransactWriteCommandInput['TransactItems']>[number] {
  const condition = write.condition && {
    ConditionExpression: write.condition.expression,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const names = { ...write.condition?.names, ...('names' in write ? write.names : {}) };
  const values = { ...write.condition?.values, ...('values' in write ? write.values : {}) };
  const common = {
    TableName: tableName,
    ...condition,
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  };
  if ('put' in write) return { Put: { ...common, Item: write.put } };
  if ('update' in write) return { Update: { ...common, Key: write.update, UpdateExpression: write.expression } };
  if ('remove' in write) return { Delete: { ...common, Key: write.remove } };
  return { ConditionCheck: { ...common, Key: write.check, ConditionExpression: write.condition.expression } };
}
