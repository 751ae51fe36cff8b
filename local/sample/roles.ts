import type { Stack } from '../stack.ts';

/** The names of the parts of an account that a role of a pipeline is for. */
type Place = Pick<Stack, 'account' | 'region' | 'outputs'>;

/** The trust statement of a pipeline's role, as docs/deploying.md has it: Sluice's functions may assume it, for pipelines of this name. */
export function pipelineTrust({ account, region, outputs }: Place, pipeline: string): object {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  const functions = { 'aws:PrincipalArn': outputs['FunctionRoles'] };
  const externalId = { 'sts:ExternalId': `arn:aws:codepipeline:${region}:${account}:${pipeline}` };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal,
        Action: 'sts:AssumeRole',
        Condition: { ArnLike: functions, StringLike: externalId },
      },
      { Effect: 'Allow', Principal, Action: 'sts:TagSession', Condition: { ArnLike: functions } },
    ],
  };
}

/** The trust of a build project's service role. */
export function buildTrust({ account }: Place): object {
  const Principal = { Service: 'codebuild.amazonaws.com' };
  const Condition = { StringEquals: { 'aws:SourceAccount': account } };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition }] };
}

/** What every action of a pipeline needs of the stack's bucket for artifacts, and of its key; of any pipeline, when none is named. */
export function artifactAccess({ outputs }: Place, pipeline?: string): readonly object[] {
  // An artifact's key begins with as much of the pipeline's name.
  const keys = pipeline === undefined ? '*' : `${pipeline.slice(0, 20)}/*`;
  return [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
      Resource: `arn:aws:s3:::${outputs['BucketName']}/${keys}`,
    },
    { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: outputs['KeyArn'] },
  ];
}

/** What an action of CodeBuild needs of its project. */
export function buildAccess({ account, region }: Place, project: string): object {
  return {
    Effect: 'Allow',
    Action: [
      'codebuild:StartBuild',
      'codebuild:BatchGetBuilds',
      'codebuild:ListBuildsForProject',
      'codebuild:StopBuild',
    ],
    Resource: `arn:aws:codebuild:${region}:${account}:project/${project}`,
  };
}

/** What a build needs to write its log. */
export function logAccess({ account, region }: Place, project: string): object {
  return {
    Effect: 'Allow',
    Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: `arn:aws:logs:${region}:${account}:log-group:/aws/codebuild/${project}:*`,
  };
}

/** A policy of statements. */
export function policy(...statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}
