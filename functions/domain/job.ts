import { type ActionExecution, type ActionKey, isDone } from './action.ts';
import type { ActionTypeId } from './declaration.ts';
import { Refusal } from './refusal.ts';

/** A job's status, as AcknowledgeJob answers it. */
export type JobStatus = 'Created' | 'Queued' | 'Dispatched' | 'InProgress' | 'TimedOut' | 'Succeeded' | 'Failed';

/**
 * A piece of work that a worker polls for: one for each action execution at first, and one more for each continuation token. It is
 * over with its action, whatever its own record says.
 */
export interface Job {
  /** A UUID. */
  readonly id: string;
  /** The action execution that it is for. */
  readonly action: ActionKey;
  readonly status: JobStatus;
  /** Who may be offered it: the action type, and the value of its queryable property. Absent before it is queued. */
  readonly queue?: string;
  /** Since when it may be offered, while it may be: when it was queued, or when its last offer lapses. Milliseconds since the epoch. */
  readonly offeredFrom?: number;
  /** What the last offer gave out. Whoever names it holds the job. */
  readonly nonce?: string;
  /** What the worker handed over with the job before. */
  readonly continuationToken?: string;
  /** When its action times out. Milliseconds since the epoch. */
  readonly deadline: number;
}

/** A job that was offered and is not acknowledged within this time is offered again, with another nonce. Milliseconds. */
export const offerLasts = 60_000;

/** How long after a function's continuation token it is invoked again at the earliest. CodePipeline says nothing of it. Milliseconds. */
export const followsAfter = 30_000;

/** Whether an execution has a job: one that workers poll for, or one that a function is invoked with. */
export function hasJob({ category, owner, provider }: ActionTypeId): boolean {
  return owner === 'Custom' || (category === 'Rule' && provider === 'LambdaInvoke');
}

/** The words of a type by which its workers ask for jobs; `value`: of its queryable property, where it has one. */
export function queueOf(
  { category, provider, version }: { category: string; provider: string; version: string },
  value?: string,
): string {
  return `JOBS#${category}#${provider}#${version}${value === undefined ? '' : `#${value}`}`;
}

/** A job as it begins: nobody is offered it before its action has been assembled. */
export function createJob(action: ActionExecution, id: string): Job {
  return { id, action: action.key, status: 'Created', deadline: action.deadline };
}

/** The job's action has what it needs: workers may be offered the job. Undefined when it was queued before. */
export function queue(job: Job, name: string, now: number): Job | undefined {
  return job.status === 'Created' ? { ...job, status: 'Queued', queue: name, offeredFrom: now } : undefined;
}

/** What a job is, looked at together with its action: one whose action is over, has passed its deadline or has gone on with another job has timed out. */
export function statusOf(job: Job, action: ActionExecution | undefined, now: number): JobStatus {
  if (isClosed(job.status)) return job.status;
  const isLive = action !== undefined && !isDone(action.status) && action.job === job.id && now < job.deadline;
  return isLive ? job.status : 'TimedOut';
}

/** Gives a job out with a fresh nonce; undefined when it is not to be had now: held, being started, or over. */
export function offer(job: Job, action: ActionExecution | undefined, nonce: string, now: number): Job | undefined {
  const status = statusOf(job, action, now);
  const isFree = status === 'Queued' || status === 'Dispatched';
  if (!isFree || action?.status !== 'Running' || now < (job.offeredFrom ?? 0)) return undefined;
  return { ...job, status: 'Dispatched', nonce, offeredFrom: now + offerLasts };
}

/**
 * A worker claims the job that it was offered. Refuses a nonce that is not the last one given out. Undefined when there is nothing to
 * change: it was claimed with this nonce before, or is over.
 */
export function acknowledge(
  job: Job,
  action: ActionExecution | undefined,
  nonce: string,
  now: number,
): { readonly status: JobStatus; readonly job?: Job } {
  if (job.nonce !== nonce)
    throw new Refusal(
      'InvalidNonceException',
      `The nonce is not the one with which job ${job.id} was offered last: it may be held by another worker.`,
    );
  const status = statusOf(job, action, now);
  if (status !== 'Dispatched') return { status };
  const { offeredFrom: _, ...held } = job;
  return { status: 'InProgress', job: { ...held, status: 'InProgress' } };
}

/** The worker has said what came of the job. Refuses one that is not in progress: never claimed, answered before, or over with its action. */
export function close(job: Job, action: ActionExecution | undefined, status: 'Succeeded' | 'Failed', now: number): Job {
  const before = statusOf(job, action, now);
  if (before !== 'InProgress') throw notInProgress(job.id, before);
  return { ...job, status };
}

/** The job that takes over from one whose worker gave a continuation token. */
export function follow(job: Job, given: { readonly id: string; readonly token: string }, now: number): Job {
  const { nonce: _, ...rest } = job;
  return { ...rest, id: given.id, status: 'Queued', offeredFrom: now, continuationToken: given.token };
}

/** A job is handed to its function: it is in progress, and nobody polled for it. Undefined when it was handed over before. */
export function handOver(job: Job): Job | undefined {
  if (isHandedOver(job)) return undefined;
  const { offeredFrom: _, ...held } = job;
  return { ...held, status: 'InProgress' };
}

/** Whether a function has had its job. */
export function isHandedOver({ status }: Job): boolean {
  return status !== 'Created' && status !== 'Queued';
}

/** A function was throttled and has not begun its job; undefined when the job is not in progress. */
export function takeBack(job: Job): Job | undefined {
  return job.status === 'InProgress' ? { ...job, status: 'Queued' } : undefined;
}

/** Whether a job has its last status. */
export function isClosed(status: JobStatus): boolean {
  return status === 'TimedOut' || status === 'Succeeded' || status === 'Failed';
}

/** A job takes a result only from the worker who has claimed it, once. */
export function notInProgress(id: string, status: JobStatus): Refusal {
  return new Refusal('InvalidJobStateException', `Job ${id} is ${status}; only a job in progress takes a result.`);
}

/** No job of this id. */
export function jobNotFound(id: string): Refusal {
  return new Refusal('JobNotFoundException', `There is no job with the id '${id.slice(0, 100)}'.`);
}
