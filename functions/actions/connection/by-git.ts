import fs from 'node:fs';
import { Readable } from 'node:stream';
import git, { type HttpClient } from 'isomorphic-git';
import nodeHttp from 'isomorphic-git/http/node';
import { Failure } from '../provider.ts';
import { askedTooOften, putOff } from './asked-too-often.ts';
import type { Commit, Snapshot, SnapshotFile, Wanted } from './snapshot.ts';

/** Git's word for all of it: a fetch without a depth leaves a shallow clone as it is. */
const whole = 2 ** 31 - 1;
/** A commit may be asked for by its id on any branch (StartPipelineExecution, COMMIT_ID): those are looked through last. */
const wider = [
  ...[1, 100, 1000, whole].map((depth) => ({ depth, singleBranch: true })),
  { depth: whole, singleBranch: false },
];
const executable = 0o100755;
const link = 0o120000;

/** Fetches a commit by git: shallow, deeper where it is not the branch's newest, and at last from the other branches. Submodules are left out. */
export async function fetchByGit(wanted: Wanted): Promise<Snapshot> {
  const { folder: dir, host, repository, branch, token } = wanted;
  const url = `${host}/${repository.split('/').map(encodeURIComponent).join('/')}.git`;
  const auth =
    token === undefined
      ? {}
      : { onAuth: () => ({ username: 'x-access-token', password: token }), onAuthFailure: () => ({ cancel: true }) };
  await git.init({ fs, dir, defaultBranch: 'main' });
  await git.addRemote({ fs, dir, remote: 'origin', url });
  const http = noticing(repository);
  for (const { depth, singleBranch } of wider) {
    const ref = `refs/heads/${branch}`;
    const options = { fs, http, dir, url, ref, remote: 'origin', singleBranch, tags: false, depth, ...auth };
    const { fetchHead } = await git
      .fetch(options)
      .catch((error: unknown) => Promise.reject(inReadersTerms(error, wanted)));
    const id = wanted.commit ?? fetchHead;
    if (!id) throw noBranch(wanted);
    if (await has(dir, id))
      return { commit: await commitOf(dir, id), files: await filesOf(dir, id), close: async () => undefined };
  }
  throw gone(wanted);
}

/** The commit that is wanted is not in the repository. */
export function gone({ commit, repository }: Pick<Wanted, 'commit' | 'repository'>): Failure {
  return new Failure('RevisionUnavailable', `Commit ${commit} of ${repository} is gone.`);
}

/** The branch is not there, or the account behind the connection cannot see it: GitHub's hosts say the same of both. */
export function noBranch({ branch, repository }: Pick<Wanted, 'branch' | 'repository'>): Failure {
  return new Failure('ConfigurationError', `[GitHub] No Branch [${branch}] found for FullRepositoryId [${repository}]`);
}

/** HTTP that tells a host which puts us off from one which refuses us: git's own error has no headers. */
function noticing(repository: string): HttpClient {
  return {
    async request(asked) {
      const answer = await nodeHttp.request(asked);
      if (askedTooOften(answer.statusCode, (name) => answer.headers?.[name]))
        throw putOff(answer.statusCode, repository);
      return answer;
    },
  };
}

function inReadersTerms(error: unknown, wanted: Wanted): unknown {
  const { code = '', data } = error as { code?: string; data?: { statusCode?: number } };
  if (code === 'NotFoundError') return noBranch(wanted);
  if (code === 'UserCanceledError' || data?.statusCode === 401 || data?.statusCode === 403) {
    return new Failure('PermissionError', `The connection may not read ${wanted.repository}: check its credential.`);
  }
  if (data?.statusCode === 404)
    return new Failure(
      'ConfigurationError',
      `[GitHub] No repository found for FullRepositoryId [${wanted.repository}]`,
    );
  return error;
}

async function has(dir: string, oid: string): Promise<boolean> {
  return git.readCommit({ fs, dir, oid }).then(
    () => true,
    () => false,
  );
}

async function commitOf(dir: string, oid: string): Promise<Commit> {
  const { commit } = await git.readCommit({ fs, dir, oid });
  return {
    id: oid,
    message: commit.message.trimEnd(),
    authorName: commit.author.name,
    authorEmail: commit.author.email,
    authorTime: commit.author.timestamp * 1000,
    commitTime: commit.committer.timestamp * 1000,
  };
}

async function filesOf(dir: string, ref: string): Promise<readonly SnapshotFile[]> {
  const cache = {};
  const files: SnapshotFile[] = [];
  await git.walk({
    fs,
    dir,
    cache,
    trees: [git.TREE({ ref })],
    map: async (path, [entry]) => {
      if (!entry || (await entry.type()) !== 'blob') return;
      const mode = await entry.mode();
      const oid = await entry.oid();
      const read = async (): Promise<Readable> =>
        Readable.from([Buffer.from((await git.readBlob({ fs, dir, cache, oid })).blob)]);
      files.push({ path, kind: mode === link ? 'link' : mode === executable ? 'executable' : 'file', read });
    },
  });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
