import type { StackContext } from '../service.ts';

export type KeyType = 'S' | 'N' | 'B';

/** Names of the key attributes. */
export interface KeySchema {
  readonly hash: string;
  readonly range?: string;
}

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** A global secondary index. `id` names its entries in the database. */
export interface Index {
  readonly id: number;
  readonly name: string;
  readonly key: KeySchema;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  /** Attributes of an INCLUDE projection beyond the keys. */
  readonly include: readonly string[];
}

export interface TableStream {
  readonly id: number;
  readonly arn: string;
  readonly label: string;
  readonly view: StreamViewType;
}

/** A table as it stands. `id` names its items in the database; `created` is milliseconds since the epoch. */
export interface Table {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  readonly attributes: Readonly<Record<string, KeyType>>;
  readonly key: KeySchema;
  readonly indexes: readonly Index[];
  readonly stream?: TableStream;
  /** The attribute that holds an item's expiry, when TTL is enabled. */
  readonly timeToLive?: string;
  readonly deletionProtection: boolean;
  /** The KMS key that the template encrypts it with: it encrypts nothing here, but who uses the table must be allowed to use the key. */
  readonly keyArn?: string;
}

/** Attributes that a query of the index sees; undefined when it sees all. */
export function projected(table: Table, index: Index): ReadonlySet<string> | undefined {
  if (index.projection === 'ALL') return undefined;
  const keys = [table.key, index.key].flatMap(({ hash, range }) => (range === undefined ? [hash] : [hash, range]));
  return new Set([...keys, ...index.include]);
}

export function tableArn({ partition, region, account }: StackContext, name: string): string {
  return `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
}

const NO_THROUGHPUT = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

/** The table as DescribeTable answers. Counts and sizes are those of now, where AWS's are some six hours old. */
export function describe(table: Table, items: number, bytes: number): object {
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: table.uuid,
    TableStatus: 'ACTIVE',
    CreationDateTime: table.created / 1000,
    KeySchema: describeKey(table.key),
    AttributeDefinitions: Object.entries(table.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    BillingModeSummary: {
      BillingMode: 'PAY_PER_REQUEST',
      LastUpdateToPayPerRequestDateTime: table.created / 1000,
    },
    ProvisionedThroughput: NO_THROUGHPUT,
    ItemCount: items,
    TableSizeBytes: bytes,
    DeletionProtectionEnabled: table.deletionProtection,
    ...(table.indexes.length > 0 && {
      GlobalSecondaryIndexes: table.indexes.map((index) => describeIndex(table, index)),
    }),
    ...(table.stream && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream.view },
      LatestStreamLabel: table.stream.label,
      LatestStreamArn: table.stream.arn,
    }),
  };
}

function describeIndex(table: Table, { name, key, projection, include }: Index): object {
  return {
    IndexName: name,
    IndexArn: `${table.arn}/index/${name}`,
    IndexStatus: 'ACTIVE',
    KeySchema: describeKey(key),
    Projection: { ProjectionType: projection, ...(include.length > 0 && { NonKeyAttributes: include }) },
    ProvisionedThroughput: NO_THROUGHPUT,
  };
}

function describeKey({ hash, range }: KeySchema): object[] {
  const first = { AttributeName: hash, KeyType: 'HASH' };
  return range === undefined ? [first] : [first, { AttributeName: range, KeyType: 'RANGE' }];
}
