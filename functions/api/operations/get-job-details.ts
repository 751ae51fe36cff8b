import { statusOf } from '../../domain/job.ts';
import { findJob } from '../../engine/find-job.ts';
import { holdJob } from '../../engine/offer-jobs.ts';
import { heldJobData, recordedJobData } from '../job-shape.ts';
import type { Operation } from '../operation.ts';

/** GetJobDetails: a job as its worker holds it, with fresh keys. Of a job that nobody holds it answers neither keys nor secrets. */
export const getJobDetails: Operation<{ jobId: string }> = async ({ jobId }, given) => {
  const { job, action } = await findJob(jobId);
  const isHeld = ['Dispatched', 'InProgress'].includes(statusOf(job, action, given.now));
  const held = isHeld ? await holdJob(job, action, given) : undefined;
  const data = held ? heldJobData(held, given) : recordedJobData(job, action, given);
  return { jobDetails: { id: jobId, data, accountId: given.home.account } };
};
