import { describe, expect, it } from 'vitest';
import type { ApiHost } from '../../functions/actions/connection/ask-api.ts';
import { askBranchHeads } from '../../functions/actions/connection/branch-heads.ts';
import { readPrivateHosts } from '../../functions/domain/private-hosts.ts';
import { served } from './git-host.ts';

const commit = 'a'.repeat(40);

/** A host that answers with these pages, and what it was asked. */
async function host(kind: ApiHost['kind'], pages: readonly unknown[], status = 200) {
  const asked: string[] = [];
  const { endpoint: api } = await served(async ({ path, query }) => {
    asked.push(`${path}?${query}`.replace(/\?$/, ''));
    return { status, body: JSON.stringify(pages[asked.length - 1] ?? []) };
  });
  const network = { allowed: readPrivateHosts('127.0.0.1') };
  const repository = kind === 'GitLab' ? 'group/sub/web' : 'acme/web';
  return { asked, host: { kind, api, repository, token: 'a-token', network } satisfies ApiHost };
}

const message = 'Change it';
const of = {
  GitHub: (name: string) => ({ name, commit: { sha: commit, commit: { message } } }),
  GitLab: (name: string) => ({ name, commit: { id: commit, message } }),
  Bitbucket: (name: string) => ({ name, target: { hash: commit, message } }),
};
const paths = {
  GitHub: '/repos/acme/web/branches',
  GitLab: '/projects/group%2Fsub%2Fweb/repository/branches',
  Bitbucket: '/repositories/acme/web/refs/branches',
};
const kinds = ['GitHub', 'GitLab', 'Bitbucket'] as const;
const page = (kind: ApiHost['kind'], values: readonly unknown[]) => (kind === 'Bitbucket' ? { values } : values);

describe.each(kinds)('the branches of %s', (kind) => {
  const size = kind === 'Bitbucket' ? 'pagelen' : 'per_page';

  it('are where the host says, one of them by its name', async () => {
    const { asked, host: of1 } = await host(kind, [of[kind]('release/1')]);

    expect(await askBranchHeads(of1, 'release/1')).toEqual({ heads: [{ branch: 'release/1', commit, message }] });
    expect(asked).toEqual([`${paths[kind]}/release%2F1`]);
  });

  it('are listed page by page, a thousand at most', async () => {
    const full = Array.from({ length: 100 }, (_, index) => of[kind](`b${index}`));
    const two = await host(kind, [page(kind, full), page(kind, [of[kind]('last')])]);
    const many = await host(kind, Array(20).fill(page(kind, full)));

    const answer = await askBranchHeads(two.host);
    expect('heads' in answer && [answer.heads.length, answer.heads.at(-1)?.branch]).toEqual([101, 'last']);
    expect(two.asked).toEqual([`${paths[kind]}?${size}=100&page=1`, `${paths[kind]}?${size}=100&page=2`]);
    const most = await askBranchHeads(many.host);
    expect('heads' in most && most.heads.length).toBe(1000);
  });

  it('are not known where the host does not say', async () => {
    const silent = await host(kind, [{}], 500);
    const odd = await host(kind, [{ values: 'none' }, { name: 1 }]);
    const gone = await host(kind, [{}], 404);

    expect(await askBranchHeads(silent.host)).toEqual({ unknown: 'the host answers 500' });
    expect(await askBranchHeads(silent.host, 'main')).toEqual({ unknown: 'the host answers 500' });
    expect(await askBranchHeads(odd.host)).toHaveProperty('unknown');
    expect(await askBranchHeads(odd.host, 'main')).toHaveProperty('unknown');
    expect(await askBranchHeads(gone.host)).toEqual({ unknown: 'the host answers 404' });
    expect(await askBranchHeads(gone.host, 'main')).toEqual({ heads: [] });
  });

  it('leave out what is no commit', async () => {
    const odd = { ...of[kind]('odd'), commit: { sha: '../..', id: 'x' }, target: { hash: '--upload-pack' } };
    const { host: of1 } = await host(kind, [page(kind, [odd, of[kind]('main')])]);

    expect(await askBranchHeads(of1)).toEqual({ heads: [{ branch: 'main', commit, message }] });
  });
});
