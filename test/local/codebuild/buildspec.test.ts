import { describe, expect, test } from 'vitest';
import { readBuildspec } from '../../../local/codebuild/buildspec.ts';
import { afterFailure, readOnFailure } from '../../../local/codebuild/on-failure.ts';

const BUILD = 'phases:\n  build:\n    commands: [a]\n';

test('every section is read, scalars as they are written', () => {
  const spec = readBuildspec(`version: 0.2
run-as: someone
env:
  shell: bash
  variables: {A: 1.10, B: yes, C: , D: "x y"}
  parameter-store: {P: /p}
  secrets-manager: {S: "id:key"}
  exported-variables: [A]
phases:
  install: {runtime-versions: {nodejs: 20.10}}
  build:
    on-failure: RETRY-2
    commands: [one, "two: 2", 3]
    finally: [last]
artifacts:
  files: ["**/*"]
  discard-paths: yes
  exclude-paths: "*.log"
  secondary-artifacts: {app: {files: [a], base-directory: dist, enable-symlinks: true}}
cache: {paths: [x]}
reports: {r: {files: [x]}}
`);

  expect(spec).toEqual({
    version: '0.2',
    runAs: 'someone',
    shell: 'bash',
    variables: { A: '1.10', B: 'yes', C: '', D: 'x y' },
    parameterStore: { P: '/p' },
    secretsManager: { S: 'id:key' },
    exportedVariables: ['A'],
    phases: {
      install: { commands: [], finally: [], runtimeVersions: { nodejs: '20.10' } },
      build: {
        commands: ['one', 'two: 2', '3'],
        finally: ['last'],
        runtimeVersions: {},
        onFailure: { type: 'RETRY', times: 2, pattern: '.*' },
      },
    },
    artifacts: { files: ['**/*'], discardPaths: true, excludePaths: ['*.log'], enableSymlinks: false },
    secondaryArtifacts: {
      app: { files: ['a'], discardPaths: false, excludePaths: [], enableSymlinks: true, baseDirectory: 'dist' },
    },
    passedOver: ['reports', 'cache'],
  });
});

test('anchors and merge keys work', () => {
  const spec = readBuildspec(
    'version: 0.2\nphases:\n  pre_build: &p\n    commands: [a]\n  build:\n    <<: *p\n    finally: [b]\n',
  );

  expect(spec.phases.build).toMatchObject({ commands: ['a'], finally: ['b'] });
});

test('version 0.1 has its own names', () => {
  expect(readBuildspec(`version: 0.1\nenvironment_variables: {plaintext: {A: a}}\n${BUILD}`)).toMatchObject({
    version: '0.1',
    variables: { A: 'a' },
  });
});

