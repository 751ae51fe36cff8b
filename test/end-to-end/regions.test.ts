import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  ListBuildsForProjectCommand,
} from '@aws-sdk/client-codebuild';
import {
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { administrator } from '../../local/sample/connection.ts';
import { artifactAccess, buildAccess, buildTrust, logAccess, pipelineTrust, policy } from '../../local/sample/roles.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { objectSourceStage, putObjectSource } from './build-pipeline.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const far = 'eu-west-1';
const name = 'far';
const clock = new TurnableClock(0);

let test: TestStack;
let s3: Record<'home' | 'far', S3Client>;
beforeAll(async () => {
  test = await startTestStack({ clock });
  const { endpoint, region } = test.stack;
  const at = (region: string) => new S3Client({ endpoint, region, credentials: administrator, forcePathStyle: true });
  s3 = { home: at(region), far: at(far) };
  await s3.far.send(new CreateBucketCommand({ Bucket: 'far-store' }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.far.send(new PutBucketVersioningCommand({ Bucket: 'far-store', VersioningConfiguration }));
  await s3.far.send(new CreateBucketCommand({ Bucket: 'far-site' }));
  await s3.home.send(new CreateBucketCommand({ Bucket: 'home-site' }));
});
afterAll(() => test?.close());

const action = (category: 'Build' | 'Deploy', provider: string, Name: string, more: object) => ({
  name: Name,
  actionTypeId: { category, owner: 'AWS' as const, provider, version: '1' },
  ...more,
});
const deploy = (Name: string, BucketName: string, more: object = {}) =>
  action('Deploy', 'S3', Name, {
    configuration: { BucketName, Extract: 'true' },
    inputArtifacts: [{ name: 'Site' }],
    ...more,
  });

/** Runs a pipeline whose build is far away, and deploys what it made both there and at home; answers its actions. */
async function runFar() {
  const { client, stack } = test;
  const there = { ...stack, region: far };
  await putObjectSource(test, name, { 'a.txt': 'far' });
  const store = { Effect: 'Allow', Action: ['s3:GetObject*', 's3:PutObject'], Resource: 'arn:aws:s3:::far-store/*' };
  const sites = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::*-site/*' };
  const source = {
    Effect: 'Allow',
    Action: ['s3:GetBucketVersioning', 's3:GetObject*'],
    Resource: ['arn:aws:s3:::far-source', 'arn:aws:s3:::far-source/*'],
  };
  const runs = policy(...artifactAccess(stack), buildAccess(there, name), store, sites, source);
  const roleArn = stack.putRole({ name: 'far-pipeline', trust: pipelineTrust(stack, name), policies: { runs } });
  const builds = policy(store, logAccess(there, name));
  const serviceRole = stack.putRole({ name: 'far-build', trust: buildTrust(stack), policies: { builds } });
  const codebuild = new CodeBuildClient({ endpoint: stack.endpoint, region: far, credentials: administrator });
  const buildspec =
    "version: 0.2\nphases:\n  build:\n    commands: ['echo $AWS_REGION > region.txt']\nartifacts: { files: ['*.txt'] }\n";
  await codebuild.send(
    new CreateProjectCommand({
      name,
      serviceRole,
      source: { type: 'CODEPIPELINE', buildspec },
      artifacts: { type: 'CODEPIPELINE' },
      environment: { type: 'LINUX_CONTAINER', image: 'i', computeType: 'BUILD_GENERAL1_SMALL' },
    }),
  );
  const build = action('Build', 'CodeBuild', 'Build', {
    region: far,
    configuration: { ProjectName: name },
    inputArtifacts: [{ name: 'Code' }],
    outputArtifacts: [{ name: 'Site' }],
  });
  const { artifactStore, ...rest } = declare(stack, name, [
    objectSourceStage(name),
    { name: 'Build', actions: [build] },
    { name: 'Deploy', actions: [deploy('There', 'far-site', { region: far }), deploy('Here', 'home-site')] },
  ]);
  const artifactStores = {
    [stack.region]: artifactStore ?? { type: 'S3', location: '' },
    [far]: { type: 'S3' as const, location: 'far-store' },
  };
  await client.send(new CreatePipelineCommand({ pipeline: { ...rest, roleArn, artifactStores } }));
  const { pipelineExecutionSummaries: [run] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  await waitFor('the end of the build', async () => {
    const { ids = [] } = await codebuild.send(new ListBuildsForProjectCommand({ projectName: name }));
    const { builds = [] } = ids.length > 0 ? await codebuild.send(new BatchGetBuildsCommand({ ids })) : {};
    return builds[0]?.buildComplete ? builds[0] : undefined;
  });
  codebuild.destroy();
  // Nobody tells Sluice that the build has ended: the sweeper asks.
  clock.turn(125_000);
  const status = await endOf(client, name, run?.pipelineExecutionId ?? '');
  const { actionExecutionDetails = [] } = await client.send(new ListActionExecutionsCommand({ pipelineName: name }));
  return { status, actions: new Map(actionExecutionDetails.map((detail) => [detail.actionName ?? '', detail])) };
}

describe('a pipeline with actions in another Region', () => {
  it('copies what they need there, and what they made home', { timeout: 90_000 }, async () => {
    const { status, actions } = await runFar();
    const place = (of: string, which: 'input' | 'output') =>
      which === 'input'
        ? actions.get(of)?.input?.inputArtifacts?.[0]?.s3location
        : actions.get(of)?.output?.outputArtifacts?.[0]?.s3location;
    const home = test.stack.outputs['BucketName'];

    expect([
      status,
      ...[...actions.values()].map((each) => each.output?.executionResult?.errorDetails?.message),
    ]).toEqual(['Succeeded', ...Array(4).fill(undefined)]);
    expect(place('Fetch', 'output')?.bucket).toBe(home);
    expect(place('Build', 'input')).toEqual({ bucket: 'far-store', key: place('Fetch', 'output')?.key });
    expect(place('Build', 'output')?.bucket).toBe('far-store');
    expect(place('There', 'input')).toEqual(place('Build', 'output'));
    expect(place('Here', 'input')).toEqual({ bucket: home, key: place('Build', 'output')?.key });
    expect(actions.get('Build')?.input?.region).toBe(far);
    expect(actions.get('Build')?.output?.executionResult?.logStreamARN).toContain(`:logs:${far}:`);
    for (const [client, Bucket] of [
      [s3.far, 'far-site'],
      [s3.home, 'home-site'],
    ] as const) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'region.txt' }));
      expect(await Body?.transformToString()).toBe(`${far}\n`);
    }
  });

  it('is served by a stack whose buckets answer in their own Region alone', async () => {
    const Key = 'region.txt';

    await expect(s3.home.send(new GetObjectCommand({ Bucket: 'far-site', Key }))).rejects.toMatchObject({
      name: 'PermanentRedirect',
    });
    await expect(s3.far.send(new HeadObjectCommand({ Bucket: 'home-site', Key }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 301 },
    });
  });
});
