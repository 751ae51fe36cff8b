import { randomBytes } from 'node:crypto';
import { CodeBuildClient, CreateProjectCommand } from '@aws-sdk/client-codebuild';
import {
  CodePipelineClient,
  CreatePipelineCommand,
  ListPipelinesCommand,
  type PipelineDeclaration,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketWebsiteCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Stack } from '../stack.ts';
import { administrator, localConnection, webhookSecretName } from './connection.ts';
import { artifactAccess, buildAccess, buildTrust, logAccess, pipelineTrust, policy } from './roles.ts';
import { siteFiles } from './site-files.ts';

/** The name of the sample: of its pipeline, build project and bucket. */
export const sampleName = 'hello-site';
export const sampleRepository = `sample/${sampleName}`;

/** Makes the connection to the stack's own git server, as an operator would on AWS. */
export async function makeConnection(stack: Stack): Promise<void> {
  const { endpoint, region } = stack;
  const client = { endpoint, region, credentials: administrator };
  const { record } = localConnection({ ...stack, partition: 'aws' });
  const secret = new CreateSecretCommand({ Name: webhookSecretName, SecretString: randomBytes(32).toString('hex') });
  await unlessThere(new SecretsManagerClient(client).send(secret), 'ResourceExistsException');
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  await table.send(
    new PutCommand({
      TableName: stack.outputs['TableName'],
      Item: { pk: `CONNECTION#${record.id}`, sk: 'CONNECTION', ...record },
    }),
  );
}

/** Makes the sample pipeline with all that it needs, unless there is a pipeline already. Broken off, it can be called again. */
export async function makeSample(stack: Stack): Promise<void> {
  const client = { endpoint: stack.endpoint, region: stack.region, credentials: administrator };
  const pipelines = new CodePipelineClient(client);
  const { pipelines: there = [] } = await pipelines.send(new ListPipelinesCommand({}));
  // Also those of a sample that an earlier version made, which had none.
  if (there.length === 0 || there.some(({ name }) => name === sampleName)) makeRoles(stack);
  if (there.length > 0) return;

  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await unlessThere(s3.send(new CreateBucketCommand({ Bucket: sampleName })), 'BucketAlreadyOwnedByYou');
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: '404.html' } };
  await s3.send(new PutBucketWebsiteCommand({ Bucket: sampleName, WebsiteConfiguration }));
  await unlessThere(
    new CodeBuildClient(client).send(new CreateProjectCommand(project(stack))),
    'ResourceAlreadyExistsException',
  );
  await stack.git.create(sampleRepository, siteFiles, 'Say hello');
  await unlessThere(
    pipelines.send(new CreatePipelineCommand({ pipeline: pipeline(stack) })),
    'PipelineNameInUseException',
  );
}

/** The roles of the pipeline and of its builds: each may do what it needs, and nothing else. */
function makeRoles(stack: Stack): void {
  const site = { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${sampleName}/*` };
  stack.putRole({
    name: `${sampleName}-pipeline`,
    trust: pipelineTrust(stack, sampleName),
    policies: { run: policy(...artifactAccess(stack, sampleName), buildAccess(stack, sampleName), site) },
  });
  stack.putRole({
    name: `${sampleName}-build`,
    trust: buildTrust(stack),
    policies: { build: policy(...artifactAccess(stack, sampleName), logAccess(stack, sampleName)) },
  });
}

function project({ account }: Stack): ConstructorParameters<typeof CreateProjectCommand>[0] {
  return {
    name: sampleName,
    serviceRole: `arn:aws:iam::${account}:role/${sampleName}-build`,
    source: { type: 'NO_SOURCE', buildspec: 'version: 0.2\nphases:\n  build:\n    commands: [echo]\n' },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: { type: 'LINUX_CONTAINER', image: 'aws/codebuild/standard:7.0', computeType: 'BUILD_GENERAL1_SMALL' },
    timeoutInMinutes: 30,
  };
}

/** Source, Build, Approve, Deploy. */
export function pipeline(stack: Stack): PipelineDeclaration {
  const { record } = localConnection({ ...stack, partition: 'aws' });
  return {
    name: sampleName,
    pipelineType: 'V2',
    roleArn: `arn:aws:iam::${stack.account}:role/${sampleName}-pipeline`,
    artifactStore: { type: 'S3', location: stack.outputs['BucketName'] ?? '' },
    stages: [
      {
        name: 'Source',
        actions: [
          {
            name: 'Fetch',
            actionTypeId: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
            configuration: { ConnectionArn: record.arn, FullRepositoryId: sampleRepository, BranchName: 'main' },
            outputArtifacts: [{ name: 'SourceOutput' }],
            namespace: 'SourceVariables',
          },
        ],
      },
      {
        name: 'Build',
        actions: [
          {
            name: 'Build',
            actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
            configuration: { ProjectName: sampleName, BuildspecOverride: 'buildspec.yml' },
            inputArtifacts: [{ name: 'SourceOutput' }],
            outputArtifacts: [{ name: 'Site' }],
            namespace: 'BuildVariables',
          },
        ],
      },
      {
        name: 'Approve',
        actions: [
          {
            name: 'Review',
            actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
            configuration: { CustomData: '#{BuildVariables.PAGES} pages, from commit #{SourceVariables.CommitId}' },
          },
        ],
      },
      {
        name: 'Deploy',
        actions: [
          {
            name: 'Publish',
            actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'S3', version: '1' },
            configuration: { BucketName: sampleName, Extract: 'true', CacheControl: 'no-cache' },
            inputArtifacts: [{ name: 'Site' }],
          },
        ],
      },
    ],
  };
}

async function unlessThere(made: Promise<unknown>, code: string): Promise<void> {
  try {
    await made;
  } catch (error) {
    if (!(error instanceof Error && error.name === code)) throw error;
  }
}
