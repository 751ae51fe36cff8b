import { lstat, mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchByArchive } from '../../functions/actions/connection/by-archive.ts';
import { zipSnapshot } from '../../functions/actions/connection/zip-snapshot.ts';
import { openArchive } from '../../functions/actions/s3-deploy/archive.ts';
import { readPrivateHosts } from '../../functions/domain/private-hosts.ts';
import { unzip } from '../../local/unzip.ts';
import { emptyFolder, served } from '../actions/git-host.ts';
import { unzipped } from '../actions/zips.ts';
import { type HostileArchive, hostileArchives, type Target, tooLarge } from './archives.ts';

const limits = { entries: 100_000, bytes: tooLarge.bytes, archive: 2 ** 30, description: 2 ** 20 };
const slack = 2 ** 20;

afterEach(() => vi.unstubAllEnvs());

/** What is unpacked: each path with its size. */
type Unpacked = readonly (readonly [path: string, size: number])[];

const unpack: Readonly<Record<Target, (archive: HostileArchive) => Promise<Unpacked>>> = {
  async deploy({ bytes }) {
    const archive = await openArchive('Site', Readable.from([bytes('')]), undefined, limits);
    try {
      const found: (readonly [string, number])[] = [];
      for (const entry of archive.files) found.push([entry.fileName, await sizeOf(await archive.read(entry))]);
      return found;
    } finally {
      await archive.close();
    }
  },
  async connection({ bytes }) {
    const sha = 'c0ffee'.repeat(6).padEnd(40, '0');
    const person = { name: 'A', email: 'a@example.com', date: '2026-01-02T03:04:05Z' };
    const body = bytes('top/');
    const { endpoint: api } = await served(async ({ path }) =>
      path.includes('/commits/')
        ? { status: 200, body: JSON.stringify({ sha, commit: { message: 'm', author: person, committer: person } }) }
        : { status: 200, body },
    );
    const network = { allowed: readPrivateHosts('127.0.0.1') };
    const wanted = {
      kind: 'GitHub' as const,
      host: api,
      api,
      repository: 'team/web',
      branch: 'main',
      folder: emptyFolder(),
      network,
    };
    const snapshot = await fetchByArchive(wanted, limits);
    try {
      const artifact = await buffer(await zipSnapshot(snapshot, { files: limits.entries, bytes: limits.bytes }));
      return (await unzipped(artifact)).map(({ path, text }) => [path, text.length] as const);
    } finally {
      await snapshot.close();
    }
  },
  async build({ bytes }) {
    const root = emptyFolder();
    const file = join(root, 'archive.zip');
    const folder = join(root, 'a', 'b', 'target');
    await mkdir(folder, { recursive: true });
    await writeFile(file, bytes(''));
    try {
      await unzip(file, folder, { ...limits, ratio: 1000, ratioFrom: limits.bytes });
    } finally {
      const here = (await readdir(root, { recursive: true })).filter((path) => !path.startsWith('a/b/target/'));
      expect(here.sort()).toEqual(['a', 'a/b', 'a/b/target', 'archive.zip']);
      expect(await onDisk(folder)).toBeLessThanOrEqual(limits.bytes + slack);
    }
    const paths = await readdir(folder, { recursive: true });
    for (const path of paths) {
      expect(await realpath(join(folder, path))).toContain(folder);
      const status = await lstat(join(folder, path));
      expect([status.isFile() || status.isDirectory() || status.isSymbolicLink(), status.mode & 0o7000]).toEqual([
        true,
        0,
      ]);
    }
    const files = paths.filter((path) => !path.includes('/'));
    return Promise.all(files.map(async (path) => [path, (await lstat(join(folder, path))).size] as const));
  },
};

async function sizeOf(stream: Readable): Promise<number> {
  let size = 0;
  for await (const chunk of stream) size += (chunk as Buffer).length;
  return size;
}

async function onDisk(folder: string): Promise<number> {
  const paths = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(paths.map((path) => lstat(join(folder, path))));
  return sizes.filter((status) => status.isFile()).reduce((sum, { size }) => sum + size, 0);
}

