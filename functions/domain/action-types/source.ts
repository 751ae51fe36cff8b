import type { ActionType } from '../action-type.ts';
import { awsType, count, flag, hour, optional, required } from './parts.ts';

const artifacts = { inputArtifacts: count(0), outputArtifacts: count(1), timeoutInMinutes: hour };
const formats = ['CODE_ZIP', 'CODEBUILD_CLONE_REF'];
const polls = flag('PollForSourceChanges', 'Whether to look for changes; true when it is not said.');

/** Source/AWS/CodeStarSourceConnection/1: a commit of a repository behind a connection. */
export const connectionSource: ActionType = {
  ...artifacts,
  id: awsType('Source', 'CodeStarSourceConnection'),
  class: 'git',
  properties: [
    required('ConnectionArn', 'The connection to the host of the repository.'),
    required('FullRepositoryId', 'The repository, as owner/name; case matters.'),
    required('BranchName', 'The branch to follow.'),
    optional('OutputArtifactFormat', 'CODE_ZIP: the files of the commit.', { values: formats }),
    flag('DetectChanges', 'Whether a push starts the pipeline.'),
  ],
};

/** Source/AWS/S3/1: one object of a versioned bucket. */
export const s3Source: ActionType = {
  ...artifacts,
  id: awsType('Source', 'S3'),
  class: 's3',
  properties: [
    required('S3Bucket', 'The bucket; versioning must be on.'),
    required('S3ObjectKey', 'The object, normally a zip file.'),
    flag('PollForSourceChanges', 'Whether to look for new versions.'),
    flag('AllowOverrideForS3ObjectKey', 'Whether a start may name another object.'),
  ],
};

/** Source/AWS/CodeCommit/1: a commit of a repository of CodeCommit. */
export const codeCommitSource: ActionType = {
  ...artifacts,
  id: awsType('Source', 'CodeCommit'),
  properties: [
    required('RepositoryName', 'The repository.'),
    required('BranchName', 'The branch to follow.'),
    polls,
    optional('OutputArtifactFormat', 'CODE_ZIP: the files of the commit.', { values: formats }),
  ],
};

/** Source/AWS/ECR/1: which image a tag names. */
export const ecrSource: ActionType = {
  ...artifacts,
  id: awsType('Source', 'ECR'),
  properties: [required('RepositoryName', 'The repository.'), optional('ImageTag', 'The tag; latest when none is.')],
};

/** Source/ThirdParty/GitHub/1, version 1 of the GitHub action: a commit, fetched with a personal token. */
export const gitHubSource: ActionType = {
  ...artifacts,
  id: { ...awsType('Source', 'GitHub'), owner: 'ThirdParty' },
  properties: [
    required('Owner', 'The user or organization that has the repository.'),
    required('Repo', 'The repository.'),
    required('Branch', 'The branch to follow.'),
    required('OAuthToken', 'A personal access token.', { secret: true }),
    polls,
  ],
};
