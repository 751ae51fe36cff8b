import { loadDefinition } from '../aws/definitions.ts';
import { offerableJobs, saveJob, timeOutJob } from '../aws/job-record.ts';
import type { Keys } from '../aws/roles.ts';
import { Changed } from '../aws/table.ts';
import type { ActionExecution } from '../domain/action.ts';
import { artifactStore } from '../domain/declaration.ts';
import { type Job, offer, statusOf } from '../domain/job.ts';
import type { Given } from '../lambda/given.ts';
import { assembleWork } from './assemble-work.ts';
import { completeAction } from './complete-action.ts';
import { failureOf } from './failure-of.ts';
import { findJob } from './find-job.ts';
import type { Work } from './work.ts';

/** A job in a worker's hands, with all that it needs. */
export interface HeldJob {
  readonly job: Job;
  readonly work: Work;
  /** Of the pipeline's role, for the artifacts of this job alone. */
  readonly keys: Keys;
  /** The KMS key of the artifact store; absent: the bucket's default. */
  readonly encryptionKey?: string;
}

/** Who lost a race looks for other jobs as often. */
const rounds = 4;

/**
 * Hands out jobs of a queue, up to `most`, those first that could be had for longest. Each is given out in one conditional write with a
 * fresh nonce: of two workers who ask at once one has it. A job that is given out and does not reach its worker is offered again.
 */
export async function offerJobs(queue: string, most: number, given: Given): Promise<readonly HeldJob[]> {
  const seen = new Set<string>();
  const held: HeldJob[] = [];
  for (let round = 0; round < rounds && held.length < most; round++) {
    const ids = (await offerableJobs(queue, given.now, most - held.length)).filter((id) => !seen.has(id));
    if (ids.length === 0) break;
    for (const id of ids) seen.add(id);
    const taken = await Promise.all(ids.map((id) => handOut(id, given)));
    held.push(...taken.flatMap((job) => job ?? []));
  }
  return held;
}

/**
 * Brings together what the worker of a job needs. When that cannot be, for a reason that the pipeline's user can mend, the action fails
 * and there is nothing to hold: undefined.
 */
export async function holdJob(job: Job, action: ActionExecution, given: Given): Promise<HeldJob | undefined> {
  try {
    const work = await assembleWork(action, given);
    return await hold(job, work);
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    const isOurs = (found: ActionExecution) => found.job === job.id;
    await completeAction(job.action, (found) => (isOurs(found) ? { status: 'Failed', failure } : undefined), given.now);
    return undefined;
  }
}

/** A job with what its worker, or its function, needs besides the work. */
export async function hold(job: Job, work: Work): Promise<HeldJob> {
  const definition = await loadDefinition(work.run.pipelineId, work.run.version);
  const { encryptionKey } = artifactStore(definition, work.worker.region);
  const keys = await work.worker.credentials();
  return { job, work, keys, ...(encryptionKey ? { encryptionKey: encryptionKey.id } : {}) };
}

async function handOut(id: string, given: Given): Promise<HeldJob | undefined> {
  const { job, action, rev } = await findJob(id);
  const offered = offer(job, action, given.newId(), given.now);
  if (!offered) {
    // Its action ended before the table's stream could say so: nobody is to look at it again.
    if (statusOf(job, action, given.now) === 'TimedOut') await timeOutJob(id);
    return undefined;
  }
  try {
    await saveJob(offered, rev);
  } catch (error) {
    if (error instanceof Changed) return undefined;
    throw error;
  }
  return holdJob(offered, action, given);
}
