import { type ActionExecution, runOf } from '../domain/action.ts';
import type { Job } from '../domain/job.ts';
import { jobArtifact, jobData } from '../engine/job-data.ts';
import type { HeldJob } from '../engine/offer-jobs.ts';
import { pipelineArn } from '../lambda/given.ts';
import type { OperationGiven } from './operation.ts';

/** JobData of a job that a worker holds: secrets in clear, and keys for its artifacts. */
export function heldJobData(held: HeldJob, { home }: OperationGiven): object {
  const { action } = held.work;
  return { ...common(action, pipelineArn(home, action.pipelineName)), ...jobData(held) };
}

/** JobData of a job that nobody holds: what is recorded of its action, without secrets and keys. */
export function recordedJobData(job: Job, action: ActionExecution, { home }: OperationGiven): object {
  return {
    ...common(action, pipelineArn(home, action.pipelineName)),
    ...(job.continuationToken === undefined ? {} : { continuationToken: job.continuationToken }),
    actionConfiguration: { configuration: action.resolvedConfiguration ?? {} },
    inputArtifacts: (action.inputs ?? []).map(jobArtifact),
    outputArtifacts: (action.outputs ?? []).map(jobArtifact),
  };
}

function common(action: ActionExecution, arn: string): object {
  return {
    actionTypeId: action.type,
    pipelineContext: {
      pipelineName: action.pipelineName,
      stage: { name: action.stage },
      action: { name: action.action, actionExecutionId: action.id },
      pipelineArn: arn,
      pipelineExecutionId: runOf(action.key).run,
    },
  };
}
