import { buffer } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { fetchByArchive } from '../../functions/actions/connection/by-archive.ts';
import type { Wanted } from '../../functions/actions/connection/snapshot.ts';
import { zipSnapshot } from '../../functions/actions/connection/zip-snapshot.ts';
import { readPrivateHosts } from '../../functions/domain/private-hosts.ts';
import { contents, emptyFolder, openIn, served } from './git-host.ts';
import { zipped } from './zips.ts';

describe('a commit that is fetched as an archive', () => {
  const sha = `${'c0ffee'.repeat(6)}c0ff`;
  const told = {
    sha,
    commit: {
      message: 'Größer\n',
      author: { name: 'Ines', email: 'ines@example.com', date: '2026-01-02T03:04:05Z' },
      committer: { date: '2026-01-02T04:04:06Z' },
    },
  };
  const top = `team-web-${sha.slice(0, 7)}`;
  const wanted = (api: string, more: Partial<Wanted> = {}) => ({
    kind: 'GitHub' as const,
    host: 'http://127.0.0.1:1',
    api,
    repository: 'team/web',
    branch: 'feature/a',
    token: 'a-token',
    folder: emptyFolder(),
    network: { allowed: readPrivateHosts('127.0.0.1') },
    ...more,
  });

  /** GitHub: its API on one port, its archives on another; answers what both were asked. */
  async function github(archive: Buffer) {
    const asked: { readonly at: 'api' | 'archives'; readonly path: string; readonly token: string | undefined }[] = [];
    const archives = await served(async ({ path, headers }) => {
      asked.push({ at: 'archives', path, token: headers.authorization });
      return { status: 200, body: archive };
    });
    const api = await served(async ({ path, headers }) => {
      asked.push({ at: 'api', path, token: headers.authorization });
      if (path.startsWith('/repos/team/web/commits/')) return { status: 200, body: JSON.stringify(told) };
      return { status: 302, headers: { location: `${archives.endpoint}/legacy.zip/${sha}` } };
    });
    return { asked, api: api.endpoint };
  }

  it('is asked for by its branch; the archive’s host does not see the token', async () => {
    const { asked, api } = await github(await zipped({ [`${top}/a`]: 'A' }));

    const { commit } = await fetchByArchive(wanted(api));

    expect(asked).toEqual([
      { at: 'api', path: '/repos/team/web/commits/heads%2Ffeature%2Fa', token: 'Bearer a-token' },
      { at: 'api', path: `/repos/team/web/zipball/${sha}`, token: 'Bearer a-token' },
      { at: 'archives', path: `/legacy.zip/${sha}`, token: undefined },
    ]);
    expect(commit).toEqual({
      id: sha,
      message: 'Größer',
      authorName: 'Ines',
      authorEmail: 'ines@example.com',
      authorTime: Date.UTC(2026, 0, 2, 3, 4, 5),
      commitTime: Date.UTC(2026, 0, 2, 4, 4, 6),
    });
  });

  it('is asked for by its id when it is to be another than the newest', async () => {
    const { asked, api } = await github(await zipped({ [`${top}/a`]: 'A' }));

    await fetchByArchive(wanted(api, { commit: sha }));

    expect(asked[0]?.path).toBe(`/repos/team/web/commits/${sha}`);
  });

  it('has its files, without the folder around them and without folders, with their kinds', async () => {
    const files = { '/': '', '/z/run.sh': '#!', '/b': 'B', '/vendor/lib/': '', '/link': 'z/run.sh' };
    const named = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${top}${path}`, text]));
    const archive = await zipped(named, { [`${top}/z/run.sh`]: 0o100755, [`${top}/link`]: 0o120777 });
    const { api } = await github(archive);

    const snapshot = await fetchByArchive(wanted(api));

    expect(await contents(snapshot)).toEqual([
      ['b', 'file', 'B'],
      ['link', 'link', 'z/run.sh'],
      ['z/run.sh', 'executable', '#!'],
    ]);
    await snapshot.close();
  });

  it('lets go of its archive when it is closed', async () => {
    const { api } = await github(await zipped({ [`${top}/a`]: 'A' }));
    const given = wanted(api);
    const snapshot = await fetchByArchive(given);
    expect(await openIn(given.folder)).toBe(1);

    await snapshot.close();

    await vi.waitFor(async () => expect(await openIn(given.folder)).toBe(0));
  });

  it('is broken off, and does not end the process, when the archive is damaged', async () => {
    const archive = await zipped({ [`${top}/a`]: 'A'.repeat(100_000) });
    archive.fill(0xff, 60, 120);
    const { api } = await github(archive);
    const snapshot = await fetchByArchive(wanted(api));

    await expect(zipSnapshot(snapshot).then(buffer)).rejects.toThrow();

    await snapshot.close();
  });

  it.each([
    [401, {}, 'PermissionError', 'The connection may not read team/web: the host answers 401.'],
    [403, {}, 'PermissionError', 'The connection may not read team/web: the host answers 403.'],
    [404, {}, 'ConfigurationError', '[GitHub] No Branch [feature/a] found for FullRepositoryId [team/web]'],
    [422, { commit: 'c0ffee' }, 'RevisionUnavailable', 'Commit c0ffee of team/web is gone.'],
    [404, { commit: 'c0ffee' }, 'RevisionUnavailable', 'Commit c0ffee of team/web is gone.'],
  ])('fails where the host answers %i', async (status, more, code, message) => {
    const { endpoint } = await served(async () => ({ status, body: '{"message":"secret"}' }));

    await expect(fetchByArchive(wanted(endpoint, more))).rejects.toMatchObject({ name: 'Failure', code, message });
  });

  it.each([500, 503])('is tried again where the host answers %i', async (status) => {
    const { endpoint } = await served(async () => ({ status }));

    const failing = fetchByArchive(wanted(endpoint));

    await expect(failing).rejects.toMatchObject({ name: 'Error', message: `The host answers ${status} for team/web.` });
  });

  it.each([
    [429, {}],
    [403, { 'x-ratelimit-remaining': '0' }],
    [403, { 'retry-after': '60' }],
  ] as const)('is tried again where the host limits its callers: %i %o', async (status, headers) => {
    const { endpoint } = await served(async () => ({ status, headers }));

    const failing = fetchByArchive(wanted(endpoint));

    await expect(failing).rejects.toMatchObject({
      name: 'Error',
      message: `The host limits how often it is asked: it answers ${status} for team/web.`,
    });
  });

  it('is found where its repository was renamed, with the token as long as the host is the same', async () => {
    const { asked, api } = await github(await zipped({ [`${top}/a`]: 'A' }));
    const renamed: (string | undefined)[] = [];
    const old = await served(async ({ path, headers }) => {
      renamed.push(headers.authorization);
      if (path.startsWith('/repos/old/name/'))
        return { status: 301, headers: { location: path.replace('/repos/old/name/', '/repositories/7/') } };
      return { status: 307, headers: { location: `${api}${path.replace('/repositories/7/', '/repos/team/web/')}` } };
    });

    const snapshot = await fetchByArchive(wanted(old.endpoint, { repository: 'old/name' }));

    expect(await contents(snapshot)).toEqual([['a', 'file', 'A']]);
    expect(renamed).toEqual(Array(4).fill('Bearer a-token'));
    expect(asked.map(({ token }) => token)).toEqual([undefined, undefined, undefined]);
    await snapshot.close();
  });

  it('is not followed round in circles', async () => {
    let asked = 0;
    const hops = await served(async () => {
      asked += 1;
      return { status: 302, headers: { location: '/again' } };
    });

    await expect(fetchByArchive(wanted(hops.endpoint))).rejects.toThrow('The host answers 302 for team/web.');

    expect(asked).toBe(4);
  });

  it.each(['feature/a', sha.slice(0, 10)])('is not what a name stands for that is no id: %s', async (commit) => {
    const { api } = await github(await zipped({ [`${top}/a`]: 'A' }));

    await expect(fetchByArchive(wanted(api, { commit }))).rejects.toMatchObject({
      code: 'RevisionUnavailable',
      message: `Commit ${commit} of team/web is gone.`,
    });
  });

  it.each([
    ['no zip', () => Buffer.from('<html>')],
    ['damaged', (zip: Buffer) => Buffer.from(zip.toString('latin1').replaceAll('PK\x01\x02', 'PK\x01\x09'), 'latin1')],
    ['cut short', (zip: Buffer) => zip.subarray(0, -30)],
  ])('is tried again, and lets go of the archive, where that is %s', async (_, spoilt) => {
    const { api } = await github(spoilt(await zipped({ [`${top}/a`]: 'A' })));
    const given = wanted(api);

    await expect(fetchByArchive(given)).rejects.not.toMatchObject({ name: 'Failure' });

    await vi.waitFor(async () => expect(await openIn(given.folder)).toBe(0));
  });

  it('is refused where it has more entries than it may', async () => {
    const archive = await zipped({ [`${top}/a`]: 'A' });
    const end = archive.lastIndexOf(Buffer.from('PK\x05\x06'));
    const zip64 = Buffer.alloc(76);
    zip64.write('PK\x06\x06', 0, 'latin1');
    zip64.writeBigUInt64LE(44n, 4);
    zip64.writeBigUInt64LE(100_001n, 32);
    zip64.write('PK\x06\x07', 56, 'latin1');
    zip64.writeBigUInt64LE(BigInt(end), 64);
    archive.writeUInt16LE(0xffff, end + 10);
    const { api } = await github(Buffer.concat([archive.subarray(0, end), zip64, archive.subarray(end)]));

    await expect(fetchByArchive(wanted(api))).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'The archive has 100001 entries; at most 100000 are allowed.',
    });
  });

  it('has no files where the commit has none', async () => {
    const { api } = await github(await zipped({ [`${top}/`]: '' }));

    const snapshot = await fetchByArchive(wanted(api));

    expect(snapshot.files).toEqual([]);
    await snapshot.close();
  });
});
