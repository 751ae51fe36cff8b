import { putAction } from '../aws/action-record.ts';
import { putJob } from '../aws/job-record.ts';
import { untilUnchanged, write } from '../aws/table.ts';
import { isDone, running, type Started } from '../domain/action.ts';
import { handOver, takeBack } from '../domain/job.ts';
import { findJob } from './find-job.ts';

/**
 * A job is about to be handed to its function: it is in progress, and its action runs, as `started` says, in one transaction before the
 * function is asked. Answers false when that was done before, or the action is over: the function is not to be asked again.
 */
export async function handOverJob(id: string, started: Started, now: number): Promise<boolean> {
  return untilUnchanged(async () => {
    const { job, rev, action, actionRev } = await findJob(id);
    const handed = action.job === id ? handOver(job) : undefined;
    const going = handed && running(action, { ...started, job: id }, now);
    if (!handed || !going) return false;
    await write([putAction(going, actionRev), putJob(handed, rev)]);
    return true;
  });
}

/** The function has not begun the job that was handed to it: it is handed over again, not before `lookAt`. */
export async function takeBackJob(id: string, lookAt: number): Promise<void> {
  await untilUnchanged(async () => {
    const { job, rev, action, actionRev } = await findJob(id);
    const back = takeBack(job);
    if (!back || isDone(action.status) || action.job !== id) return;
    await write([putAction({ ...action, lookAt }, actionRev), putJob(back, rev)]);
  });
}
