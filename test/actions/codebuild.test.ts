import {
  BatchGetBuildsCommand,
  type Build,
  ListBuildsForProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFrom } from '../../functions/aws/run-record.ts';
import type { Artifact } from '../../functions/domain/action.ts';
import type { Work } from '../../functions/engine/work.ts';
import { givenBy } from '../../functions/lambda/given.ts';
import { actionItem, context, definition, now, openWorld, runItem, type World } from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
  world.s3.on(HeadObjectCommand).resolves({ VersionId: 'v9' });
});
afterEach(() => world.close());

const action = { ...actionItem('Build') } as unknown as Work['action'];
const source: Artifact = {
  name: 'Source',
  bucket: 'artifacts',
  key: 'web/Source/1.zip',
  versionId: 'v1',
  revision: 'c0ffee',
};
const more: Artifact = { name: 'More', bucket: 'artifacts', key: 'web/More/2.zip' };
const site = { name: 'Site', bucket: 'artifacts', key: 'web/Site/3.zip' };
const report = { name: 'Report', bucket: 'artifacts', key: 'web/Report/4.zip' };

function work(given: Partial<Work> = {}): Work {
  const [declaration] = definition.stages[1]?.actions ?? [];
  if (!declaration) throw new Error('The definition has no build.');
  const keys = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't', expiration: new Date(now + 3_600_000) };
  const access = { roleArn: 'r', region: 'us-east-1', credentials: async () => keys };
  return {
    ...givenBy(context),
    action,
    run: runFrom(runItem('Build', 1)).run,
    declaration,
    configuration: { ProjectName: 'hello-site' },
    commandVariables: {},
    secrets: [],
    inputs: [source],
    outputs: [site],
    access,
    worker: access,
    pipelineArn: 'arn:aws:codepipeline:us-east-1:123456789012:hello-site',
    ...given,
  };
}

async function provider() {
  return (await import('../../functions/actions/codebuild/codebuild.ts')).codebuild;
}

async function startInput(given: Partial<Work> = {}) {
  world.builds.on(StartBuildCommand).resolves({ build: { id: 'b:1', buildStatus: 'IN_PROGRESS' } });
  await (await provider()).start(work(given));
  return world.builds.commandCalls(StartBuildCommand)[0]?.args[0].input;
}

async function outcome(build: Build, given: Partial<Work> = {}) {
  world.builds.on(BatchGetBuildsCommand).resolves({ builds: [{ id: 'b:1', ...build }] });
  return (await provider()).observe?.(work(given), 'b:1');
}

const configured = (EnvironmentVariables: string) => ({ configuration: { ProjectName: 'p', EnvironmentVariables } });

