import type { TableSpecification } from './catalogue.ts';
import { invalid, missing } from './errors.ts';
import type { Index, KeySchema, KeyType, StreamViewType } from './table.ts';

type KeySchemaElements = readonly { readonly AttributeName: string; readonly KeyType: string }[];

/** The properties that CreateTable and AWS::DynamoDB::Table have in common. */
export interface TableProperties {
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: KeyType }[];
  readonly KeySchema: KeySchemaElements;
  readonly BillingMode?: string;
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly KeySchema: KeySchemaElements;
    readonly Projection: {
      readonly ProjectionType: Index['projection'];
      readonly NonKeyAttributes?: readonly string[];
    };
  }[];
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: StreamViewType };
  readonly DeletionProtectionEnabled?: boolean;
}

/** What checked properties ask a table to be. */
export function specificationOf(name: string, properties: TableProperties): TableSpecification {
  const { AttributeDefinitions, GlobalSecondaryIndexes = [], StreamSpecification: stream } = properties;
  if (properties.BillingMode !== 'PAY_PER_REQUEST') {
    throw missing('DynamoDB tables with provisioned throughput: set BillingMode to PAY_PER_REQUEST, or use none of it');
  }
  if (stream?.StreamEnabled && !stream.StreamViewType) {
    throw invalid('One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true');
  }
  return {
    name,
    attributes: Object.fromEntries(
      AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
    ),
    key: keySchema(properties.KeySchema),
    indexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema: elements, Projection }) => ({
      name: IndexName,
      key: keySchema(elements),
      projection: Projection.ProjectionType,
      include: Projection.NonKeyAttributes ?? [],
    })),
    deletionProtection: properties.DeletionProtectionEnabled ?? false,
    ...(stream?.StreamEnabled && stream.StreamViewType && { streamView: stream.StreamViewType }),
  };
}

function keySchema(elements: KeySchemaElements): KeySchema {
  const [hash = '', range] = elements.map(({ AttributeName }) => AttributeName);
  return range === undefined ? { hash } : { hash, range };
}
