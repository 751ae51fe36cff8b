import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ArchiveError, unzip } from '../../../local/unzip.ts';
import type { Entry } from './archive.ts';
import { archiveOf } from './archive.ts';

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unzip-'));
  folder = join(root, 'a', 'b');
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function extract(entries: readonly Entry[], limits?: Parameters<typeof unzip>[2]): Promise<string[]> {
  const file = join(root, 'archive.zip');
  await writeFile(file, await archiveOf(entries));
  return unzip(file, folder, limits);
}

test('files, folders, modes and inner links are as they were', async () => {
  await extract([
    { path: 'bin/run', text: 'run', mode: 0o100755 },
    { path: 'private', text: 'p', mode: 0o100600 },
    { path: 'empty/', text: '' },
    { path: 'bin/link', text: '../private', mode: 0o120777 },
    { path: 'deep/er/link', text: '../../bin/run', mode: 0o120777 },
  ]);

  expect(await readFile(join(folder, 'bin/run'), 'utf8')).toBe('run');
  expect((await lstat(join(folder, 'bin/run'))).mode & 0o777).toBe(0o755);
  expect((await lstat(join(folder, 'private'))).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, 'empty'))).toEqual([]);
  expect(await readlink(join(folder, 'bin/link'))).toBe('../private');
  expect(await readFile(join(folder, 'deep/er/link'), 'utf8')).toBe('run');
});

test('set-user-id is dropped, and a file that nobody may read can be read', async () => {
  await extract([
    { path: 'suid', text: '', mode: 0o104755 },
    { path: 'closed', text: '', mode: 0o100000 },
  ]);

  expect((await lstat(join(folder, 'suid'))).mode & 0o7777).toBe(0o755);
  expect((await lstat(join(folder, 'closed'))).mode & 0o600).toBe(0o600);
});

describe('a hostile archive is refused', () => {
  const link = (path: string, text: string): Entry => ({ path, text, mode: 0o120777 });
  const HOSTILE: [string, Entry[]][] = [
    ['a path that goes up', [{ path: '../evil', text: 'x' }]],
    ['a path that goes up from within', [{ path: 'a/../../evil', text: 'x' }]],
    ['an absolute path', [{ path: '/tmp/evil', text: 'x' }]],
    ['a drive', [{ path: 'C:evil', text: 'x' }]],
    ['a backslash', [{ path: '..\\evil', text: 'x' }]],
    ['a NUL', [{ path: 'a\0b', text: 'x' }]],
    ['a link to an absolute path', [link('l', '/etc/passwd')]],
    ['a link that goes up', [link('l', '../x')]],
    ['a link that goes up too far', [link('a/b/l', '../../../x')]],
    ['a link that goes up behind another link', [link('deep/l', '..'), link('x', 'deep/l/../..')]],
    ['an empty link', [link('l', '')]],
    ['a file written through a link', [link('l', 'sub'), { path: 'l/evil', text: 'x' }]],
    ['a link in the place of a file', [{ path: 'f', text: 'x' }, link('f', 'g')]],
    [
      'a path twice',
      [
        { path: 'f', text: 'x' },
        { path: './f', text: 'y' },
      ],
    ],
    ['a path longer than the file system takes', [{ path: 'n'.repeat(300), text: 'x' }]],
    ['a device', [{ path: 'dev', text: '', mode: 0o060644 }]],
    ['a pipe', [{ path: 'fifo', text: '', mode: 0o010644 }]],
  ];

  test.each(HOSTILE)('%s', async (_, entries) => {
    const refusal = await extract(entries).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(ArchiveError);
    expect(String(refusal)).not.toMatch(/signature|central directory|inflat/);
    expect((await readdir(root)).sort()).toEqual(expect.not.arrayContaining(['evil', 'x']));
    expect(await readdir(join(root, 'a')).catch(() => ['b'])).toEqual(['b']);
  });
});

describe('an archive over a limit is refused', () => {
  const limits = { entries: 3, bytes: 100_000, ratio: 10, ratioFrom: 20_000 };

  test('too many entries', async () => {
    const entries = ['a', 'b', 'c', 'd'].map((path) => ({ path, text: '' }));

    await expect(extract(entries, limits)).rejects.toThrow('more than 3 entries');
  });

  test('too large', async () => {
    await expect(extract([{ path: 'a', text: 'x'.repeat(100_001) }], { ...limits, ratio: 1e9 })).rejects.toThrow(
      'more than 100000 bytes',
    );
  });

  test('too well packed', async () => {
    await expect(extract([{ path: 'a', text: 'x'.repeat(50_000) }], limits)).rejects.toThrow(
      'more than 10 times its size',
    );
    await expect(extract([{ path: 'b', text: 'x'.repeat(19_000) }], limits)).resolves.toEqual(['b']);
  });
});

test('what is no archive, or a damaged one, is refused', async () => {
  const file = join(root, 'not.zip');
  await writeFile(file, 'not a zip');
  const whole = await archiveOf([{ path: 'f', text: 'content '.repeat(100) }]);
  const damaged = join(root, 'damaged.zip');
  await writeFile(damaged, Buffer.from(whole.map((byte, index) => (index === 45 ? byte ^ 0xff : byte))));

  await expect(unzip(file, folder)).rejects.toThrow(ArchiveError);
  await expect(unzip(damaged, folder)).rejects.toThrow(ArchiveError);
});

test('an entry that is larger than it says is refused', async () => {
  const archive = await archiveOf([{ path: 'f', text: 'x'.repeat(1000) }]);
  const directory = archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  archive.writeUInt32LE(10, directory + 24);
  const file = join(root, 'lying.zip');
  await writeFile(file, archive);

  await expect(unzip(file, folder)).rejects.toThrow(ArchiveError);
});
