import { Refusal } from '../../domain/refusal.ts';
import { continueJob, type Details, succeedJob } from '../../engine/finish-job.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly jobId: string;
  readonly currentRevision?: {
    readonly revision: string;
    readonly changeIdentifier: string;
    /** Seconds since the epoch. */
    readonly created?: number;
    readonly revisionSummary?: string;
  };
  readonly continuationToken?: string;
  readonly executionDetails?: Details;
  readonly outputVariables?: Readonly<Record<string, string>>;
}

/** PutJobSuccessResult: the worker is done with the action; or, with a continuation token, with this job of it. */
export const putJobSuccessResult: Operation<Input> = async (
  { jobId, currentRevision, continuationToken, executionDetails: details = {}, outputVariables },
  given,
) => {
  if (continuationToken === undefined) {
    const { created, ...revision } = currentRevision ?? {};
    const time = created === undefined ? {} : { created: Math.round(created * 1000) };
    const known = currentRevision
      ? { currentRevision: { ...revision, ...time, revision: currentRevision.revision } }
      : {};
    await succeedJob(jobId, { details, outputVariables: outputVariables ?? {}, ...known }, given);
    return undefined;
  }
  if (outputVariables !== undefined)
    throw new Refusal('ValidationException', 'outputVariables cannot be given together with a continuationToken.');
  await continueJob(jobId, continuationToken, details, given);
  return undefined;
};
