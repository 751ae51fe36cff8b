import type { Resource } from '../service.ts';
import { requireDestination } from './destinations.ts';
import { type Pattern, readPattern } from './filter.ts';
import { nameOf } from './name.ts';
import { flag, invalid, refuseOthers, whole } from './properties.ts';

/** An event source mapping as the template has it. Times in milliseconds; -1 of the template is `Infinity`. */
export interface MappingDefinition {
  /** Stable over restarts. */
  readonly name: string;
  readonly logicalId: string;
  readonly functionName: string;
  readonly source: string;
  readonly from: 'TRIM_HORIZON' | 'LATEST';
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly window: number;
  readonly retries: number;
  readonly maximumAge: number;
  readonly bisect: boolean;
  readonly reportsItemFailures: boolean;
  readonly filters: readonly Pattern[];
  readonly onFailure?: string;
}

const KNOWN = [
  'BatchSize',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'Enabled',
  'EventSourceArn',
  'FilterCriteria',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
  'Tags',
];

/** Reads an AWS::Lambda::EventSourceMapping. https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html */
export function readMapping(resource: Resource): MappingDefinition {
  refuseOthers(resource, KNOWN);
  const { logicalId, name, properties } = resource;
  const source = String(properties.EventSourceArn);
  if (!/^arn:[\w-]+:dynamodb:[^:]*:\d*:table\/[^/]+\/stream\/.+$/.test(source)) {
    throw invalid(logicalId, `The local stack maps streams of DynamoDB tables only, not ${source}.`);
  }
  const from = properties.StartingPosition;
  if (from !== 'TRIM_HORIZON' && from !== 'LATEST') {
    throw invalid(logicalId, `StartingPosition must be TRIM_HORIZON or LATEST, not ${from}.`);
  }
  whole(resource, 'ParallelizationFactor', 1, 1, 1);
  const onFailure = properties.DestinationConfig?.OnFailure?.Destination;
  return {
    name,
    logicalId,
    functionName: nameOf(String(properties.FunctionName)),
    source,
    from,
    enabled: flag(properties.Enabled, true),
    batchSize: whole(resource, 'BatchSize', 1, 10_000, 100),
    window: whole(resource, 'MaximumBatchingWindowInSeconds', 0, 300, 0) * 1000,
    retries: unlessInfinite(whole(resource, 'MaximumRetryAttempts', -1, 10_000, -1)),
    maximumAge: unlessInfinite(whole(resource, 'MaximumRecordAgeInSeconds', -1, 604_800, -1)) * 1000,
    bisect: flag(properties.BisectBatchOnFunctionError, false),
    reportsItemFailures: readResponseTypes(resource),
    filters: readFilters(resource),
    ...(onFailure === undefined ? {} : { onFailure: requireDestination(logicalId, onFailure, ['s3', 'sqs', 'sns']) }),
  };
}

function unlessInfinite(value: number): number {
  return value === -1 ? Number.POSITIVE_INFINITY : value;
}

function readResponseTypes({ logicalId, properties }: Resource): boolean {
  const types: string[] = properties.FunctionResponseTypes ?? [];
  const other = types.find((type) => type !== 'ReportBatchItemFailures');
  if (other !== undefined) throw invalid(logicalId, `There is no function response type ${other}.`);
  return types.length > 0;
}

function readFilters({ logicalId, properties }: Resource): Pattern[] {
  const filters: { readonly Pattern: string }[] = properties.FilterCriteria?.Filters ?? [];
  return filters.map(({ Pattern }) => readPattern(logicalId, Pattern));
}
