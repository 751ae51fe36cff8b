import type { ActionType } from '../action-type.ts';

const hour = 60;
const none = { minimum: 0, maximum: 0 };
const one = { minimum: 1, maximum: 1 };

/** Source/AWS/CodeStarSourceConnection/1: a commit of a repository behind a connection. */
export const connectionSource: ActionType = {
  id: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
  class: 'git',
  properties: [
    { name: 'ConnectionArn', required: true, description: 'The connection to the host of the repository.' },
    { name: 'FullRepositoryId', required: true, description: 'The repository, as owner/name; case matters.' },
    { name: 'BranchName', required: true, description: 'The branch to follow.' },
    {
      name: 'OutputArtifactFormat',
      required: false,
      description: 'CODE_ZIP: the files of the commit.',
      values: ['CODE_ZIP', 'CODEBUILD_CLONE_REF'],
    },
    {
      name: 'DetectChanges',
      required: false,
      description: 'Whether a push starts the pipeline.',
      values: ['true', 'false'],
    },
  ],
  inputArtifacts: none,
  outputArtifacts: one,
  timeoutInMinutes: hour,
};

/** Source/AWS/S3/1: one object of a versioned bucket. */
export const s3Source: ActionType = {
  id: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
  class: 's3',
  properties: [
    { name: 'S3Bucket', required: true, description: 'The bucket; versioning must be on.' },
    { name: 'S3ObjectKey', required: true, description: 'The object, normally a zip file.' },
    {
      name: 'PollForSourceChanges',
      required: false,
      description: 'Whether to look for new versions.',
      values: ['true', 'false'],
    },
    {
      name: 'AllowOverrideForS3ObjectKey',
      required: false,
      description: 'Whether a start may name another object.',
      values: ['true', 'false'],
    },
  ],
  inputArtifacts: none,
  outputArtifacts: one,
  timeoutInMinutes: hour,
};
