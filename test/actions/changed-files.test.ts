import { describe, expect, it } from 'vitest';
import type { ApiHost } from '../../functions/actions/connection/ask-api.ts';
import { askChangedFiles } from '../../functions/actions/connection/changed-files.ts';
import { readPrivateHosts } from '../../functions/domain/private-hosts.ts';
import { served } from './git-host.ts';

const [base, head] = ['a'.repeat(40), 'b'.repeat(40)];
const between = { base, head };
const ofRequest = { pullRequest: '7' };

/** A host that answers with these pages, and what it was asked. */
async function host(kind: ApiHost['kind'], pages: readonly unknown[], status = 200) {
  const asked: { readonly path: string; readonly token: string | undefined }[] = [];
  const { endpoint: api } = await served(async ({ path, query, headers }) => {
    asked.push({ path: `${path}?${query}`.replace(/\?$/, ''), token: headers.authorization });
    return { status, body: JSON.stringify(pages[asked.length - 1] ?? []) };
  });
  const network = { allowed: readPrivateHosts('127.0.0.1') };
  const repository = kind === 'GitLab' ? 'group/sub/web' : 'acme/web';
  return { asked, host: { kind, api, repository, token: 'a-token', network } satisfies ApiHost };
}

const many = (count: number, of: (index: number) => object) => Array.from({ length: count }, (_, index) => of(index));

describe('the files that changed', () => {
  it.each([
    {
      kind: 'GitHub' as const,
      question: between,
      page: { files: [{ filename: 'new', previous_filename: 'old' }, { filename: 'a' }] },
      path: `/repos/acme/web/compare/${base}...${head}`,
    },
    {
      kind: 'GitHub' as const,
      question: ofRequest,
      page: [{ filename: 'new', previous_filename: 'old' }, { filename: 'a' }],
      path: '/repos/acme/web/pulls/7/files?per_page=100&page=1',
    },
    {
      kind: 'GitLab' as const,
      question: between,
      page: {
        diffs: [
          { new_path: 'new', old_path: 'old' },
          { new_path: 'a', old_path: 'a' },
        ],
      },
      path: `/projects/group%2Fsub%2Fweb/repository/compare?from=${base}&to=${head}`,
    },
    {
      kind: 'GitLab' as const,
      question: ofRequest,
      page: [
        { new_path: 'new', old_path: 'old' },
        { new_path: 'a', old_path: 'a' },
      ],
      path: '/projects/group%2Fsub%2Fweb/merge_requests/7/diffs?per_page=100&page=1',
    },
    {
      kind: 'Bitbucket' as const,
      question: between,
      page: {
        values: [
          { new: { path: 'new' }, old: { path: 'old' } },
          { new: { path: 'a' }, old: null },
        ],
      },
      path: `/repositories/acme/web/diffstat/${head}..${base}?pagelen=100&page=1`,
    },
    {
      kind: 'Bitbucket' as const,
      question: ofRequest,
      page: {
        values: [
          { new: { path: 'new' }, old: { path: 'old' } },
          { new: { path: 'a' }, old: null },
        ],
      },
      path: '/repositories/acme/web/pullrequests/7/diffstat?pagelen=100&page=1',
    },
  ])('are asked of $kind: $path', async ({ kind, question, page, path }) => {
    const { asked, host: there } = await host(kind, [page]);

    const files = await askChangedFiles(there, question);

    expect(files).toEqual({ paths: ['new', 'old', 'a'] });
    expect(asked).toEqual([{ path, token: 'Bearer a-token' }]);
  });

  it('are read page by page', async () => {
    const { asked, host: there } = await host('GitHub', [
      many(100, (index) => ({ filename: `f${index}` })),
      [{ filename: 'x' }],
    ]);

    const files = await askChangedFiles(there, ofRequest);

    expect(files).toEqual({ paths: expect.arrayContaining(['f0', 'f99', 'x']) });
    expect(asked.map(({ path }) => path.slice(-6))).toEqual(['page=1', 'page=2']);
  });

  it.each([
    [
      'lists as many as it lists at most',
      'GitHub',
      between,
      { files: many(300, (index) => ({ filename: `f${index}` })) },
      'there are 300 of them or more',
    ],
    ['gave up comparing', 'GitLab', between, { diffs: [], compare_timeout: true }, 'no list of them'],
    ['answers something else', 'Bitbucket', between, { message: 'hello' }, 'no list of them'],
    ['answers something else', 'GitHub', between, 'hello', 'no list of them'],
  ] as const)('are not known where the host %s: %s', async (_, kind, question, page, says) => {
    const { host: there } = await host(kind, [page]);

    expect(await askChangedFiles(there, question)).toEqual({ unknown: expect.stringContaining(says) });
  });

  it('are not known where the host refuses, is not there, or may not be reached', async () => {
    const { host: there } = await host('GitHub', [], 403);

    expect(await askChangedFiles(there, between)).toEqual({ unknown: 'the host answers 403' });
    expect(await askChangedFiles({ ...there, api: 'http://127.0.0.1:1' }, between)).toEqual({
      unknown: 'the host does not answer as it should',
    });
    expect(await askChangedFiles({ ...there, network: { allowed: readPrivateHosts('') } }, between)).toEqual({
      unknown: expect.stringContaining('PrivateHosts'),
    });
  });
});
