import { type ActionExecution, abandon as abandonAction } from './action.ts';
import { type Change, close } from './decide.ts';
import type { Pipeline } from './pipeline.ts';
import { Refusal } from './refusal.ts';
import { isFinal, type Run } from './run.ts';

/** How a run is to stop. */
export interface StopRequest {
  /** Do not wait for its actions: they are abandoned. */
  readonly abandon: boolean;
  readonly reason?: string;
}

/**
 * A run is asked to stop (StopPipelineExecution). One that waits before a stage, or whose actions are to be abandoned, is over at once;
 * else no further action begins, and its next decision ends it. Who has asked to wait may ask to abandon, not the other way round.
 * `step`: the records of the step that goes on.
 */
export function stop(
  run: Run,
  pipeline: Pipeline,
  step: readonly ActionExecution[],
  { abandon, reason }: StopRequest,
  now: number,
): Change {
  if (isFinal(run.status)) throw notStoppable(run.pipelineName, run.id, run.status);
  if (run.status === 'Stopping' && !abandon) {
    throw new Refusal('DuplicatedStopRequestException', `The execution '${run.id}' is stopping already.`);
  }
  const stopping: Run = {
    ...run,
    status: 'Stopping',
    stop: reason === undefined ? (run.stop ?? {}) : { reason },
    lastUpdateTime: now,
  };
  if (abandon || run.place === 'inbound') return close(stopping, pipeline, step, 'Stopped', now);
  const notBegun = step.filter(({ status }) => status === 'Pending');
  return {
    run: stopping,
    opened: [],
    abandoned: notBegun.flatMap((action) => abandonAction(action, now) ?? []),
    entered: [],
    superseded: [],
  };
}

/** Also for a run that is not there: the model has no other error for it. */
export function notStoppable(pipeline: string, run: string, status: string): Refusal {
  return new Refusal(
    'PipelineExecutionNotStoppableException',
    `The execution '${run}' of pipeline '${pipeline}' cannot be stopped: it is ${status}.`,
  );
}
