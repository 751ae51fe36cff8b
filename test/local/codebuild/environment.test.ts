import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { machinePath } from '../../../local/codebuild/host-environment.ts';
import type { Stand } from './stand.ts';
import { CREDENTIALS, contextOf, openStand, outputOf, phasesOf, spec } from './stand.ts';

let stand: Stand;

beforeAll(async () => {
  vi.stubEnv('SECRET_OF_THE_HOST', 'x');
  vi.stubEnv('AWS_PROFILE', 'mine');
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('PATH', `/project/node_modules/.bin:/npm/node-gyp-bin:${process.env['PATH']}`);
  stand = await openStand();
  await stand.project({
    environment: {
      type: 'LINUX_CONTAINER',
      image: 'some/image:1',
      computeType: 'BUILD_GENERAL1_SMALL',
      environmentVariables: [
        { name: 'FROM_PROJECT', value: 'project' },
        { name: 'BOTH', value: 'project' },
      ],
    },
  });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await stand.close();
});

afterEach(() => stand.secrets.clear());

async function environmentOf(sections: object = {}, input: object = {}): Promise<Record<string, string>> {
  const { lines } = await stand.run(spec({ build: ['env'] }, sections), input);
  return Object.fromEntries(
    outputOf(lines).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

test('a build sees CodeBuild’s variables, its role’s credentials and the stack’s endpoint, and nothing of the host', async () => {
  const seen = await environmentOf();

  expect(seen).toMatchObject({
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: stand.context.endpoint,
    AWS_ACCESS_KEY_ID: '***',
    AWS_SECRET_ACCESS_KEY: '***',
    AWS_SESSION_TOKEN: '***',
    CODEBUILD_BUILD_ARN: expect.stringMatching(/^arn:aws:codebuild:eu-west-1:000000000000:build\/app:[0-9a-f-]{36}$/),
    CODEBUILD_BUILD_ID: expect.stringMatching(/^app:/),
    CODEBUILD_BUILD_IMAGE: 'some/image:1',
    CODEBUILD_BUILD_NUMBER: expect.stringMatching(/^\d+$/),
    CODEBUILD_BUILD_SUCCEEDING: '1',
    CODEBUILD_CI: 'true',
    CODEBUILD_INITIATOR: 'root',
    CODEBUILD_PROJECT_ARN: 'arn:aws:codebuild:eu-west-1:000000000000:project/app',
    CODEBUILD_START_TIME: expect.stringMatching(/^\d{13}$/),
    CODEBUILD_KMS_KEY_ID: 'arn:aws:kms:eu-west-1:000000000000:alias/aws/s3',
  });
  for (const name of [
    'SECRET_OF_THE_HOST',
    'AWS_PROFILE',
    'TERM',
    'CODEBUILD_RESOLVED_SOURCE_VERSION',
    'CODEBUILD_SOURCE_VERSION',
  ]) {
    expect(seen).not.toHaveProperty(name);
  }
  expect(seen['PATH']).not.toMatch(/node_modules\/\.bin|node-gyp-bin/);
  expect(seen['HOME']).toContain(stand.dir);
  expect(seen['TMPDIR']).toContain(stand.dir);
});

test('StartBuild’s variables win over the project’s, and those over the buildspec’s', async () => {
  const variables = {
    FROM_SPEC: 'spec',
    FROM_PROJECT: 'spec',
    BOTH: 'spec',
    CODEBUILD_BUILD_ID: 'spec',
    NUMBER: '1.10',
    LITERAL: '$PATH:/x',
  };

  const seen = await environmentOf(
    { env: { variables } },
    { environmentVariablesOverride: [{ name: 'BOTH', value: "it's $HOME\tthe override" }] },
  );

  expect(seen).toMatchObject({
    FROM_SPEC: 'spec',
    FROM_PROJECT: 'project',
    BOTH: "it's $HOME\tthe override",
    NUMBER: '1.10',
    LITERAL: '$PATH:/x',
  });
  expect(seen['CODEBUILD_BUILD_ID']).toMatch(/^app:/);
});

test('a caller may name the initiator, as a pipeline does, but no other of CodeBuild’s variables', async () => {
  const environmentVariablesOverride = [
    { name: 'CODEBUILD_INITIATOR', value: 'codepipeline/p' },
    { name: 'CODEBUILD_SRC_DIR', value: '/elsewhere' },
  ];

  const seen = await environmentOf({}, { environmentVariablesOverride });

  expect(seen['CODEBUILD_INITIATOR']).toBe('codepipeline/p');
  expect(seen['CODEBUILD_SRC_DIR']).toMatch(/\/src$/);
});

test('the role is assumed for this build, for as long as it may run', async () => {
  const { build } = await stand.run(spec({ build: ['true'] }), {
    serviceRoleOverride: 'arn:aws:iam::000000000000:role/other',
    timeoutInMinutesOverride: 10,
  });

  expect(stand.assumed.at(-1)).toEqual({
    role: 'arn:aws:iam::000000000000:role/other',
    session: `AWSCodeBuild-${build.id?.split(':')[1]}`,
    seconds: 1500,
  });
});

describe('secrets', () => {
  test('are read from Secrets Manager as the build’s role, whole, by key and by stage, and masked in the log', async () => {
    stand.secrets.set('db', '{"password":"hunter2-hunter2","port":5432}');
    stand.secrets.set('db@OLD', '{"password":"former-password"}');
    const secretsManager = { WHOLE: 'db', PASSWORD: 'db:password', OLD: 'db:password:OLD' };
    const commands = [
      'echo "value $PASSWORD $OLD"',
      '[ "$PASSWORD" = hunter2-hunter2 ] && [ "$OLD" = former-password ]',
      'echo "whole $WHOLE"',
      'echo AKIAIOSFODNN7EXAMPLE',
    ];

    const { build, lines } = await stand.run(spec({ build: commands }, { env: { 'secrets-manager': secretsManager } }));

    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(outputOf(lines)).toEqual(['value *** ***', 'whole ***', '***']);
    expect(lines.join('\n')).not.toMatch(/hunter2|former|AKIAIOSFODNN7EXAMPLE/);
    expect([...stand.callers]).toEqual([CREDENTIALS.accessKeyId]);
  });

  test('of several lines are masked line by line', async () => {
    stand.secrets.set('key', '-----BEGIN-----\nabcdefgh\n-----END-----');

    const { lines } = await stand.run(spec({ build: ['echo "$KEY"'] }, { env: { 'secrets-manager': { KEY: 'key' } } }));

    expect(outputOf(lines)).toEqual(['***', '***', '***']);
  });

  test('in a failing command are masked in the phase’s context and in events', async () => {
    stand.secrets.set('s', 'very-secret');

    const { build } = await stand.run(
      spec({ build: ['echo very-secret; false'] }, { env: { 'secrets-manager': { S: 's' } } }),
    );

    expect(contextOf(build, 'BUILD')).toContain('echo ***; false');
    const events = stand.events.filter(
      ({ detail }) =>
        Reflect.get(detail, 'build-id') === build.arn && !Reflect.get(detail, 'additional-information').environment,
    );
    expect(JSON.stringify(events)).not.toContain('very-secret');
  });

  test.each([
    [
      { 'secrets-manager': { A: 'absent' } },
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    ],
    [
      { 'secrets-manager': { A: 'text:key' } },
      'Secrets Manager text: the secret is not JSON, so that it has no key key.',
    ],
    [{ 'secrets-manager': { A: 'json:key' } }, 'Secrets Manager json: the secret has no key key.'],
    [{ 'parameter-store': { A: '/name' } }, 'Set AWS_ENDPOINT_URL_SSM to use another endpoint'],
  ])('%j that cannot be read fail DOWNLOAD_SOURCE', async (env, message) => {
    stand.secrets.set('text', 'plain');
    stand.secrets.set('json', '{}');

    const { build } = await stand.run(spec({ build: ['true'] }, { env }));

    expect(phasesOf(build)).toContain('DOWNLOAD_SOURCE FAILED');
    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toMatch(/^Decrypted Variables Error: /);
    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toContain(message);
  });
});

describe('parameters, where AWS_ENDPOINT_URL_SSM points', () => {
  beforeAll(() => {
    vi.stubEnv('AWS_ENDPOINT_URL_SSM', stand.context.endpoint);
  });

  afterAll(() => {
    vi.stubEnv('AWS_ENDPOINT_URL_SSM', undefined);
  });

  test('are read decrypted, as the build’s role, and masked', async () => {
    stand.secrets.set('/app/key', 'parameter-value');

    const { build, lines } = await stand.run(
      spec({ build: ['echo "$P $Q"; [ "$P" = parameter-value ]'] }, { env: { 'parameter-store': { P: '/app/key' } } }),
      { environmentVariablesOverride: [{ name: 'Q', value: '/app/key', type: 'PARAMETER_STORE' }] },
    );

    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(outputOf(lines)).toEqual(['*** ***']);
    expect([...stand.callers]).toEqual([CREDENTIALS.accessKeyId]);
  });

  test('that are missing fail DOWNLOAD_SOURCE', async () => {
    const { build } = await stand.run(spec({ build: ['true'] }, { env: { 'parameter-store': { P: '/none' } } }));

    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toBe('Decrypted Variables Error: Parameter /none: ParameterNotFound');
  });
});

describe('exported variables', () => {
  test('have the value at the end of POST_BUILD, from wherever it was set', async () => {
    const exported = ['A', 'B', 'MULTI', 'UNSET', 'EMPTY', 'AWS_REGION'];
    const phases = {
      install: ['export A=1', 'EMPTY='],
      build: ['B="two words"', "MULTI='x\ny\n'"],
      post_build: ['A=changed'],
    };

    const { build } = await stand.run(spec(phases, { env: { 'exported-variables': exported } }));

    expect(build.exportedEnvironmentVariables).toEqual([
      { name: 'A', value: 'changed' },
      { name: 'B', value: 'two words' },
      { name: 'MULTI', value: 'x\ny\n' },
      { name: 'EMPTY', value: '' },
    ]);
  });

  test('leave out secrets that the project sets', async () => {
    stand.secrets.set('s', 'very-secret');
    const environmentVariablesOverride = [{ name: 'S', value: 's', type: 'SECRETS_MANAGER' as const }];

    const { build, lines } = await stand.run(
      spec({ build: ['echo "is $S"'] }, { env: { 'exported-variables': ['S', 'FROM_PROJECT'] } }),
      { environmentVariablesOverride },
    );

    expect(outputOf(lines)).toEqual(['is ***']);
    expect(build.exportedEnvironmentVariables).toEqual([{ name: 'FROM_PROJECT', value: 'project' }]);
  });
});

test('nothing of a build is left on disk', async () => {
  await stand.run(
    spec({ build: ['mkdir locked; touch locked/file; chmod 500 locked', 'touch "$HOME/file" "$TMPDIR/file"'] }),
  );

  expect(await readdir(join(stand.dir, 'codebuild', 'builds'))).toEqual([]);
});

test.each([
  ['/a/node_modules/.bin:/usr/bin', '/usr/bin'],
  ['/a/node_modules/.bin/:/x/node-gyp-bin:/usr/bin:.:relative', '/usr/bin'],
  ['', '/usr/local/bin:/usr/bin:/bin'],
])('the machine’s own part of PATH %s is %s', (path, expected) => {
  expect(machinePath(path)).toBe(expected);
});
