import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Entry } from './archive.ts';
import { archiveOf } from './archive.ts';
import type { Stand } from './stand.ts';
import { CREDENTIALS, contextOf, openStand, outputOf, phasesOf, spec } from './stand.ts';

const S3 = { sourceTypeOverride: 'S3', sourceLocationOverride: 'store/app/source.zip' } as const;

let stand: Stand;

beforeAll(async () => {
  stand = await openStand();
  await stand.project({ source: { type: 'CODEPIPELINE' }, artifacts: { type: 'NO_ARTIFACTS' } });
});

afterAll(() => stand.close());

beforeEach(() => stand.objects.clear());

async function put(name: string, entries: readonly Entry[]): Promise<void> {
  stand.objects.set(name, { body: await archiveOf(entries), headers: {} });
}

describe('a source in S3', () => {
  test('is unpacked with modes and links, read as the build’s role, and its buildspec.yml is followed', async () => {
    await put('store/app/source.zip', [
      {
        path: 'buildspec.yml',
        text: spec({ build: ['./bin/run', 'cat link', 'echo "$CODEBUILD_SOURCE_VERSION $CODEBUILD_SOURCE_REPO_URL"'] }),
      },
      { path: 'bin/run', text: '#!/bin/sh\necho ran\n', mode: 0o100755 },
      { path: 'link', text: 'bin/run', mode: 0o120777 },
    ]);

    const build = await stand.over(await stand.start(S3));

    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(outputOf(stand.lines(build))).toEqual([
      'ran',
      '#!/bin/sh',
      'echo ran',
      'arn:aws:s3:::store/app/source.zip s3://store/app/source.zip',
    ]);
    expect([...stand.callers]).toEqual([CREDENTIALS.accessKeyId]);
    expect(build).not.toHaveProperty('resolvedSourceVersion');
  });

  test('is the version that is asked for', async () => {
    await put('store/app/source.zip?v1', [{ path: 'f', text: 'first' }]);

    const { build, lines } = await stand.run(spec({ build: ['cat f; echo; echo $CODEBUILD_SOURCE_VERSION'] }), {
      ...S3,
      sourceVersion: 'v1',
    });

    expect(outputOf(lines)).toEqual(['first', 'v1']);
    expect(build.sourceVersion).toBe('v1');
  });

  test('that is not there fails DOWNLOAD_SOURCE', async () => {
    const { build } = await stand.run(spec({ build: ['true'] }), S3);

    expect(phasesOf(build).slice(3)).toEqual(['DOWNLOAD_SOURCE FAILED', 'FINALIZING SUCCEEDED', 'COMPLETED']);
    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toBe(
      'CLIENT_ERROR: Error while downloading store/app/source.zip: NoSuchKey: The specified key does not exist.',
    );
  });

  test('that is hostile fails DOWNLOAD_SOURCE and writes nothing outside', async () => {
    await put('store/app/source.zip', [{ path: '../../evil', text: 'x' }]);

    const { build } = await stand.run(spec({ build: ['true'] }), S3);

    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toMatch(
      /^CLIENT_ERROR: Unable to unzip the source store\/app\/source\.zip: /,
    );
  });

  test('that is only a reference for a clone is refused with what to set', async () => {
    await put('store/app/source.zip', [{ path: 'clone-ref.json', text: '{}' }]);

    const { build } = await stand.run(spec({ build: ['true'] }), S3);

    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toContain('use CODE_ZIP');
  });
});

test('secondary sources have folders, versions and variables of their own', async () => {
  await put('store/app/source.zip', [{ path: 'f', text: 'primary' }]);
  await put('store/lib.zip?v7', [{ path: 'f', text: 'secondary' }]);

  const { lines } = await stand.run(
    spec({
      build: [
        'cat f "$CODEBUILD_SRC_DIR/f" "$CODEBUILD_SRC_DIR_lib/f"; echo; echo "$CODEBUILD_SOURCE_VERSION_lib $CODEBUILD_SOURCE_REPO_URL_lib"',
      ],
    }),
    {
      ...S3,
      secondarySourcesOverride: [{ type: 'S3', location: 'arn:aws:s3:::store/lib.zip', sourceIdentifier: 'lib' }],
      secondarySourcesVersionOverride: [{ sourceIdentifier: 'lib', sourceVersion: 'v7' }],
    },
  );

  expect(outputOf(lines)).toEqual(['primaryprimarysecondary', 'v7 s3://store/lib.zip']);
});

describe('the buildspec', () => {
  test('may be a path in the source', async () => {
    await put('store/app/source.zip', [{ path: 'ci/build.yml', text: spec({ build: ['echo by path'] }) }]);

    const { lines } = await stand.run('ci/build.yml', S3);

    expect(outputOf(lines)).toEqual(['by path']);
  });

  test('may be an object in S3', async () => {
    stand.objects.set('store/spec.yml', { body: Buffer.from(spec({ build: ['echo from S3'] })), headers: {} });

    const { lines } = await stand.run('arn:aws:s3:::store/spec.yml', { sourceTypeOverride: 'NO_SOURCE' });

    expect(outputOf(lines)).toEqual(['from S3']);
  });

  test('that is missing is a YAML_FILE_ERROR with its place', async () => {
    await put('store/app/source.zip', [{ path: 'buildspec.yaml', text: '' }]);

    const build = await stand.over(await stand.start(S3));

    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toMatch(
      /^YAML_FILE_ERROR: stat \/.*\/src\/buildspec\.yml: no such file or directory$/,
    );
  });

  test('is never read from outside the source', async () => {
    await put('store/app/source.zip', [{ path: 'f', text: '' }]);

    const { build } = await stand.run('../../../codebuild.sqlite', S3);

    expect(contextOf(build, 'DOWNLOAD_SOURCE')).toBe(
      'YAML_FILE_ERROR: The buildspec ../../../codebuild.sqlite is not inside the source.',
    );
  });
});
