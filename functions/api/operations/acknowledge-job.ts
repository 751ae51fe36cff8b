import { saveJob } from '../../aws/job-record.ts';
import { untilUnchanged } from '../../aws/table.ts';
import { acknowledge } from '../../domain/job.ts';
import { findJob } from '../../engine/find-job.ts';
import type { Operation } from '../operation.ts';

/** AcknowledgeJob: a worker claims the job that it was offered. Claiming it again with the same nonce answers how it stands. */
export const acknowledgeJob: Operation<{ jobId: string; nonce: string }> = ({ jobId, nonce }, { now }) =>
  untilUnchanged(async () => {
    const { job, rev, action } = await findJob(jobId);
    const { status, job: claimed } = acknowledge(job, action, nonce, now);
    if (claimed) await saveJob(claimed, rev);
    return { status };
  });
