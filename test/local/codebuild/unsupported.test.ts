import type { StartBuildInput } from '@aws-sdk/client-codebuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { satisfies } from '../../../local/codebuild/runtimes.ts';
import { readReference } from '../../../local/codebuild/secrets.ts';
import type { Stand } from './stand.ts';
import { contextOf, openStand, outputOf, phasesOf, spec } from './stand.ts';

let stand: Stand;

beforeAll(async () => {
  stand = await openStand();
  await stand.project();
});

afterAll(() => stand.close());

test('all that needs containers is refused at once, in PROVISIONING, with what to set', async () => {
  await stand.project({
    name: 'containers',
    source: { type: 'GITHUB', location: 'https://example.com/r.git' },
    environment: {
      type: 'WINDOWS_SERVER_2022_CONTAINER',
      image: 'i',
      computeType: 'BUILD_GENERAL1_SMALL',
      privilegedMode: true,
    },
    cache: { type: 'LOCAL', modes: ['LOCAL_DOCKER_LAYER_CACHE'] },
    vpcConfig: { vpcId: 'vpc-1', subnets: ['s'], securityGroupIds: ['g'] },
    fileSystemLocations: [{ type: 'EFS', location: 'l', mountPoint: '/m', identifier: 'i' }],
  });

  const build = await stand.over(await stand.start({ projectName: 'containers' }));

  expect(build.buildStatus).toBe('FAILED');
  expect(phasesOf(build).slice(2)).toEqual(['PROVISIONING FAILED', 'COMPLETED']);
  const context = contextOf(build, 'PROVISIONING') ?? '';
  expect(context).toMatch(/^LOCAL_RUNNER_UNSUPPORTED: /);
  expect(context).toContain(
    '"environment.privilegedMode" = true is not supported by the local runner: there is no Docker daemon. Set it to false or run on AWS.',
  );
  for (const field of ['environment.type', 'cache.modes', 'vpcConfig', 'fileSystemLocations', 'source.type'])
    expect(context).toContain(`"${field}" = `);
});

const REFUSED: [Partial<StartBuildInput>, string][] = [
  [{ environmentTypeOverride: 'LINUX_GPU_CONTAINER' }, '"environment.type" = LINUX_GPU_CONTAINER'],
  [{ environmentTypeOverride: 'ARM_LAMBDA_CONTAINER' }, '"environment.type" = ARM_LAMBDA_CONTAINER'],
  [
    { registryCredentialOverride: { credential: 'c', credentialProvider: 'SECRETS_MANAGER' } },
    '"environment.registryCredential"',
  ],
  [{ fleetOverride: { fleetArn: 'arn' } }, '"environment.fleet"'],
  [{ sourceTypeOverride: 'S3', sourceLocationOverride: 'bucket/folder/' }, '"source.location" = bucket/folder/'],
  [
    { secondarySourcesOverride: [{ type: 'BITBUCKET', location: 'l', sourceIdentifier: 's' }] },
    '"secondarySources.s.type" = BITBUCKET',
  ],
];

test.each(REFUSED)('%j is refused', async (input, message) => {
  const build = await stand.over(await stand.start(input));

  expect(contextOf(build, 'PROVISIONING')).toContain(message);
});

test('a role that cannot be assumed fails PROVISIONING', async () => {
  const ports = {
    assumeRole: () => {
      throw new Error('The role build does not exist.');
    },
  };
  const other = await openStand({ ports });
  await other.project();

  const build = await other.over(await other.start());
  await other.close();

  expect(contextOf(build, 'PROVISIONING')).toBe(
    'ACCESS_DENIED: CodeBuild cannot assume the service role arn:aws:iam::000000000000:role/build: The role build does not exist.',
  );
});

test('an error of the runner itself is a FAULT, not a failure of the build', async () => {
  let full = false;
  const ports = {
    log: (_group: string, _stream: string, lines: readonly { readonly message: string }[]) => {
      full ||= lines.some(({ message }) => message.includes('Entering phase BUILD'));
      if (full) throw new Error('The disk is full.');
    },
  };
  const other = await openStand({ ports });
  await other.project();

  const build = await other.over(await other.start());
  await other.close();

  expect(build.buildStatus).toBe('FAULT');
  expect(contextOf(build, 'BUILD')).toBe('INTERNAL_SERVICE_ERROR: The disk is full.');
});

