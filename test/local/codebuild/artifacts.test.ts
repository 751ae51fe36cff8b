import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import type { Stand } from './stand.ts';
import { contextOf, openStand, phasesOf, spec } from './stand.ts';

const ZIP = { type: 'S3', location: 'store', path: 'p', name: 'out.zip', packaging: 'ZIP' } as const;
const MAKE = [
  'mkdir -p dist/sub dist/.hidden dist2 && cd dist',
  'echo a > a.txt; echo b > sub/b.txt; echo c > .hidden/c; echo "#!/bin/sh" > run.sh; chmod 755 run.sh',
  'echo dup > sub/a.txt; echo z > ../dist2/z.txt; ln -s a.txt link; ln -s /etc/hostname outside; cd ..',
];

let stand: Stand;

beforeAll(async () => {
  stand = await openStand();
  await stand.project();
});

afterAll(() => stand.close());

beforeEach(() => stand.objects.clear());

interface Unpacked {
  readonly [path: string]: { readonly text: string; readonly mode: string };
}

async function unpacked(name: string): Promise<Unpacked> {
  const zip = await fromBufferPromise(stand.objects.get(name)?.body ?? Buffer.alloc(0), { autoClose: false });
  const files: Record<string, Unpacked[string]> = {};
  for await (const entry of zip.eachEntry()) {
    const text = (await buffer(await zip.openReadStreamPromise(entry))).toString();
    files[entry.fileName] = { text: text.trim(), mode: (entry.externalFileAttributes >>> 16).toString(8) };
  }
  return files;
}

async function pathsOf(artifacts: object): Promise<string[]> {
  await stand.run(spec({ build: MAKE }, { artifacts }), { artifactsOverride: ZIP });
  return Object.keys(await unpacked('store/p/out.zip'));
}

describe('which files', () => {
  const FORMS: [string, object, string[]][] = [
    ['one file', { files: ['dist/a.txt'] }, ['dist/a.txt']],
    ['direct children', { files: ['dist/*'] }, ['dist/a.txt', 'dist/link', 'dist/outside', 'dist/run.sh']],
    [
      'everything below',
      { files: ['dist/sub/**/*', './dist2/**/*'] },
      ['dist/sub/a.txt', 'dist/sub/b.txt', 'dist2/z.txt'],
    ],
    [
      'everything, hidden files too',
      { files: ['**/*'], 'base-directory': 'dist', 'exclude-paths': ['link', 'outside'] },
      ['.hidden/c', 'a.txt', 'run.sh', 'sub/a.txt', 'sub/b.txt'],
    ],
    ['a base directory by glob, contents merged', { files: ['*.txt'], 'base-directory': 'dist*' }, ['a.txt', 'z.txt']],
    [
      'a base directory named by a variable',
      { files: ['**/*'], 'base-directory': '$CODEBUILD_SRC_DIR/dist2' },
      ['z.txt'],
    ],
    ['without paths', { files: ['**/*.txt'], 'base-directory': 'dist', 'discard-paths': 'yes' }, ['a.txt', 'b.txt']],
    ['with exclusions', { files: ['dist/**/*'], 'exclude-paths': ['**/*.txt', 'dist/*', '**/.hidden/**'] }, []],
  ];

  test.each(FORMS.slice(0, -1))('%s', async (_, artifacts, expected) => {
    expect(await pathsOf(artifacts)).toEqual(expected);
  });

  test('none is a CLIENT_ERROR of UPLOAD_ARTIFACTS', async () => {
    const { build } = await stand.run(spec({ build: MAKE }, { artifacts: FORMS.at(-1)?.[1] }), {
      artifactsOverride: ZIP,
    });

    expect(build.buildStatus).toBe('FAILED');
    expect(contextOf(build, 'UPLOAD_ARTIFACTS')).toBe('CLIENT_ERROR: no matching artifact paths found');
    expect(phasesOf(build).slice(-3)).toEqual(['UPLOAD_ARTIFACTS FAILED', 'FINALIZING SUCCEEDED', 'COMPLETED']);
  });

  test('a base directory that is not there is a CLIENT_ERROR', async () => {
    const { build } = await stand.run(
      spec({ build: MAKE }, { artifacts: { files: ['**/*'], 'base-directory': 'public' } }),
      { artifactsOverride: ZIP },
    );

    expect(contextOf(build, 'UPLOAD_ARTIFACTS')).toBe('CLIENT_ERROR: no matching base directory path found for public');
  });

  test('a buildspec without artifacts does not give what the project expects', async () => {
    const { build } = await stand.run(spec({ build: MAKE }), { artifactsOverride: ZIP });

    expect(contextOf(build, 'UPLOAD_ARTIFACTS')).toMatch(/^CLIENT_ERROR: no matching artifact paths found/);
  });

  test('of two files with one name, without paths, the last is taken', async () => {
    await pathsOf({ files: ['**/*.txt'], 'base-directory': 'dist', 'discard-paths': 'yes' });

    expect((await unpacked('store/p/out.zip'))['a.txt']?.text).toBe('dup');
  });
});

