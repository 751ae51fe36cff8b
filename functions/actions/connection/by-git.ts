import fs from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import git, { type HttpClient } from 'isomorphic-git';
import { Failure } from '../../engine/work.ts';
import { withinBytes } from '../within-bytes.ts';
import { askHost, type Network } from './ask-host.ts';
import { askedTooOften, putOff } from './asked-too-often.ts';
import { repositoryPath } from './repository-path.ts';
import { type Commit, type Snapshot, type SnapshotFile, timeOf, type Wanted } from './snapshot.ts';

/** Git's word for all of it: a fetch without a depth leaves a shallow clone as it is. */
const whole = 2 ** 31 - 1;
/** A commit may be asked for by its id on any branch (StartPipelineExecution, COMMIT_ID): those are looked through last. */
const wider = [
  ...[1, 100, 1000, whole].map((depth) => ({ depth, singleBranch: true })),
  { depth: whole, singleBranch: false },
];
/** As whom a host takes a token for a password. */
const userNames = { GitHub: 'x-access-token', GitLab: 'oauth2', Bitbucket: 'x-token-auth' } as const;
const fullLength = 40;
const executable = 0o100755;
const link = 0o120000;
/** Git's answers are held in memory: a pack of more bytes than these ends the function. */
const mostBytes = 400 * 2 ** 20;
/** Files and folders: the same tree in a tree, ten times at ten levels, is a small pack and 10,000,000,000 files. */
const mostEntries = 200_000;

/** Fetches a commit by git: shallow, deeper where it is not the branch's newest, and at last from the other branches. Submodules are left out. */
export async function fetchByGit(wanted: Wanted, most = mostEntries): Promise<Snapshot> {
  const { folder: dir, host, kind, repository, branch, token, network } = wanted;
  const url = `${host}/${repositoryPath(repository)}.git`;
  const auth =
    token === undefined
      ? {}
      : { onAuth: () => ({ username: userNames[kind], password: token }), onAuthFailure: () => ({ cancel: true }) };
  await git.init({ fs, dir, defaultBranch: 'main' });
  await git.addRemote({ fs, dir, remote: 'origin', url });
  const http = within(network, repository);
  for (const { depth, singleBranch } of wider) {
    const { ref = `refs/heads/${branch}` } = wanted;
    const options = { fs, http, dir, url, ref, remote: 'origin', singleBranch, tags: false, depth, ...auth };
    const { fetchHead } = await git
      .fetch(options)
      .catch((error: unknown) => Promise.reject(inReadersTerms(error, wanted)));
    const id = wanted.commit ?? fetchHead;
    if (!id) throw noBranch(wanted);
    const found = await find(dir, id);
    if (found !== undefined)
      return {
        commit: await commitOf(dir, found),
        files: await filesOf(dir, found, most),
        close: async () => undefined,
      };
  }
  throw gone(wanted);
}

/** The commit that is wanted is not in the repository. */
export function gone({ commit, repository }: Pick<Wanted, 'commit' | 'repository'>): Failure {
  return new Failure('RevisionUnavailable', `Commit ${commit} of ${repository} is gone.`);
}

/** The branch is not there, or the account behind the connection cannot see it: GitHub's hosts say the same of both. */
export function noBranch({ kind, branch, repository }: Pick<Wanted, 'kind' | 'branch' | 'repository'>): Failure {
  return new Failure(
    'ConfigurationError',
    `[${kind}] No Branch [${branch}] found for FullRepositoryId [${repository}]`,
  );
}

/** HTTP to hosts that connections may reach. It tells one that puts us off from one that refuses us: git's own error has no headers. */
function within(network: Network, repository: string): HttpClient {
  return {
    async request({ url: asked, method = 'GET', headers = {}, body: sent }) {
      const given = sent && { body: await buffer(sent) };
      const {
        url,
        status,
        statusText,
        headers: told,
        body,
      } = await askHost(asked, { method, headers, ...given }, network);
      const header = (name: string) => told[name]?.toString();
      if (askedTooOften(status, header)) {
        body.destroy();
        throw putOff(status, repository);
      }
      const counted = pipeline(body, withinBytes(`The answer for ${repository}`, mostBytes), () => undefined);
      return {
        url: url.href,
        method,
        statusCode: status,
        statusMessage: statusText,
        headers: Object.fromEntries(Object.keys(told).map((name) => [name, header(name) ?? ''])),
        body: counted.iterator() as AsyncIterableIterator<Uint8Array>,
      };
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
      `[${wanted.kind}] No repository found for FullRepositoryId [${wanted.repository}]`,
    );
  return error;
}

/** The commit of an id, which may be shortened, or that of a tag; undefined when it is not there. */
async function find(dir: string, id: string): Promise<string | undefined> {
  try {
    const oid = id.length < fullLength ? await git.expandOid({ fs, dir, oid: id }) : id;
    return (await git.readCommit({ fs, dir, oid })).oid;
  } catch {
    return undefined;
  }
}

async function commitOf(dir: string, oid: string): Promise<Commit> {
  const { commit } = await git.readCommit({ fs, dir, oid });
  return {
    id: oid,
    message: commit.message.trimEnd(),
    authorName: commit.author.name,
    authorEmail: commit.author.email,
    authorTime: timeOf(commit.author.timestamp * 1000),
    commitTime: timeOf(commit.committer.timestamp * 1000),
  };
}

async function filesOf(dir: string, ref: string, most: number): Promise<readonly SnapshotFile[]> {
  const cache = {};
  const files: SnapshotFile[] = [];
  let entries = 0;
  await git.walk({
    fs,
    dir,
    cache,
    trees: [git.TREE({ ref })],
    map: async (path, [entry]) => {
      entries += 1;
      if (entries > most) return null;
      if (!entry || (await entry.type()) !== 'blob') return undefined;
      const mode = await entry.mode();
      const oid = await entry.oid();
      const read = async (): Promise<Readable> =>
        Readable.from([Buffer.from((await git.readBlob({ fs, dir, cache, oid })).blob)]);
      files.push({ path, kind: mode === link ? 'link' : mode === executable ? 'executable' : 'file', read });
      return undefined;
    },
  });
  if (entries > most) throw new Failure('ConfigurationError', `The commit has over ${most} files and folders.`);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