describe('a build that is started', () => {
  it('reads its input, and writes its output, where the pipeline has them; starting it twice is starting it once', async () => {
    expect(await startInput()).toEqual({
      projectName: 'hello-site',
      idempotencyToken: action.id,
      sourceTypeOverride: 'S3',
      sourceLocationOverride: 'artifacts/web/Source/1.zip',
      sourceVersion: 'v1',
      secondarySourcesOverride: [],
      secondarySourcesVersionOverride: [],
      artifactsOverride: {
        type: 'S3',
        location: 'artifacts',
        path: 'web/Site',
        name: '3.zip',
        packaging: 'ZIP',
        namespaceType: 'NONE',
        overrideArtifactName: false,
      },
      secondaryArtifactsOverride: [],
      environmentVariablesOverride: [
        { name: 'SLUICE_ACTION', value: action.key, type: 'PLAINTEXT' },
        { name: 'CODEBUILD_INITIATOR', value: 'codepipeline/hello-site', type: 'PLAINTEXT' },
        { name: 'CODEBUILD_RESOLVED_SOURCE_VERSION', value: 'c0ffee', type: 'PLAINTEXT' },
      ],
    });
  });

  it('has its primary source among several, and several outputs beside one another', async () => {
    const input = await startInput({
      configuration: { ProjectName: 'p', PrimarySource: 'More' },
      inputs: [source, more],
      outputs: [site, report],
    });

    expect(input).toMatchObject({
      sourceLocationOverride: 'artifacts/web/More/2.zip',
      secondarySourcesOverride: [{ type: 'S3', sourceIdentifier: 'Source', location: 'artifacts/web/Source/1.zip' }],
      secondarySourcesVersionOverride: [{ sourceIdentifier: 'Source', sourceVersion: 'v1' }],
      artifactsOverride: { type: 'NO_ARTIFACTS' },
      secondaryArtifactsOverride: [
        { artifactIdentifier: 'Site', name: '3.zip' },
        { artifactIdentifier: 'Report', name: '4.zip' },
      ],
    });
    expect(input).not.toHaveProperty('sourceVersion');
  });

  it('has no artifacts where the action declares none', async () => {
    expect(await startInput({ outputs: [] })).toMatchObject({ artifactsOverride: { type: 'NO_ARTIFACTS' } });
  });

  it('takes overrides, the artifact store’s key, and variables of all three types', async () => {
    const list = [
      { name: 'A', value: '$(rm -rf /)' },
      { name: 'B', value: '/b', type: 'PARAMETER_STORE' },
      { name: 'C', value: 'c', type: 'SECRETS_MANAGER' },
    ];

    const input = await startInput({
      configuration: {
        ProjectName: 'p',
        EnvironmentVariables: JSON.stringify(list),
        BuildspecOverride: 'ci.yml',
        ServiceRoleArnOverride: 'arn:role',
      },
      outputs: [{ ...site, encryptionKey: 'k' }],
    });

    expect(input).toMatchObject({
      buildspecOverride: 'ci.yml',
      serviceRoleOverride: 'arn:role',
      encryptionKeyOverride: 'k',
    });
    expect(input?.environmentVariablesOverride?.slice(0, 3)).toEqual([
      { ...list[0], type: 'PLAINTEXT' },
      list[1],
      list[2],
    ]);
  });

  it.each([
    ['several inputs without a primary one', { inputs: [source, more] }, /PrimarySource must name/],
    [
      'a primary one that is no input',
      { configuration: { ProjectName: 'p', PrimarySource: 'x' } },
      /'x' is not an input artifact/,
    ],
    ['variables that are no JSON', configured('A=1'), /must be a JSON array/],
    ['variables that are no list', configured('{"A":1}'), /must be a JSON array/],
    ['a variable that is nothing', configured('[null]'), /must be a JSON array/],
    ['a variable without a value', configured('[{"name":"A"}]'), /must be a JSON array/],
    ['a variable of another type', configured('[{"name":"A","value":"a","type":"X"}]'), /must be a JSON array/],
    [
      'the variable by which builds are found',
      configured('[{"name":"SLUICE_ACTION","value":"x"}]'),
      /must not name SLUICE_ACTION/,
    ],
    ['a batch', { configuration: { ProjectName: 'p', BatchEnabled: 'true' } }, /does not carry out batch builds yet/],
    ['a batch that is neither', { configuration: { ProjectName: 'p', BatchEnabled: 'yes' } }, /must be true or false/],
  ])('is not started with %s', async (_, given, message) => {
    await expect(startInput(given)).rejects.toThrow(message);

    expect(world.builds.commandCalls(StartBuildCommand)).toEqual([]);
  });
});