/** What an unpacking left in the temporary folder, besides the tests' own folders. */
async function left(temporary: string): Promise<readonly string[]> {
  return (await readdir(temporary)).filter((name) => !name.startsWith('commit-test-'));
}

/** A download that is damaged is a fault, so that it is tried again; all else is a refusal. */
const refusals: Readonly<Record<Target, RegExp>> = {
  deploy: /^Failure: /,
  connection: /^(Failure: |Error: The (entry "[^"]*" of the )?archive (is|cannot) )/,
  build: /^ArchiveError: /,
};

describe.each(['deploy', 'connection', 'build'] as const)(
  'C19 C20 C21 a hostile archive, where the %s unpacks it,',
  (target) => {
    const harmless = hostileArchives.filter(({ harmlessTo }) => harmlessTo.includes(target));
    const refused = hostileArchives.filter(({ harmlessTo }) => !harmlessTo.includes(target));

    it.each(refused)('is refused with a clear error: $name', async (archive) => {
      const temporary = emptyFolder();
      vi.stubEnv('TMPDIR', temporary);

      const error = await unpack[target](archive).then(
        (found) => new Error(`It was unpacked: ${JSON.stringify(found).slice(0, 300)}`),
        (thrown: Error) => thrown,
      );

      expect(String(error)).toMatch(refusals[target]);
      expect(error.message).toMatch(/^[^\p{Cc}\p{Bidi_Control}]{20,2000}$/u);
      if (archive.shows !== undefined) expect(error.message).toContain(archive.shows);
      expect(await left(temporary)).toEqual([]);
    });

    it.each(harmless)('stays in its folder: $name', async (archive) => {
      const temporary = emptyFolder();
      vi.stubEnv('TMPDIR', temporary);

      const found = await unpack[target](archive);

      for (const [path] of found) {
        expect(path.split('/')).not.toContain('..');
        expect(path).toMatch(/^(?!\/|[A-Za-z]:)[^\0\\]+$/);
      }
      expect(found.reduce((sum, [, size]) => sum + size, 0)).toBeLessThanOrEqual(limits.bytes);
      expect(await left(temporary)).toEqual([]);
    });

    it('is counted before it is on the disk: one larger than the disk may take', async () => {
      if (target === 'build') return;
      const temporary = emptyFolder();
      vi.stubEnv('TMPDIR', temporary);
      const name = 'a large archive';
      const body = Buffer.alloc(4 * slack, 'PK');
      const small = { ...limits, archive: slack };

      const failing =
        target === 'deploy'
          ? openArchive('Site', Readable.from([body.subarray(0, slack), body.subarray(slack)]), undefined, small)
          : fetchLarge(body, small, name);

      await expect(failing).rejects.toThrow(`has over ${slack} bytes.`);
      expect(await onDisk(temporary)).toBeLessThanOrEqual(slack);
    });
  },
);

async function fetchLarge(body: Buffer, most: typeof limits, message: string): Promise<unknown> {
  const person = { name: 'A', email: 'a@example.com', date: '2026-01-02T03:04:05Z' };
  const { endpoint: api } = await served(async ({ path }) =>
    path.includes('/commits/')
      ? { status: 200, body: JSON.stringify({ sha: 'a', commit: { message, author: person, committer: person } }) }
      : { status: 200, body },
  );
  const folder = emptyFolder();
  const network = { allowed: readPrivateHosts('127.0.0.1') };
  const wanted = { kind: 'GitHub' as const, host: api, api, repository: 'team/web', branch: 'main', folder, network };
  return fetchByArchive(wanted, most).finally(async () => {
    expect((await readFile(join(folder, 'archive.zip'))).length).toBeLessThanOrEqual(most.archive);
  });
}

it('C19 the corpus has at least forty archives', () => {
  expect(new Set(hostileArchives.map(({ name }) => name)).size).toBeGreaterThan(80);
});
