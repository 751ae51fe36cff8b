import {
  type AccessContext,
  type AccessReader,
  type AccessRequest,
  jsonMembers,
  keyAccess,
  listMember,
  type SignedCall,
  textMember,
} from '../access.ts';
import type { StackContext } from '../service.ts';
import type { Catalogue } from './catalogue.ts';
import { tableArn } from './table.ts';

type Members = Readonly<Record<string, unknown>>;

interface Asked {
  readonly context: StackContext;
  readonly catalogue: Catalogue;
  readonly input: Members;
}

type Rule = (asked: Asked) => readonly AccessRequest[];

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['GetItem', (asked) => item(asked, 'GetItem', asked.input, ['Key'])],
  ['PutItem', (asked) => item(asked, 'PutItem', asked.input, ['Item'])],
  ['UpdateItem', (asked) => item(asked, 'UpdateItem', asked.input, ['Key'])],
  ['DeleteItem', (asked) => item(asked, 'DeleteItem', asked.input, ['Key'])],
  ['Query', (asked) => many(asked, 'Query')],
  ['Scan', (asked) => many(asked, 'Scan')],
  ['BatchGetItem', (asked) => batch(asked, 'BatchGetItem', ({ Keys }) => objects(Keys))],
  ['BatchWriteItem', (asked) => batch(asked, 'BatchWriteItem', (requests) => objects(requests).flatMap(written))],
  ['TransactGetItems', (asked) => transaction(asked, { Get: 'GetItem' })],
  [
    'TransactWriteItems',
    (asked) =>
      transaction(asked, {
        Put: 'PutItem',
        Update: 'UpdateItem',
        Delete: 'DeleteItem',
        ConditionCheck: 'ConditionCheckItem',
      }),
  ],
  ['CreateTable', (asked) => table(asked, 'CreateTable')],
  ['DeleteTable', (asked) => table(asked, 'DeleteTable')],
  ['DescribeTable', (asked) => table(asked, 'DescribeTable')],
  ['DescribeTimeToLive', (asked) => table(asked, 'DescribeTimeToLive')],
  ['UpdateTimeToLive', (asked) => table(asked, 'UpdateTimeToLive')],
  ['ListTables', () => [{ action: 'dynamodb:ListTables', resource: '*' }]],
]);

/** The operations that have a rule; a test compares them with those that DynamoDB has. */
export const judgedOperations: readonly string[] = [...RULES.keys()];

/**
 * What a request to DynamoDB asks for: one action for each item of a transaction, one for each table of a batch (DynamoDB Developer Guide,
 * "Using IAM with DynamoDB transactions"), and to decrypt with the table's key as the caller (the same, "DynamoDB encryption at rest").
 */
export function accessOf(context: StackContext, catalogue: Catalogue): AccessReader {
  return (call) => {
    const rule = RULES.get(operationOf(call));
    return rule === undefined ? [] : rule({ context, catalogue, input: jsonMembers(call) });
  };
}

/** What reading a table's stream asks for. */
export function streamAccess(context: StackContext, catalogue: Catalogue, streamArn: string): readonly AccessRequest[] {
  const table = catalogue.find(streamArn.replace(/\/stream\/.*$/, ''));
  const encryption = { 'aws:dynamodb:tableName': table?.name ?? '', 'aws:dynamodb:subscriberId': context.account };
  const actions = ['DescribeStream', 'GetShardIterator', 'GetRecords'];
  const read = actions.map((action) => ({ action: `dynamodb:${action}`, resource: streamArn }));
  const key = keyAccess(table?.keyArn, ['Decrypt'], 'dynamodb', context.region, encryption);
  return [{ action: 'dynamodb:ListStreams', resource: '*' }, ...read, ...key];
}

function operationOf({ headers }: SignedCall): string {
  const [, name = ''] = String(headers['x-amz-target'] ?? '').split('.');
  return name;
}

function item(asked: Asked, action: string, input: Members, keys: readonly string[], more: AccessContext = {}) {
  const items = keys.flatMap((name) => (isObject(input[name]) ? [input[name]] : []));
  const context = { ...leadingKeys(asked, textMember(input, 'TableName'), items), ...asks(input), ...more };
  return onTable(asked, `dynamodb:${action}`, textMember(input, 'TableName'), context);
}

function many(asked: Asked, action: string): readonly AccessRequest[] {
  const { input } = asked;
  const [on, ...keys] = onTable(asked, `dynamodb:${action}`, textMember(input, 'TableName'), asks(input));
  const index = textMember(input, 'IndexName');
  if (on === undefined || index === '') return on === undefined ? [] : [on, ...keys];
  return [{ ...on, resource: `${on.resource}/index/${index}` }, ...keys];
}

/** `RequestItems` by table; `itemsOf` finds the items or keys of one. */
function batch(asked: Asked, action: string, itemsOf: (given: Members) => readonly Members[]) {
  const tables = isObject(asked.input['RequestItems']) ? asked.input['RequestItems'] : {};
  return Object.entries(tables).flatMap(([name, given]) => {
    const items = itemsOf(given as Members);
    return onTable(asked, `dynamodb:${action}`, name, leadingKeys(asked, name, items));
  });
}

function written(request: Members): readonly Members[] {
  const { PutRequest: put, DeleteRequest: remove } = request as { PutRequest?: Members; DeleteRequest?: Members };
  return [put?.['Item'], remove?.['Key']].filter(isObject);
}

function transaction(asked: Asked, actions: Readonly<Record<string, string>>): readonly AccessRequest[] {
  const enclosing = 'Get' in actions ? 'TransactGetItems' : 'TransactWriteItems';
  return listMember(asked.input, 'TransactItems').flatMap((entry) =>
    Object.entries(actions).flatMap(([member, action]) => {
      const given = entry[member];
      const context = { 'dynamodb:EnclosingOperation': enclosing };
      return isObject(given) ? item(asked, action, given, ['Key', 'Item'], context) : [];
    }),
  );
}

function table(asked: Asked, action: string): readonly AccessRequest[] {
  const [on] = onTable(asked, `dynamodb:${action}`, textMember(asked.input, 'TableName'), {});
  return on === undefined ? [] : [on];
}

function onTable(
  { context, catalogue }: Asked,
  action: string,
  name: string,
  keys: AccessContext,
): readonly AccessRequest[] {
  const found = catalogue.find(name);
  const resource = found?.arn ?? (name.startsWith('arn:') ? name : tableArn(context, name));
  const encryption = { 'aws:dynamodb:tableName': found?.name ?? name, 'aws:dynamodb:subscriberId': context.account };
  return [
    { action, resource, context: keys },
    ...keyAccess(found?.keyArn, ['Decrypt'], 'dynamodb', context.region, encryption),
  ];
}

/** The values of the partition key, as `dynamodb:LeadingKeys` has them. */
function leadingKeys({ catalogue }: Asked, name: string, items: readonly Members[]): AccessContext {
  const hash = catalogue.find(name)?.key.hash;
  if (hash === undefined) return {};
  const values = items.flatMap((each) => Object.values((each[hash] ?? {}) as Members)).map(String);
  return values.length === 0 ? {} : { 'dynamodb:LeadingKeys': [...new Set(values)] };
}

function asks(input: Members): AccessContext {
  const named = ['Select', 'ReturnValues', 'ReturnConsumedCapacity'];
  return Object.fromEntries(
    named.flatMap((name) => (typeof input[name] === 'string' ? [[`dynamodb:${name}`, input[name]]] : [])),
  );
}

function objects(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
