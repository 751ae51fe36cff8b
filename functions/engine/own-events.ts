import type { OwnEvent } from '../aws/bus.ts';
import { type ActionExecution, runOf } from '../domain/action.ts';
import { actionDetail, detailTypes, runDetail } from '../domain/event-detail.ts';
import { isFinal, type Run } from '../domain/run.ts';
import { actionChanges, runChanges, type StateChange } from '../domain/state-change.ts';
import { type Home, pipelineArn } from '../lambda/given.ts';
import { iso } from '../lambda/iso.ts';

/** The events that a change of a run tells. */
export function runEvents(before: Run | undefined, after: Run, home: Home): readonly OwnEvent[] {
  return runChanges(before, after).flatMap((change) =>
    change.level === 'Action'
      ? []
      : [
          {
            detailType: detailTypes[change.level],
            detail: runDetail(toldOf(change, before, after), change, iso),
            resource: pipelineArn(home, after.pipelineName),
            time: after.lastUpdateTime,
          },
        ],
  );
}

/** A stage that has failed, and is retried by itself in the same change, has failed as it was before. */
function toldOf({ state }: StateChange, before: Run | undefined, after: Run): Run {
  return state === 'FAILED' && before && !isFinal(after.status) ? before : after;
}

/** The events that a change of an action tells. */
export function actionEvents(
  before: ActionExecution | undefined,
  after: ActionExecution,
  home: Home,
): readonly OwnEvent[] {
  return actionChanges(before, after).flatMap((change) =>
    change.level === 'Action'
      ? [
          {
            detailType: detailTypes.Action,
            detail: actionDetail(after, runOf(after.key).run, change, home.region, iso),
            resource: pipelineArn(home, after.pipelineName),
            time: after.lastUpdateTime,
          },
        ]
      : [],
  );
}
