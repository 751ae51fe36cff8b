import type { ActionExecution } from './action.ts';
import { isDone } from './action.ts';
import type { FinalRunStatus, Run } from './run.ts';
import { isFinal } from './run.ts';

/** What happened to a run, one of its stages or one of its actions: each becomes one EventBridge event. */
export type StateChange =
  | { readonly level: 'Pipeline'; readonly state: PipelineState }
  | { readonly level: 'Stage'; readonly stage: string; readonly state: StageState }
  | { readonly level: 'Action'; readonly state: ActionState };

export type PipelineState =
  | 'STARTED'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'RESUMED'
  | 'STOPPING'
  | 'STOPPED'
  | 'CANCELED'
  | 'SUPERSEDED';
export type StageState = 'STARTED' | 'SUCCEEDED' | 'FAILED' | 'RESUMED' | 'STOPPING' | 'STOPPED' | 'CANCELED';
export type ActionState = 'STARTED' | 'SUCCEEDED' | 'FAILED' | 'ABANDONED';

const finalStates: Readonly<Record<FinalRunStatus, PipelineState>> = {
  Cancelled: 'CANCELED',
  Failed: 'FAILED',
  Stopped: 'STOPPED',
  Succeeded: 'SUCCEEDED',
  Superseded: 'SUPERSEDED',
};

/**
 * What a change of a run's record tells, in the order in which it happened. `before` is undefined for a new run. CodePipeline has no event for a
 * stage that is skipped.
 */
export function runChanges(before: Run | undefined, after: Run): readonly StateChange[] {
  const wasIn = before?.place === 'inside' && !isFinal(before.status) ? before.stage : undefined;
  const isIn = after.place === 'inside' && !isFinal(after.status) ? after.stage : undefined;
  const changes: StateChange[] = [];
  const resumed = before !== undefined && isFinal(before.status) && !isFinal(after.status);
  const triedAgain = wasIn !== undefined && wasIn === isIn && before?.attempt !== after.attempt;
  if (!before) changes.push({ level: 'Pipeline', state: 'STARTED' });
  if (resumed) changes.push({ level: 'Pipeline', state: 'RESUMED' });
  if (after.stop && !before?.stop) {
    changes.push({ level: 'Pipeline', state: 'STOPPING' });
    if (wasIn !== undefined) changes.push({ level: 'Stage', stage: wasIn, state: 'STOPPING' });
  }
  const leftAs = wasIn !== undefined && wasIn !== isIn ? stageEnd(wasIn, after) : undefined;
  if (wasIn !== undefined && leftAs) changes.push({ level: 'Stage', stage: wasIn, state: leftAs });
  if (isIn !== undefined && wasIn !== isIn)
    changes.push({ level: 'Stage', stage: isIn, state: resumed ? 'RESUMED' : 'STARTED' });
  if (triedAgain)
    changes.push({ level: 'Stage', stage: wasIn, state: 'FAILED' }, { level: 'Stage', stage: wasIn, state: 'RESUMED' });
  if (isFinal(after.status) && after.status !== before?.status)
    changes.push({ level: 'Pipeline', state: finalStates[after.status] });
  return changes;
}

/**
 * What a change of an action's record tells. An action that was decided but not begun has not started, and tells nothing when it is abandoned. CodePipeline
 * has no events for rules (user guide, monitoring events).
 */
export function actionChanges(before: ActionExecution | undefined, after: ActionExecution): readonly StateChange[] {
  if (after.notBegun || after.condition) return [];
  const changes: StateChange[] = [];
  const begun = before !== undefined && before.status !== 'Pending';
  if (!begun && after.status !== 'Pending') changes.push({ level: 'Action', state: 'STARTED' });
  if (isDone(after.status) && !(before && isDone(before.status)))
    changes.push({ level: 'Action', state: actionEnd(after) });
  return changes;
}

/** A stage that a run left for another has succeeded; else the run's end is the stage's, unless the run says how it has left. */
function stageEnd(stage: string, after: Run): StageState | undefined {
  if (after.left?.stage === stage) return after.left.status === 'Skipped' ? undefined : 'SUCCEEDED';
  if (!isFinal(after.status) || after.status === 'Superseded') return 'SUCCEEDED';
  return finalStates[after.status] as StageState;
}

function actionEnd({ status }: ActionExecution): ActionState {
  if (status === 'Abandoned') return 'ABANDONED';
  return status === 'Succeeded' ? 'SUCCEEDED' : 'FAILED';
}
