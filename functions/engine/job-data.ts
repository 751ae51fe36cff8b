import type { Artifact } from '../domain/action.ts';
import type { HeldJob } from './offer-jobs.ts';

/** What the worker of a job is given, or the function of one: secrets in clear, and keys for its artifacts (JobData of the API, without what it is part of). */
export function jobData({ job: { continuationToken }, work, keys, encryptionKey }: HeldJob): object {
  return {
    actionConfiguration: { configuration: work.configuration },
    inputArtifacts: work.inputs.map(jobArtifact),
    outputArtifacts: work.outputs.map(jobArtifact),
    artifactCredentials: {
      accessKeyId: keys.accessKeyId,
      secretAccessKey: keys.secretAccessKey,
      sessionToken: keys.sessionToken,
    },
    ...(continuationToken === undefined ? {} : { continuationToken }),
    ...(encryptionKey === undefined ? {} : { encryptionKey: { id: encryptionKey, type: 'KMS' } }),
  };
}

/** Artifact of the API. */
export function jobArtifact({ name, bucket, key, revision }: Artifact): object {
  return {
    name,
    ...(revision === undefined ? {} : { revision }),
    location: { type: 'S3', s3Location: { bucketName: bucket, objectKey: key } },
  };
}
