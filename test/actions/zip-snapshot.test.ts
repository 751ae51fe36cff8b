import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Snapshot, SnapshotFile } from '../../functions/actions/connection/snapshot.ts';
import { zipSnapshot } from '../../functions/actions/connection/zip-snapshot.ts';
import { unzipped } from './zips.ts';

const zipOf = async (snapshot: Snapshot) => buffer(await zipSnapshot(snapshot));

describe('the zip of a commit', () => {
  const file = (path: string, body = path, kind: SnapshotFile['kind'] = 'file'): SnapshotFile => ({
    path,
    kind,
    read: async () => Readable.from([Buffer.from(body)]),
  });
  const commit = {
    id: 'c0ffee',
    message: 'm',
    authorName: 'a',
    authorEmail: 'a@example.com',
    authorTime: 0,
    commitTime: Date.UTC(2026, 0, 2, 3, 4, 6),
  };
  const of = (...files: SnapshotFile[]): Snapshot => ({ commit, files, close: async () => undefined });

  it('has the same bytes each time', async () => {
    const snapshot = of(file('a', 'x'.repeat(50_000)), file('b/run', '', 'executable'), file('b/to', 'run', 'link'));

    const first = await zipOf(snapshot);
    const second = await zipOf(snapshot);

    expect(second.equals(first)).toBe(true);
  });

  it('keeps names, bytes, modes and links, and is dated by the commit', async () => {
    const zip = await zipOf(of(file('größe', 'ä'), file('run', '#!', 'executable'), file('s/to', '../run', 'link')));

    const dates = { date: new Date(commit.commitTime).toISOString() };
    expect(await unzipped(zip)).toMatchObject(
      [
        { path: 'größe', text: 'ä', mode: 0o100644 },
        { path: 'run', text: '#!', mode: 0o100755 },
        { path: 's/to', text: '../run', mode: 0o120777 },
      ].map((entry) => ({ ...entry, ...dates })),
    );
  });

  it('holds every file of any commit, as it is', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
      .filter((text) => /^[^/\\\0.:]+$/.test(text));
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const kind = fc.constantFrom('file' as const, 'executable' as const);
    const files = fc.uniqueArray(fc.tuple(path, fc.string({ unit: 'grapheme' }), kind), { selector: ([at]) => at });

    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const found = await unzipped(await zipOf(of(...given.map(([at, body, as]) => file(at, body, as)))));

        const expected = given.map(([at, body, as]) => [at, body, as === 'file' ? 0o100644 : 0o100755]);
        expect(found.map(({ path: at, text, mode }) => [at, text, mode])).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('reads no file on when nobody wants it any more', async () => {
    const endless = new Readable({
      read() {
        this.push(randomBytes(65_536));
      },
    });
    const zip = await zipSnapshot(of({ ...file('a'), read: async () => endless }));
    await once(zip, 'readable');

    zip.destroy();

    await once(endless, 'close');
    expect(endless.destroyed).toBe(true);
  });

  it.each([0, -1, Date.UTC(2200, 0, 1)])('is made of a commit of any time: %i', async (commitTime) => {
    const zip = await zipOf({ ...of(file('a')), commit: { ...commit, commitTime } });

    expect(await unzipped(zip)).toMatchObject([{ path: 'a' }]);
  });

  it.each([
    ['link', '../etc/passwd'],
    ['a/link', '../../x'],
    ['link', '/etc/passwd'],
    ['link', 'a/../../x'],
    ['link', '..'],
  ])('refuses a link that leads out of the repository: %s to %s', async (path, target) => {
    await expect(zipOf(of(file(path, target, 'link')))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: `The commit holds the link "${path}", which leads out of the repository to "${target}".`,
    });
  });

  it.each([
    ['a/b/link', '../../x'],
    ['link', '..a'],
    ['link', 'a/../b'],
  ])('keeps a link that stays inside: %s to %s', async (path, target) => {
    expect(await unzipped(await zipOf(of(file(path, target, 'link'))))).toMatchObject([{ path, text: target }]);
  });

  it.each([
    'c:x',
    '../x',
    'a/../../x',
    '/x',
    'a//x',
    './x',
    'a\\x',
    'a\0x',
    '.git/config',
    'sub/.GIT/hooks/pre-commit',
  ])('refuses a name that an artifact cannot have: %j', async (path) => {
    await expect(zipOf(of(file(path)))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: expect.stringContaining(JSON.stringify(path)),
    });
  });

  it('refuses more files than it takes', async () => {
    const files = Array.from({ length: 100_001 }, (_, index) => file(`f${index}`));

    await expect(zipOf(of(...files))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'The commit has 100001 files; at most 100000 are allowed.',
    });
  });

  it('breaks off when it has more bytes than it takes', async () => {
    const chunk = Buffer.alloc(2 ** 20);
    const half = { ...file('a'), read: async () => Readable.from(Array.from({ length: 513 }, () => chunk)) };

    await expect(zipOf(of(half, { ...half, path: 'b' }))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: `The commit has over ${2 ** 30} bytes of files.`,
    });
  });

  it('breaks off when a file cannot be read', async () => {
    const unreadable = { ...file('b'), read: () => Promise.reject(new Error('Unreadable.')) };
    const ending = {
      ...file('b'),
      read: async () =>
        Readable.from(
          (async function* half() {
            yield Buffer.from('x');
            throw new Error('Unreadable.');
          })(),
        ),
    };

    for (const bad of [unreadable, ending]) await expect(zipOf(of(file('a'), bad))).rejects.toThrow('Unreadable.');
  });
});
