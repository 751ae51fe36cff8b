import { lastPassed } from '../aws/run-record.ts';
import { carrier } from '../domain/action-types.ts';
import type { Change, Situation } from '../domain/decide.ts';
import { recovery, retryItself, rollBackAfter } from '../domain/on-failure.ts';
import { type Given, timeOrderedId } from '../lambda/given.ts';

/**
 * What follows from the end of a run, with that end in one change: where its stage has failed and says so it is retried, or rolled back to the newest run
 * that succeeded in it under this version. The stream and the sweeper start what goes on.
 */
export async function recover(
  situation: Situation,
  closing: Change,
  { now, newId }: Pick<Given, 'now' | 'newId'>,
): Promise<Change> {
  const what = recovery(situation, closing);
  if (what === 'RETRY') {
    const timeoutInMinutes: Parameters<typeof retryItself>[2]['timeoutInMinutes'] = (action) =>
      action.timeoutInMinutes ?? carrier(action.actionTypeId).timeoutInMinutes;
    return retryItself(situation, closing, { now, newId, timeoutInMinutes });
  }
  const target = what === 'ROLLBACK' ? await lastPassed(closing.run) : undefined;
  return target ? rollBackAfter(situation, closing, target, { id: timeOrderedId(now), now }) : closing;
}
