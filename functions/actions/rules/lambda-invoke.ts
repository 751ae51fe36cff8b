import { readJob } from '../../aws/job-record.ts';
import { invokeAs } from '../../aws/user-functions.ts';
import { maskConfiguration } from '../../domain/definition/secrets.ts';
import { isHandedOver } from '../../domain/job.ts';
import { lambdaInvokeRule } from '../../domain/rule-types.ts';
import { findJob } from '../../engine/find-job.ts';
import { handOverJob, takeBackJob } from '../../engine/hand-over-job.ts';
import { jobData } from '../../engine/job-data.ts';
import { hold } from '../../engine/offer-jobs.ts';
import type { Work } from '../../engine/work.ts';
import type { Outcome, Provider } from '../provider.ts';

const silenceMillis = 20 * 60_000;
const waitMillis = 60_000;
const reserveMillis = 30_000;
const throttledMillis = 60_000;

/**
 * Rule/AWS/LambdaInvoke/1: a function of the user's, which has a job and answers it by PutJobSuccessResult or PutJobFailureResult. Each job
 * is handed over once, whatever dies meanwhile. A function that throws fails the rule, as far as somebody waits for it still; one that is
 * silent for 20 minutes does too. The cursor is when its silence is too long, in milliseconds since the epoch.
 */
export const lambdaInvoke: Provider = {
  types: [lambdaInvokeRule],
  startClass: 'token',
  start: (work) => invoke(work),
  async resume(work, cursor) {
    const found = await readJob(jobOf(work));
    if (found && !isHandedOver(found.job)) return invoke(work);
    if (work.now < Number(cursor)) return { status: 'Recorded' };
    return failed(`The function ${work.configuration['FunctionName']} has not answered within 20 minutes.`);
  },
};

async function invoke(work: Work): Promise<Outcome> {
  const { action, access, configuration, secrets, inputs, now, home, remainingMillis } = work;
  const id = jobOf(work);
  const { job } = await findJob(id);
  if (isHandedOver(job)) return { status: 'Recorded' };
  // Before the job is handed over: what cannot be assumed or read fails the rule, and nothing was begun.
  const data = jobData(await hold(job, work));
  await access.credentials();
  const silentAt = now + silenceMillis;
  const resolvedConfiguration = maskConfiguration(secrets, configuration);
  const started = { cursor: String(silentAt), lookAt: silentAt, inputs, resolvedConfiguration };
  if (!(await handOverJob(id, started, now))) return { status: 'Recorded' };
  const name = configuration['FunctionName'] ?? '';
  const wait = Math.max(1000, Math.min(waitMillis, remainingMillis() - reserveMillis));
  const invocation = await invokeAs(access, name, { 'CodePipeline.job': { id, accountId: home.account, data } }, wait);
  if (invocation.status === 'Throttled') await takeBackJob(id, now + throttledMillis);
  if (invocation.status !== 'Ended' || invocation.error === undefined) return { status: 'Recorded' };
  return failed(`The function ${name} failed for ${action.action}: ${invocation.error.slice(0, 2000)}`);
}

function failed(message: string): Outcome {
  return { status: 'Failed', code: 'JobFailed', message };
}

function jobOf({ action }: Work): string {
  if (action.job === undefined) throw new Error(`Rule ${action.key} has no job.`);
  return action.job;
}
