import { type Pipeline, visitors } from './pipeline.ts';
import { Refusal } from './refusal.ts';

/** Unfinished runs that a QUEUED or PARALLEL pipeline may have, of whatever mode (user guide, quotas). */
export const mostUnfinished = 50;

/** Whether one run more may begin. */
export function hasRoom(pipeline: Pipeline): boolean {
  return pipeline.executionMode === 'SUPERSEDED' || visitors(pipeline).length < mostUnfinished;
}

/** Refuses one run more of a QUEUED or PARALLEL pipeline that has as many as it may. */
export function mustHaveRoom(pipeline: Pipeline): void {
  if (hasRoom(pipeline)) return;
  const { name, executionMode } = pipeline;
  throw new Refusal(
    'ConcurrentPipelineExecutionsLimitExceededException',
    `The pipeline '${name}' has reached the limit for concurrent pipeline executions: ${mostUnfinished} in ${executionMode} mode.`,
  );
}