describe('a YAML_FILE_ERROR says what is wrong', () => {
  const WRONG: [string, string | RegExp][] = [
    ['', 'buildspec must be a map.'],
    ['phases: {}', 'version is required in a buildspec.'],
    [`version: 0.3\n${BUILD}`, "The buildspec's version must be 0.2 or 0.1, not 0.3."],
    ['version: 0.2', 'phases are required in a buildspec.'],
    ['version: 0.2\nphases: {deploy: {commands: [a]}}', 'phases.deploy is not known in a buildspec.'],
    ['version: 0.2\nphases: {build: {command: [a]}}', 'phases.build.command is not known in a buildspec.'],
    ['version: 0.2\nphases: {build: {finally: [a]}}', 'phases.build must have commands.'],
    ['version: 0.2\nphases: {build: {commands: a}}', 'phases.build.commands must be a list.'],
    [
      'version: 0.2\nphases:\n  build:\n    commands:\n      - ok\n      - echo a: b\n',
      'Expected Commands[1] to be of string type: found map instead.',
    ],
    [`version: 0.2\nextra: 1\n${BUILD}`, 'extra is not known in a buildspec.'],
    [`version: 0.2\nversion: 0.2\n${BUILD}`, /^Map keys must be unique at line 2/],
    [`version: 0.2\n\tenv: {}\n${BUILD}`, /Tabs are not allowed/],
    ['version: 0.2\nphases: [', /Flow sequence/],
    [`version: 0.2\nenv: {variables: {"A-B": x}}\n${BUILD}`, '"A-B" is no name of an environment variable.'],
    [`version: 0.2\nenv: {variables: {A: [x]}}\n${BUILD}`, 'env.variables.A must be a text.'],
    [`version: 0.2\nartifacts: {name: x}\n${BUILD}`, 'artifacts must have files.'],
    [
      `version: 0.2\nartifacts: {files: [a], discard-paths: maybe}\n${BUILD}`,
      'artifacts.discard-paths must be yes or no.',
    ],
    [
      'version: 0.2\nphases: {build: {commands: [a], on-failure: SKIP}}',
      'on-failure must be ABORT, CONTINUE or RETRY, not SKIP.',
    ],
    [
      'version: 0.2\nphases: {build: {commands: [a], on-failure: RETRY-101}}',
      'on-failure may retry at most 100 times, not 101.',
    ],
    ['version: 0.2\nphases: {build: {commands: [a], on-failure: "RETRY-("}}', /^on-failure has an invalid pattern/],
    [
      'version: 0.1\nphases: {build: {commands: [a], finally: [b]}}',
      'phases.build.finally is not known in a buildspec.',
    ],
    [`version: 0.1\nenv: {}\n${BUILD}`, 'env is not known in a buildspec.'],
    [`version: 0.1\nreports: {}\n${BUILD}`, 'reports is not known in a buildspec.'],
  ];

  test.each(WRONG)('%j', (text, message) => {
    expect(() => readBuildspec(text)).toThrow(expect.objectContaining({ statusCode: 'YAML_FILE_ERROR' }));
    expect(() => readBuildspec(text)).toThrow(message);
  });

  test('for aliases that multiply without end', () => {
    const levels = Array.from(
      { length: 12 },
      (_, index) => `a${index}: &a${index} [${`*a${index - 1},`.repeat(9).replaceAll('*a-1', 'x')}]`,
    );

    expect(() => readBuildspec(`version: 0.2\nenv:\n  ${levels.join('\n  ')}\n${BUILD}`)).toThrow(/alias/i);
  });
});

describe('on-failure', () => {
  test.each([
    ['ABORT', { type: 'ABORT' }],
    ['CONTINUE', { type: 'CONTINUE' }],
    ['RETRY', { type: 'RETRY', times: 3, pattern: '.*' }],
    ['RETRY-0', { type: 'RETRY', times: 0, pattern: '.*' }],
    ['RETRY-timed? out', { type: 'RETRY', times: 3, pattern: 'timed? out' }],
    ['RETRY-7-exit status 1-2', { type: 'RETRY', times: 7, pattern: 'exit status 1-2' }],
  ])('%s is read', (text, expected) => {
    expect(readOnFailure(text)).toEqual(expected);
  });

  test.each([
    ['install', undefined, 0, 'finalize'],
    ['pre_build', undefined, 0, 'finalize'],
    ['build', undefined, 0, 'next'],
    ['post_build', undefined, 0, 'next'],
    ['build', 'ABORT', 0, 'finalize'],
    ['install', 'CONTINUE', 0, 'forgiven'],
    ['install', 'RETRY', 2, 'retry'],
    ['install', 'RETRY', 3, 'finalize'],
    ['build', 'RETRY-1', 1, 'next'],
    ['build', 'RETRY-0', 0, 'next'],
    ['build', 'RETRY-status 9', 0, 'next'],
    ['build', 'RETRY-status [12]', 0, 'retry'],
  ] as const)('after %s with %s and %i retries comes: %s', (phase, text, retries, expected) => {
    const onFailure = text === undefined ? undefined : readOnFailure(text);

    expect(afterFailure(phase, onFailure, 'Reason: exit status 1', retries)).toBe(expected);
  });

  test('a pattern that would take for ever matches nothing', () => {
    const onFailure = readOnFailure('RETRY-^(a+)+$');

    expect(afterFailure('build', onFailure, `${'a'.repeat(40)}!`, 0)).toBe('next');
  });
});
