import { readJob } from '../aws/job-record.ts';
import { jobNotFound } from '../domain/job.ts';
import { Refusal } from '../domain/refusal.ts';

/**
 * Refuses a call of a partner's worker. An account has no third-party action types of its own, so that no job is a partner's and no
 * client token is right: what such a call names is not there, or is the job of a custom action.
 */
export async function refusePartner(
  jobId: string,
  code: 'InvalidClientTokenException' | 'InvalidJobException',
): Promise<never> {
  if (!(await readJob(jobId))) throw jobNotFound(jobId);
  const message = `Job ${jobId} is of a custom action type, not of a third-party one: no client token is its own.`;
  throw new Refusal(code, message);
}
