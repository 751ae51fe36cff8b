import type { Mapping } from './mappings.ts';

/** A mapping as ListEventSourceMappings answers it. Times are seconds, -1 is without limit. */
export function describeMapping({ uuid, definition, created, lastResult }: Mapping, functionArn: string): object {
  return {
    UUID: uuid,
    EventSourceArn: definition.source,
    FunctionArn: functionArn,
    StartingPosition: definition.from,
    BatchSize: definition.batchSize,
    MaximumBatchingWindowInSeconds: definition.window / 1000,
    MaximumRecordAgeInSeconds: orInfinite(definition.maximumAge / 1000),
    MaximumRetryAttempts: orInfinite(definition.retries),
    BisectBatchOnFunctionError: definition.bisect,
    ParallelizationFactor: 1,
    FunctionResponseTypes: definition.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(definition.filters.length === 0
      ? {}
      : { FilterCriteria: { Filters: definition.filters.map((filter) => ({ Pattern: JSON.stringify(filter) })) } }),
    DestinationConfig: definition.onFailure === undefined ? {} : { OnFailure: { Destination: definition.onFailure } },
    LastModified: created / 1000,
    LastProcessingResult: lastResult,
    State: definition.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'User action',
  };
}

function orInfinite(value: number): number {
  return Number.isFinite(value) ? value : -1;
}
