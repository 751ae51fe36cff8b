import { isClosed, type Job } from '../domain/job.ts';
import { due, type Item, isNew, type Key, openIn, read, unchanged, update, type Write, write } from './table.ts';

/** A job with the revision under which it was read. */
export interface JobRecord {
  readonly job: Job;
  readonly rev: number;
}

const keptSeconds = 7 * 24 * 60 * 60;

/** Reads a job; undefined when there is none of this id, or it is a week since its action's deadline. */
export async function readJob(id: string): Promise<JobRecord | undefined> {
  const item = await read(jobKey(id));
  return item && jobFrom(item);
}

/** The write that saves a job: new, or as it was read. While it may be offered it is in the index, in the partition of its queue. */
export function putJob(job: Job, rev?: number): Write {
  const put = {
    ...jobKey(job.id),
    ...job,
    rev: (rev ?? 0) + 1,
    ...(canBeOffered(job) ? openIn(job.queue, job.offeredFrom) : {}),
    expires: Math.floor(job.deadline / 1000) + keptSeconds,
  };
  return { put, condition: rev === undefined ? isNew : unchanged(rev) };
}

/** Saves a job as the only write. Throws `Changed` when it is not as it was read. */
export async function saveJob(job: Job, rev: number): Promise<JobRecord> {
  await write([putJob(job, rev)]);
  return { job, rev: rev + 1 };
}

/** Ids of the jobs of a queue that may be offered, those first that could be for longest. */
export async function offerableJobs(queue: string, now: number, limit: number): Promise<readonly string[]> {
  const keys = await due(queue, now, limit);
  return keys.map(({ pk }) => pk.slice(prefix.length));
}

/** A job's action is over: the job has timed out and is offered to nobody, unless it is closed. */
export async function timeOutJob(id: string): Promise<void> {
  await update(jobKey(id), {
    UpdateExpression: 'SET #status = :timedOut REMOVE #open, nextCheckAt ADD rev :one',
    ConditionExpression: '#status IN (:created, :queued, :dispatched, :inProgress)',
    ExpressionAttributeNames: { '#status': 'status', '#open': 'open' },
    ExpressionAttributeValues: {
      ':timedOut': 'TimedOut',
      ':created': 'Created',
      ':queued': 'Queued',
      ':dispatched': 'Dispatched',
      ':inProgress': 'InProgress',
      ':one': 1,
    },
  });
}

const prefix = 'JOB#';

function jobKey(id: string): Key {
  return { pk: `${prefix}${id}`, sk: 'JOB' };
}

function canBeOffered(job: Job): job is Job & { readonly queue: string; readonly offeredFrom: number } {
  return !isClosed(job.status) && job.queue !== undefined && job.offeredFrom !== undefined;
}

function jobFrom(item: Item): JobRecord {
  const { pk: _, sk: __, rev, open: ___, nextCheckAt: ____, expires: _____, ...job } = item;
  return { job: job as unknown as Job, rev: Number(rev) };
}
