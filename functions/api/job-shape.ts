import { type ActionExecution, type Artifact, runOf } from '../domain/action.ts';
import type { Job } from '../domain/job.ts';
import type { HeldJob } from '../engine/offer-jobs.ts';
import { pipelineArn } from '../lambda/given.ts';
import type { OperationGiven } from './operation.ts';

/** JobData of a job that a worker holds: secrets in clear, and keys for its artifacts. */
export function heldJobData({ job, work, keys, encryptionKey }: HeldJob, { home }: OperationGiven): object {
  return {
    ...common(work.action, job, pipelineArn(home, work.action.pipelineName)),
    actionConfiguration: { configuration: work.configuration },
    inputArtifacts: work.inputs.map(artifact),
    outputArtifacts: work.outputs.map(artifact),
    artifactCredentials: {
      accessKeyId: keys.accessKeyId,
      secretAccessKey: keys.secretAccessKey,
      sessionToken: keys.sessionToken,
    },
    ...(encryptionKey === undefined ? {} : { encryptionKey: { id: encryptionKey, type: 'KMS' } }),
  };
}

/** JobData of a job that nobody holds: what is recorded of its action, without secrets and keys. */
export function recordedJobData(job: Job, action: ActionExecution, { home }: OperationGiven): object {
  return {
    ...common(action, job, pipelineArn(home, action.pipelineName)),
    actionConfiguration: { configuration: action.resolvedConfiguration ?? {} },
    inputArtifacts: (action.inputs ?? []).map(artifact),
    outputArtifacts: (action.outputs ?? []).map(artifact),
  };
}

function common(action: ActionExecution, { continuationToken }: Job, arn: string): object {
  return {
    actionTypeId: action.type,
    pipelineContext: {
      pipelineName: action.pipelineName,
      stage: { name: action.stage },
      action: { name: action.action, actionExecutionId: action.id },
      pipelineArn: arn,
      pipelineExecutionId: runOf(action.key).run,
    },
    ...(continuationToken === undefined ? {} : { continuationToken }),
  };
}

function artifact({ name, bucket, key, revision }: Artifact): object {
  return {
    name,
    ...(revision === undefined ? {} : { revision }),
    location: { type: 'S3', s3Location: { bucketName: bucket, objectKey: key } },
  };
}
