import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchByGit } from '../../functions/actions/connection/by-git.ts';
import type { Wanted } from '../../functions/actions/connection/snapshot.ts';
import { readPrivateHosts } from '../../functions/domain/private-hosts.ts';
import { contents, emptyFolder, openRepository, served } from './git-host.ts';

describe('a commit that is fetched by git', () => {
  let repository: Awaited<ReturnType<typeof openRepository>>;
  beforeEach(async () => {
    repository = await openRepository();
  });
  afterEach(() => repository.close());

  const fetched = (more: Partial<Wanted> = {}, most?: number) =>
    fetchByGit(
      {
        kind: 'GitHub',
        host: repository.host,
        repository: 'team/web',
        branch: 'main',
        folder: emptyFolder(),
        network: { allowed: readPrivateHosts('127.0.0.1') },
        ...more,
      },
      most,
    );

  it('has its files with their kinds, sorted, and not those of submodules', async () => {
    repository.write('src/run.sh', '#!/bin/sh\n', 0o755);
    repository.write('src/größe.txt', 'ä');
    repository.write('empty', '');
    symlinkSync('../README.md', join(repository.work, 'src/link'));
    await repository.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor/lib`);
    await repository.git('add', 'src', 'empty');
    await repository.git('commit', '--quiet', '-m', 'Files');
    await repository.git('push', '--quiet', 'origin', 'HEAD');

    const snapshot = await fetched();

    expect(await contents(snapshot)).toEqual([
      ['README.md', 'file', 'Hello\n'],
      ['empty', 'file', ''],
      ['src/größe.txt', 'file', 'ä'],
      ['src/link', 'link', '../README.md'],
      ['src/run.sh', 'executable', '#!/bin/sh\n'],
    ]);
  });

  it('has its author, both of its times and its message', async () => {
    const id = await repository.commit('Größer\n\nAnd why.\n');

    const { commit } = await fetched();

    expect(commit).toEqual({
      id,
      message: 'Größer\n\nAnd why.',
      authorName: 'Ines Díaz',
      authorEmail: 'ines@example.com',
      authorTime: Date.UTC(2026, 0, 2, 2, 4, 5),
      commitTime: Date.UTC(2026, 0, 2, 3, 4, 6),
    });
  });

  it('is the newest of its branch, although a tag has the same name', async () => {
    await repository.git('switch', '--quiet', '-c', 'feature/a');
    repository.write('feature', 'new');
    const newest = await repository.commit('Feature');
    await repository.git('push', '--quiet', 'origin', 'main:refs/tags/feature/a');

    const { commit } = await fetched({ branch: 'feature/a' });

    expect(commit.id).toBe(newest);
  });

  it('can be older than the newest', async () => {
    repository.write('README.md', 'Old\n');
    const old = await repository.commit('Old');
    for (const text of ['newer', 'newest']) {
      repository.write('README.md', text);
      await repository.commit(text);
    }

    const snapshot = await fetched({ commit: old });

    expect(snapshot.commit.id).toBe(old);
    expect(await contents(snapshot)).toEqual([['README.md', 'file', 'Old\n']]);
  });

  it.each([150, 1500])('can be %i commits older than the newest', async (count) => {
    repository.write('README.md', 'Old\n');
    const old = await repository.commit('Old');
    await repository.commits(count);

    const snapshot = await fetched({ commit: old });

    expect(await contents(snapshot)).toEqual([['README.md', 'file', 'Old\n']]);
  });

  it('can be on another branch', async () => {
    await repository.git('switch', '--quiet', '-c', 'other');
    repository.write('README.md', 'Other\n');
    const other = await repository.commit('Other');
    await repository.commit('Newest of the other');

    const snapshot = await fetched({ commit: other });

    expect(await contents(snapshot)).toEqual([['README.md', 'file', 'Other\n']]);
  });

  it('is gone when the branch was forced past it', async () => {
    const before = await repository.git('rev-parse', 'HEAD');
    const gone = await repository.commit('Gone');
    await repository.git('reset', '--quiet', '--hard', before);
    await repository.git('push', '--quiet', '--force', 'origin', 'main');

    await expect(fetched({ commit: gone })).rejects.toMatchObject({
      code: 'RevisionUnavailable',
      message: `Commit ${gone} of team/web is gone.`,
    });
  });

  it.each(['nowhere', 'mai', 'v1'])('is not found on a branch that is not there: %s', async (branch) => {
    await repository.git('push', '--quiet', 'origin', 'main:refs/tags/v1');

    await expect(fetched({ branch })).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: `[GitHub] No Branch [${branch}] found for FullRepositoryId [team/web]`,
    });
  });

  it('is not found in a repository without commits', async () => {
    await repository.server.create('team/empty');

    await expect(fetched({ repository: 'team/empty' })).rejects.toMatchObject({
      message: '[GitHub] No Branch [main] found for FullRepositoryId [team/empty]',
    });
  });

  it('is not found in a repository that is not there', async () => {
    await expect(fetched({ repository: 'team/nowhere' })).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: '[GitHub] No repository found for FullRepositoryId [team/nowhere]',
    });
  });

  it.each([401, 403])('is refused where the host answers %i, whatever the token', async (status) => {
    const { endpoint: host } = await served(async () => ({ status, headers: { 'www-authenticate': 'Basic' } }));

    for (const token of [{}, { token: 'wrong' }]) {
      await expect(fetched({ host, ...token })).rejects.toMatchObject({
        code: 'PermissionError',
        message: 'The connection may not read team/web: check its credential.',
      });
    }
  });

  it.each([
    [429, {}],
    [403, { 'retry-after': '60' }],
    [403, { 'x-ratelimit-remaining': '0' }],
  ] as const)('is tried again where the host limits its callers: %i %o', async (status, headers) => {
    const { endpoint: host } = await served(async () => ({ status, headers }));

    await expect(fetched({ host, token: 'good' })).rejects.toMatchObject({
      name: 'Error',
      message: `The host limits how often it is asked: it answers ${status} for team/web.`,
    });
  });

  it('is refused where the host answers 403 to one with calls left', async () => {
    const { endpoint: host } = await served(async () => ({ status: 403, headers: { 'x-ratelimit-remaining': '41' } }));

    await expect(fetched({ host })).rejects.toMatchObject({ code: 'PermissionError' });
  });

  it('is tried again where the host is ill', async () => {
    const { endpoint: host } = await served(async () => ({ status: 503 }));

    await expect(fetched({ host })).rejects.not.toMatchObject({ name: 'Failure' });
  });

  it('shows its token when it is asked for it', async () => {
    const seen: (string | undefined)[] = [];
    const { endpoint: host } = await served(async ({ headers, path, query, method, body }) => {
      seen.push(headers.authorization);
      if (!headers.authorization) return { status: 401, headers: { 'www-authenticate': 'Basic' } };
      return repository.server.serve({ method, path, query: query.toString(), headers, body });
    });

    await fetched({ host, token: 'a-token' });

    expect(seen[0]).toBeUndefined();
    expect(seen.at(-1)).toBe(`Basic ${Buffer.from('x-access-token:a-token').toString('base64')}`);
  });

  it('C21 is refused when its trees hold themselves, before all of their files are listed', async () => {
    const git = (input: string, ...args: string[]) =>
      execFileSync('git', args, { cwd: repository.work, input, encoding: 'utf8' }).trim();
    let inner = `100644 blob ${git('x', 'hash-object', '-w', '--stdin')}`;
    for (let depth = 0; depth < 4; depth += 1) {
      const names = Array.from({ length: 10 }, (_, at) => `${inner}\t${at}\n`);
      inner = `040000 tree ${git(names.join(''), 'mktree')}`;
    }
    const tree = inner.split(' ')[2] ?? '';
    const commit = await repository.git('commit-tree', tree, '-m', 'Ten thousand files');
    await repository.git('push', '--quiet', 'origin', `${commit}:refs/heads/bomb`);

    await expect(fetched({ branch: 'bomb' }, 2000)).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'The commit has over 2000 files and folders.',
    });
  });
});