test('a shell of Windows is refused when the buildspec is read', async () => {
  const { build } = await stand.run(spec({ build: ['dir'] }, { env: { shell: 'powershell.exe' } }));

  expect(contextOf(build, 'DOWNLOAD_SOURCE')).toMatch(/^LOCAL_RUNNER_UNSUPPORTED: "env.shell" = powershell.exe/);
});

test('every build says that it is not isolated, and what of its buildspec is passed over', async () => {
  const { lines } = await stand.run(
    spec({ build: ['true'] }, { reports: { r: { files: ['x'] } }, proxy: { logs: 'yes' } }),
  );

  const log = lines.join('\n');
  expect(log).toContain('without a container');
  expect(log).toContain("passes over the buildspec's section reports");
  expect(log).toContain("passes over the buildspec's section proxy");
});

describe('runtime-versions', () => {
  const tools = (name: string, says: string) => [
    `mkdir -p "$HOME/bin"; printf '#!/bin/sh\\n${says}\\n' > "$HOME/bin/${name}"; chmod +x "$HOME/bin/${name}"; PATH="$HOME/bin:$PATH"`,
  ];

  test('that the machine has are said', async () => {
    const phases = { install: { commands: ['true'] }, build: { commands: ['true'] } };
    const { lines: before } = await stand.run(spec({ ...phases, build: ['node --version'] }));
    const major = /^v(\d+)/.exec(outputOf(before).at(-1) ?? '')?.[1] ?? '';

    const { build, lines } = await stand.run(
      spec({ ...phases, install: { 'runtime-versions': { nodejs: '$NODE' } } }),
      {
        environmentVariablesOverride: [{ name: 'NODE', value: major }],
      },
    );

    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(lines.join('\n')).toContain(`Selecting 'nodejs' runtime version '${major}': this machine has ${major}.`);
  });

  test.each([
    [{ nodejs: '4' }, /^LOCAL_RUNNER_UNSUPPORTED: runtime nodejs=4 not available on this host \(it has \d+/],
    [{ docker: '20' }, /runtime docker=20 not available on this host \(none found\)/],
    [{ constructor: '1' }, /runtime constructor=1 not available/],
  ])('%j fails INSTALL', async (versions, message) => {
    const { build } = await stand.run(spec({ install: { 'runtime-versions': versions, commands: ['echo never'] } }));

    expect(phasesOf(build)).toContain('INSTALL FAILED');
    expect(contextOf(build, 'INSTALL')).toMatch(message);
    expect(outputOf(stand.lines(build))).toEqual([]);
  });

  test('that the machine lacks are ignored only when the build asks for it', async () => {
    const { build, lines } = await stand.run(
      spec({ install: { 'runtime-versions': { nodejs: '4' } }, build: tools('x', 'echo') }),
      {
        environmentVariablesOverride: [{ name: 'SLUICE_ANY_RUNTIME_VERSION', value: 'true' }],
      },
    );

    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(lines.join('\n')).toContain('runtime nodejs=4 not available on this host');
  });

  test.each([
    ['20.11.1', '20', true],
    ['20.11.1', '20.x', true],
    ['20.11.1', '20.11', true],
    ['17.0.9', 'corretto17', true],
    ['3.12.1', 'latest', true],
    ['20.11.1', '2', false],
    ['3.12.1', '3.1', false],
    ['3.12', '3.12.1', false],
  ])('%s as %s: %s', (found, wanted, expected) => {
    expect(satisfies(found, wanted)).toBe(expected);
  });
});

test.each([
  ['id', { id: 'id' }],
  ['id:key', { id: 'id', key: 'key' }],
  ['id:key:stage:version', { id: 'id', key: 'key', stage: 'stage', version: 'version' }],
  ['id::stage', { id: 'id', stage: 'stage' }],
  ['arn:aws:secretsmanager:r:1:secret:name-abc', { id: 'arn:aws:secretsmanager:r:1:secret:name-abc' }],
  ['arn:aws:secretsmanager:r:1:secret:name-abc:key', { id: 'arn:aws:secretsmanager:r:1:secret:name-abc', key: 'key' }],
])('the reference %s is taken apart', (text, expected) => {
  expect(readReference(text)).toEqual(expected);
});