describe('a ZIP', () => {
  const artifacts = { files: ['**/*'], 'base-directory': 'dist' };

  test('keeps modes, and carries digests and the build in its metadata', async () => {
    const { build } = await stand.run(spec({ build: MAKE }, { artifacts }), { artifactsOverride: ZIP });

    const object = stand.objects.get('store/p/out.zip');
    const digest = (algorithm: string) =>
      createHash(algorithm)
        .update(object?.body ?? '')
        .digest('hex');
    expect((await unpacked('store/p/out.zip'))['run.sh']).toEqual({ text: '#!/bin/sh', mode: '100755' });
    expect(build.artifacts).toMatchObject({
      location: 'arn:aws:s3:::store/p/out.zip',
      md5sum: digest('md5'),
      sha256sum: digest('sha256'),
    });
    expect(object?.headers).toMatchObject({
      'x-amz-meta-codebuild-buildarn': build.arn,
      'x-amz-meta-codebuild-content-md5': digest('md5'),
      'x-amz-meta-codebuild-content-sha256': digest('sha256'),
    });
  });

  test('keeps inner links with enable-symlinks, and takes what the others point at', async () => {
    await stand.run(spec({ build: MAKE }, { artifacts: { ...artifacts, 'enable-symlinks': 'yes' } }), {
      artifactsOverride: ZIP,
    });

    const files = await unpacked('store/p/out.zip');
    expect(files['link']).toEqual({ text: 'a.txt', mode: '120777' });
    expect(files['outside']?.mode).toMatch(/^100/);
  });

  test('has the content of links without enable-symlinks, and survives links in a circle', async () => {
    await stand.run(spec({ build: [...MAKE, 'ln -s .. dist/sub/up; ln -s nothing dist/broken'] }, { artifacts }), {
      artifactsOverride: ZIP,
    });

    const files = await unpacked('store/p/out.zip');
    expect(files['link']?.text).toBe('a');
    expect(Object.keys(files)).not.toContain('broken');
    expect(Object.keys(files).filter((path) => path.startsWith('sub/up'))).toEqual([]);
  });

  test('larger than one part is uploaded in parts', async () => {
    const command = 'mkdir dist; head -c 7000000 /dev/urandom > dist/large';

    const { build } = await stand.run(spec({ build: [command] }, { artifacts }), { artifactsOverride: ZIP });

    expect(contextOf(build, 'UPLOAD_ARTIFACTS')).toBeUndefined();
    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(
      createHash('sha256')
        .update(stand.objects.get('store/p/out.zip')?.body ?? '')
        .digest('hex'),
    ).toBe(build.artifacts?.sha256sum);
  });

  test('is encrypted with the key that the build names', async () => {
    await stand.run(spec({ build: MAKE }, { artifacts }), {
      artifactsOverride: ZIP,
      encryptionKeyOverride: 'arn:aws:kms:eu-west-1:000000000000:key/k',
    });

    expect(stand.objects.get('store/p/out.zip')?.headers).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-west-1:000000000000:key/k',
    });
  });
});

describe('where to', () => {
  const artifacts = { files: ['a'], name: 'named-$(echo by-shell)-$AWS_REGION', 's3-prefix': 'pre' };

  test.each([
    [{ packaging: 'NONE', name: 'n', path: '/p/' }, 'store/p/n/a'],
    [{ packaging: 'NONE', name: '/' }, 'store/a'],
    [{ packaging: 'NONE' }, 'store/app/a'],
    [{ packaging: 'ZIP', name: 'n.zip', path: 'p', namespaceType: 'NONE' }, 'store/p/n.zip'],
    [{ packaging: 'ZIP', name: 'ignored', overrideArtifactName: true }, 'store/named-by-shell-eu-west-1'],
    [{ packaging: 'ZIP', name: 'n', namespaceType: 'BUILD_ID' }, 'store/pre/ID/n.zip'],
  ] as const)('%j goes to %s', async (settings, expected) => {
    const { build } = await stand.run(spec({ build: ['echo a > a'] }, { artifacts }), {
      artifactsOverride: { type: 'S3', location: 'store', ...settings },
    });

    expect([...stand.objects.keys()]).toEqual([expected.replace('ID', build.id?.split(':')[1] ?? '')]);
  });

  test('secondary artifacts go where their identifiers say', async () => {
    const secondary = { one: { files: ['a'] }, 'two-b': { files: ['b'] } };
    const secondaryArtifactsOverride = Object.keys(secondary).map((id) => ({
      ...ZIP,
      name: `${id}.zip`,
      artifactIdentifier: id,
    }));

    const { build } = await stand.run(
      spec({ build: ['touch a b'] }, { artifacts: { 'secondary-artifacts': secondary } }),
      { secondaryArtifactsOverride },
    );

    expect(Object.keys(await unpacked('store/p/two-b.zip'))).toEqual(['b']);
    expect(build.secondaryArtifacts).toMatchObject([
      { artifactIdentifier: 'one', location: 'arn:aws:s3:::store/p/one.zip' },
      { artifactIdentifier: 'two-b' },
    ]);
  });

  test('a secondary artifact that the buildspec does not have is a CLIENT_ERROR', async () => {
    const { build } = await stand.run(spec({ build: ['touch a'] }, { artifacts: { files: ['a'] } }), {
      secondaryArtifactsOverride: [{ ...ZIP, artifactIdentifier: 'other' }],
    });

    expect(contextOf(build, 'UPLOAD_ARTIFACTS')).toBe(
      'CLIENT_ERROR: no definition for secondary artifact other in buildspec',
    );
  });
});

test('a failed BUILD still uploads what there is', async () => {
  const { build } = await stand.run(spec({ build: ['echo a > a', 'false'] }, { artifacts: { files: ['a'] } }), {
    artifactsOverride: ZIP,
  });

  expect(phasesOf(build)).toContain('UPLOAD_ARTIFACTS SUCCEEDED');
  expect(stand.objects.has('store/p/out.zip')).toBe(true);
  expect(build.buildStatus).toBe('FAILED');
});