describe('what a build has come to', () => {
  const logs = { groupName: '/aws/codebuild/p', streamName: 's' };
  const logStreamArn = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/codebuild/p:log-stream:s';

  it('is nothing while it runs', async () => {
    expect(await outcome({ buildStatus: 'IN_PROGRESS', logs })).toMatchObject({
      status: 'Running',
      externalId: 'b:1',
      logStreamArn,
    });
  });

  it('is its artifacts, by version and digest, and its exported variables, empty ones too', async () => {
    const exportedEnvironmentVariables = [{ name: 'A', value: '1' }, { name: 'EMPTY', value: '' }, { value: 'x' }];

    const result = await outcome({
      buildStatus: 'SUCCEEDED',
      artifacts: { location: 'l', sha256sum: 'd' },
      exportedEnvironmentVariables,
    });

    expect(result).toMatchObject({
      status: 'Succeeded',
      outputs: [{ ...site, versionId: 'v9', sha256: 'd' }],
      outputVariables: { A: '1', EMPTY: '' },
    });
  });

  it('is each of several artifacts by its identifier', async () => {
    const secondaryArtifacts = [
      { artifactIdentifier: 'Report', location: 'l', sha256sum: 'r' },
      { artifactIdentifier: 'Site', location: 'l', sha256sum: 's' },
    ];

    const result = await outcome({ buildStatus: 'SUCCEEDED', secondaryArtifacts }, { outputs: [site, report] });

    expect(result).toMatchObject({
      outputs: [
        { name: 'Site', sha256: 's' },
        { name: 'Report', sha256: 'r' },
      ],
    });
  });

  it.each([
    ['the build made none', {}, 'v9'],
    ['it is not where it should be', { artifacts: { location: 'l' } }, undefined],
  ])('is a failure when an artifact is owed and %s', async (_, build, version) => {
    if (version === undefined)
      world.s3.on(HeadObjectCommand).rejects(Object.assign(new Error('x'), { name: 'NotFound' }));

    await expect(outcome({ buildStatus: 'SUCCEEDED', ...build })).rejects.toMatchObject({
      code: 'JobFailed',
      message: expect.stringContaining('has no output artifact Site'),
    });
  });

  it.each(['FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'] as const)(
    'is a failure in CodePipeline’s words: %s',
    async (buildStatus) => {
      const phases = [
        { phaseType: 'INSTALL' as const, phaseStatus: 'SUCCEEDED' as const },
        {
          phaseType: 'BUILD' as const,
          phaseStatus: buildStatus,
          contexts: [{ statusCode: 'COMMAND_EXECUTION_ERROR', message: 'exit status 1' }],
        },
      ];

      expect(await outcome({ buildStatus, phases })).toMatchObject({
        status: 'Failed',
        code: 'JobFailed',
        message: `Build terminated with state: ${buildStatus}. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: exit status 1`,
      });
    },
  );

  it.each([
    [[], 'Build terminated with state: FAILED.'],
    [
      [{ phaseType: 'QUEUED' as const, phaseStatus: 'TIMED_OUT' as const }],
      'Build terminated with state: FAILED. Phase: QUEUED, Code: TIMED_OUT, Message: ',
    ],
  ])('is a failure that tells no more than is known', async (phases, message) => {
    expect(await outcome({ buildStatus: 'FAILED', phases })).toMatchObject({ message });
  });

  it('is a failure when the build is gone', async () => {
    world.builds.on(BatchGetBuildsCommand).resolves({ builds: [] });

    await expect((await provider()).observe?.(work(), 'b:1')).rejects.toMatchObject({ code: 'JobFailed' });
  });
});

describe('a build that may have been started', () => {
  const minutesAgo = (minutes: number) => ({ now: now + minutes * 60_000 });
  const mine = { id: 'b:2', buildStatus: 'IN_PROGRESS' as const };
  const variables = (value: string) => ({
    environment: { environmentVariables: [{ name: 'SLUICE_ACTION', value }] } as Build['environment'],
  });

  it('is started again while CodeBuild knows its token', async () => {
    world.builds.on(StartBuildCommand).resolves({ build: { id: 'b:1', buildStatus: 'IN_PROGRESS' } });

    const found = await (await provider()).find?.(work(minutesAgo(3)));

    expect(found).toMatchObject({ status: 'Running', externalId: 'b:1' });
  });

  it('is looked for by its variable later', async () => {
    world.builds.on(ListBuildsForProjectCommand).resolves({ ids: ['b:1', 'b:2'] });
    world.builds.on(BatchGetBuildsCommand).resolves({
      builds: [
        { id: 'b:1', buildStatus: 'SUCCEEDED', ...variables('another') },
        { ...mine, ...variables(action.key) },
      ],
    });

    const found = await (await provider()).find?.(work(minutesAgo(4)));

    expect(found).toMatchObject({ status: 'Running', externalId: 'b:2' });
    expect(world.builds.commandCalls(StartBuildCommand)).toEqual([]);
  });

  it.each([[[]], [['b:1']]])('is not found where there is none', async (ids) => {
    world.builds.on(ListBuildsForProjectCommand).resolves({ ids });
    world.builds.on(BatchGetBuildsCommand).resolves({ builds: [{ id: 'b:1', ...variables('another') }] });

    expect(await (await provider()).find?.(work(minutesAgo(9)))).toBeUndefined();
  });
});
