import type { FailureCode } from '../../domain/action.ts';
import { failJob } from '../../engine/finish-job.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly jobId: string;
  readonly failureDetails: {
    readonly type: FailureCode;
    readonly message: string;
    readonly externalExecutionId?: string;
  };
}

/** PutJobFailureResult: the worker has failed, and the action with it. */
export const putJobFailureResult: Operation<Input> = async ({ jobId, failureDetails }, given) => {
  const { type, message, externalExecutionId } = failureDetails;
  await failJob(jobId, { code: type, message }, externalExecutionId, given);
  return undefined;
};
