import { CodeBuildClient, CreateProjectCommand } from '@aws-sdk/client-codebuild';
import { CreatePipelineCommand, ListPipelineExecutionsCommand } from '@aws-sdk/client-codepipeline';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { administrator } from '../../local/sample/connection.ts';
import { artifactAccess, buildAccess, buildTrust, logAccess, pipelineTrust, policy } from '../../local/sample/roles.ts';
import { zipped } from '../actions/zips.ts';
import { declare, type TestStack } from './stack.ts';

/** A stage that fetches `source.zip` of the bucket `<name>-source` as the artifact `Code`. */
export function objectSourceStage(name: string) {
  const fetch = {
    name: 'Fetch',
    actionTypeId: { category: 'Source' as const, owner: 'AWS' as const, provider: 'S3', version: '1' },
    configuration: { S3Bucket: `${name}-source`, S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
    outputArtifacts: [{ name: 'Code' }],
  };
  return { name: 'Source', actions: [fetch] };
}

/** Makes the bucket of that stage, with these files in its object. */
export async function putObjectSource(
  { stack }: TestStack,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const { endpoint, region } = stack;
  const s3 = new S3Client({ endpoint, region, credentials: administrator, forcePathStyle: true });
  const Bucket = `${name}-source`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'source.zip', Body: await zipped(files) }));
  s3.destroy();
}

/** Makes a pipeline of this name whose second stage is a build of this command; answers its first run. */
export async function buildPipeline(test: TestStack, name: string, command: string): Promise<string> {
  const { client, stack } = test;
  const { account, endpoint, region } = stack;
  await putObjectSource(test, name, { 'a.txt': 'a' });
  const source = {
    Effect: 'Allow',
    Action: ['s3:GetBucketVersioning', 's3:GetObject', 's3:GetObjectVersion'],
    Resource: [`arn:aws:s3:::${name}-source`, `arn:aws:s3:::${name}-source/*`],
  };
  const runs = policy(...artifactAccess(stack), buildAccess(stack, name), source);
  const roleArn = stack.putRole({
    name: `${name}-pipeline`,
    trust: pipelineTrust(stack, name),
    policies: { runs },
  });
  const builds = policy(...artifactAccess(stack), logAccess(stack, name));
  stack.putRole({ name: `${name}-build`, trust: buildTrust(stack), policies: { builds } });
  const codebuild = new CodeBuildClient({ endpoint, region, credentials: administrator });
  const buildspec = `version: 0.2\nphases:\n  build:\n    commands: ['${command}']\n`;
  const type = 'LINUX_CONTAINER';
  await codebuild.send(
    new CreateProjectCommand({
      name,
      serviceRole: `arn:aws:iam::${account}:role/${name}-build`,
      source: { type: 'CODEPIPELINE', buildspec },
      artifacts: { type: 'CODEPIPELINE' },
      environment: { type, image: 'aws/codebuild/standard:7.0', computeType: 'BUILD_GENERAL1_SMALL' },
    }),
  );
  codebuild.destroy();
  const build = {
    name: 'Build',
    actionTypeId: { category: 'Build' as const, owner: 'AWS' as const, provider: 'CodeBuild', version: '1' },
    configuration: { ProjectName: name },
    inputArtifacts: [{ name: 'Code' }],
  };
  // Nothing ever succeeded in the stage: who ends its run looks for a run to roll it back to, and finds none.
  const onFailure = { result: 'ROLLBACK' as const };
  const stages = [objectSourceStage(name), { name: 'Build', actions: [build], onFailure }];
  await client.send(new CreatePipelineCommand({ pipeline: { ...declare(stack, name, stages), roleArn } }));
  const { pipelineExecutionSummaries: [first] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  return first?.pipelineExecutionId ?? '';
}
