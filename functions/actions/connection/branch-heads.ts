import type { HeadsAnswer, HeadsRequest } from '../../aws/functions.ts';
import type { BranchHead } from '../../domain/branch-head.ts';
import type { ConnectionKind } from '../../domain/connection.ts';
import { task } from '../../lambda/task.ts';
import { type ApiHost, apiHostOf, askApi, memberOf } from './ask-api.ts';
import { repositoryPath } from './repository-path.ts';

/** Finds out where the branches of a repository are, for the sweeper. Why they are not known is an answer too. */
export const headsAnswer = task(
  'BranchHeads',
  ({ connection, repository }: HeadsRequest) => ({ connection, repository }),
  async ({ connection, repository, heads: { branch } }): Promise<HeadsAnswer> => {
    const host = await apiHostOf(connection, repository);
    if ('unknown' in host) return host;
    return askBranchHeads(host, branch);
  },
);

/** Asks a host where its branches are, or one of them. */
export function askBranchHeads(host: ApiHost, branch?: string): Promise<HeadsAnswer> {
  return branch === undefined ? askAll(host) : askOne(host, branch);
}

/** Where a kind of host tells of branches, and the members that hold the commit and its message. */
interface Dialect {
  readonly path: (repository: string) => string;
  readonly pageOf: (page: number) => string;
  /** In the page, where it is not the list itself. */
  readonly list?: string;
  readonly commit: readonly string[];
  readonly message: readonly string[];
}

const pageSize = 100;
const mostPages = 10;
const longestMessage = 10_000;

const dialects: Readonly<Record<ConnectionKind, Dialect>> = {
  /** REST API: "List branches", "Get a branch". */
  GitHub: {
    path: (repository) => `/repos/${repositoryPath(repository)}/branches`,
    pageOf: (page) => `?per_page=${pageSize}&page=${page}`,
    commit: ['commit', 'sha'],
    message: ['commit', 'commit', 'message'],
  },
  /** Branches API: "List repository branches", "Get single repository branch". */
  GitLab: {
    path: (repository) => `/projects/${encodeURIComponent(repository)}/repository/branches`,
    pageOf: (page) => `?per_page=${pageSize}&page=${page}`,
    commit: ['commit', 'id'],
    message: ['commit', 'message'],
  },
  /** Bitbucket Cloud: "List open branches", "Return a branch". */
  Bitbucket: {
    path: (repository) => `/repositories/${repositoryPath(repository)}/refs/branches`,
    pageOf: (page) => `?pagelen=${pageSize}&page=${page}`,
    list: 'values',
    commit: ['target', 'hash'],
    message: ['target', 'message'],
  },
};

async function askOne(host: ApiHost, branch: string): Promise<HeadsAnswer> {
  const { path } = dialects[host.kind];
  const answered = await askApi(host, `${path(host.repository)}/${encodeURIComponent(branch)}`, 'a branch');
  if ('unknown' in answered) return answered.status === 404 ? { heads: [] } : { unknown: answered.unknown };
  const head = headFrom(answered.json, host.kind);
  return head ? { heads: [head] } : noList;
}

/** The first thousand: a repository with more of them is not wholly looked at. */
async function askAll(host: ApiHost): Promise<HeadsAnswer> {
  const { path, pageOf, list } = dialects[host.kind];
  const heads: BranchHead[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const answered = await askApi(host, `${path(host.repository)}${pageOf(page)}`, 'branches');
    if ('unknown' in answered) return { unknown: answered.unknown };
    const listed = list === undefined ? answered.json : memberOf(answered.json, list);
    if (!Array.isArray(listed)) return noList;
    heads.push(...listed.flatMap((each: unknown) => headFrom(each, host.kind) ?? []));
    if (listed.length < pageSize) break;
  }
  return { heads };
}

const noList = { unknown: 'the host answers nothing that tells of branches' };

function headFrom(value: unknown, kind: ConnectionKind): BranchHead | undefined {
  const branch = memberOf(value, 'name');
  const commit = dialects[kind].commit.reduce(memberOf, value);
  const message = dialects[kind].message.reduce(memberOf, value);
  if (typeof branch !== 'string' || typeof commit !== 'string' || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  return { branch, commit, ...(typeof message === 'string' ? { message: message.slice(0, longestMessage) } : {}) };
}
