import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Item } from '../../../local/dynamodb/attribute-value.ts';
import { holds } from '../../../local/dynamodb/condition.ts';
import { parseExpressions } from '../../../local/dynamodb/expressions.ts';
import { applyUpdate } from '../../../local/dynamodb/update.ts';

type Input = Readonly<Record<string, unknown>>;
type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
type Request = Parameters<typeof parseExpressions>[0];

/** What a write makes of an item; the condition is known to hold. */
interface Change {
  readonly at: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

const most = 100;

/**
 * The application's table in memory, with the expressions of the local DynamoDB and without its disk: what a command of the document client
 * does to it. A world has one of its own.
 */
export class MemoryTable {
  /** How many writes it was asked for. */
  writes = 0;
  readonly #items = new Map<string, Item>();
  readonly #records: DynamoDBRecord[] = [];

  /** Does what a command says. */
  send(command: string, input: Input): object {
    switch (command) {
      case 'GetCommand':
        return answer('Item', this.#items.get(keyOf(input['Key'])));
      case 'QueryCommand':
        return this.#query(input);
      case 'BatchGetCommand':
        return this.#batchGet(input['RequestItems'] as Readonly<Record<string, { readonly Keys: readonly object[] }>>);
      case 'UpdateCommand':
        return this.#write('Update', input);
      case 'PutCommand':
        return this.#write('Put', input);
      case 'DeleteCommand':
        return this.#write('Delete', input);
      case 'TransactWriteCommand':
        return this.#transact(input['TransactItems'] as readonly Readonly<Partial<Record<Kind, Input>>>[]);
      default:
        throw new Error(`The simulation's table has no ${command}.`);
    }
  }

  /** Records of the stream after a number, the oldest first, in Lambda's shape. */
  records(after: number, limit: number): readonly { readonly sequence: number; readonly record: DynamoDBRecord }[] {
    return this.#records.slice(after, after + limit).map((record, index) => ({ sequence: after + index + 1, record }));
  }

  #write(kind: Kind, input: Input): object {
    this.writes++;
    const change = this.#changeOf(kind, input);
    if (!change) throw new ConditionalCheckFailedException({ message: 'The condition failed', $metadata: {} });
    this.#apply(change);
    return {};
  }

  #transact(writes: readonly Readonly<Partial<Record<Kind, Input>>>[]): object {
    this.writes++;
    if (writes.length > most) throw new Error(`A transaction has ${writes.length} writes, and can have ${most}.`);
    const each = writes.flatMap((write) => Object.entries(write) as [Kind, Input][]);
    const keys = each.map(([, input]) => keyOf(input['Item'] ?? input['Key']));
    if (new Set(keys).size < keys.length) throw new Error(`A transaction writes an item twice: ${keys.join(', ')}.`);
    const changes = each.map(([kind, input]) => this.#changeOf(kind, input));
    if (changes.some((change) => !change)) {
      const CancellationReasons = changes.map((change, index) => {
        const found = this.#items.get(keys[index] ?? '');
        return change
          ? { Code: 'None' }
          : { Code: 'ConditionalCheckFailed', ...(found ? { Item: found as never } : {}) };
      });
      throw new TransactionCanceledException({ message: 'cancelled', CancellationReasons, $metadata: {} });
    }
    for (const change of changes) if (change) this.#apply(change);
    return {};
  }

  /** Undefined when the condition does not hold. */
  #changeOf(kind: Kind, input: Input): Change | undefined {
    const at = keyOf(input['Item'] ?? input['Key']);
    const before = this.#items.get(at);
    const request = requestOf(input);
    const { condition, update = [] } = parseExpressions(request, ['UpdateExpression', 'ConditionExpression']);
    const values = request.ExpressionAttributeValues ?? {};
    if (condition && !holds(condition, before ?? {}, values)) return undefined;
    if (kind === 'Put') return { at, before, after: item(input['Item']) };
    if (kind === 'Delete') return { at, before, after: undefined };
    if (kind === 'ConditionCheck') return { at, before, after: before };
    const after = structuredClone<Record<string, Item[string]>>(before ?? item(input['Key']));
    applyUpdate(update, after, before ?? {}, values);
    return { at, before, after };
  }

  #apply({ at, before, after }: Change): void {
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    if (after) this.#items.set(at, after);
    else this.#items.delete(at);
    const eventName = before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT';
    const images = { ...(before ? { OldImage: before } : {}), ...(after ? { NewImage: after } : {}) };
    const SequenceNumber = String(this.#records.length + 1).padStart(21, '0');
    this.#records.push({ eventName, dynamodb: { SequenceNumber, ...images } } as unknown as DynamoDBRecord);
  }

  #query(input: Input): object {
    const request = requestOf(input);
    const { keyCondition } = parseExpressions(request, ['KeyConditionExpression']);
    const values = request.ExpressionAttributeValues ?? {};
    const found = [...this.#items.values()].filter((each) => !keyCondition || holds(keyCondition, each, values));
    const order = input['IndexName'] === 'open' ? byNumber('nextCheckAt') : byText('sk');
    const sorted = input['ScanIndexForward'] === false ? found.sort(order).reverse() : found.sort(order);
    const after = input['ExclusiveStartKey'] as object | undefined;
    const start = after ? sorted.findIndex((each) => keyOf(plain(each)) === keyOf(after)) + 1 : 0;
    const page = sorted.slice(start, start + Number(input['Limit'] ?? sorted.length));
    const last = page.at(-1);
    const goesOn = last && start + page.length < sorted.length;
    return {
      Items: page.map(plain),
      ...(goesOn ? { LastEvaluatedKey: pickKey(plain(last)) } : {}),
    };
  }

  #batchGet(requests: Readonly<Record<string, { readonly Keys: readonly object[] }>>): object {
    const found = Object.entries(requests).map(([table, { Keys }]) => [
      table,
      Keys.flatMap((key) => {
        const stored = this.#items.get(keyOf(key));
        return stored ? [plain(stored)] : [];
      }),
    ]);
    return { Responses: Object.fromEntries(found) };
  }
}

function keyOf(key: unknown): string {
  const { pk, sk } = key as { pk: string; sk: string };
  return `${pk}\n${sk}`;
}

function item(value: unknown): Item {
  return marshall(value, { removeUndefinedValues: true }) as Item;
}

function plain(stored: Item): Input {
  return unmarshall(stored as Parameters<typeof unmarshall>[0]);
}

function pickKey({ pk, sk }: Input): object {
  return { pk, sk };
}

function answer(name: string, found: Item | undefined): object {
  return found ? { [name]: plain(found) } : {};
}

/** Only what is there: the parser takes what is undefined for something. */
function requestOf(input: Input): Request {
  const names = ['UpdateExpression', 'ConditionExpression', 'KeyConditionExpression', 'ExpressionAttributeNames'];
  const values = input['ExpressionAttributeValues'];
  return {
    ...Object.fromEntries(names.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]]))),
    ...(values === undefined ? {} : { ExpressionAttributeValues: item(values) }),
  };
}

function byText(name: string): (a: Item, b: Item) => number {
  return (a, b) => ((a[name]?.S ?? '') < (b[name]?.S ?? '') ? -1 : 1);
}

function byNumber(name: string): (a: Item, b: Item) => number {
  return (a, b) => Number(a[name]?.N) - Number(b[name]?.N);
}
