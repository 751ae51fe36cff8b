import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { Failure } from '../../engine/work.ts';
import { withinBytes } from '../within-bytes.ts';
import { listEntries, openZip, readEntry, shown, type ZipLimits, type ZipSubject } from '../zip-entries.ts';
import { type Answered, askHost } from './ask-host.ts';
import { askedTooOften, putOff } from './asked-too-often.ts';
import { gone, noBranch } from './by-git.ts';
import { repositoryPath } from './repository-path.ts';
import { type Commit, type Snapshot, type SnapshotFile, timeOf, type Wanted } from './snapshot.ts';

/** What GitHub's REST API says of a commit. */
interface ApiCommit {
  readonly sha: string;
  readonly commit: {
    readonly message: string;
    readonly author: { readonly name: string; readonly email: string; readonly date: string };
    readonly committer: { readonly date: string };
  };
}

/** In bytes: what describes a commit, and its archive, which the function's disk must hold; then what the archive may hold. */
interface Limits extends ZipLimits {
  readonly description: number;
  readonly archive: number;
}

const limits: Limits = { description: 8 * 2 ** 20, archive: 2 ** 30, entries: 100_000, bytes: 2 ** 30 };
/** A host's archive that is damaged may be whole when it is fetched again. */
const archive: ZipSubject = { what: 'The archive', damaged: (message) => new Error(message) };

/** Fetches a commit by the host's archive endpoint (GitHub's REST API): one request instead of a clone. */
export async function fetchByArchive(wanted: Wanted & { readonly api: string }, most = limits): Promise<Snapshot> {
  const base = `${wanted.api}/repos/${repositoryPath(wanted.repository)}`;
  const ref = wanted.commit ?? `heads/${wanted.branch}`;
  const answer = await ask(`${base}/commits/${encodeURIComponent(ref)}`, wanted);
  const description = withinBytes('The description of the commit', most.description);
  const [found] = await Promise.all([text(description), pipeline(answer.body, description)]);
  const commit = JSON.parse(found) as ApiCommit;
  if (wanted.commit !== undefined && commit.sha !== wanted.commit) throw gone(wanted);
  const file = join(wanted.folder, 'archive.zip');
  const answered = await ask(`${base}/zipball/${encodeURIComponent(commit.sha)}`, wanted);
  await pipeline(answered.body, withinBytes('The archive of the commit', most.archive), createWriteStream(file));
  const zip = await openZip(archive, file);
  return { commit: commitOf(commit), ...(await readable(zip, most)) };
}

/** Asks the API. A repository that was renamed is elsewhere on the same host; an archive is on another, which never sees the token. */
async function ask(url: string, wanted: Wanted): Promise<Answered> {
  const authorization = wanted.token === undefined ? {} : { authorization: `Bearer ${wanted.token}` };
  const headers = { 'user-agent': 'sluice', ...authorization, accept: 'application/vnd.github+json' };
  const answer = await askHost(url, { headers }, wanted.network);
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  answer.body.destroy();
  if (askedTooOften(status, (name) => answer.headers[name]?.toString())) throw putOff(status, wanted.repository);
  if (status === 401 || status === 403)
    throw new Failure(
      'PermissionError',
      `The connection may not read ${wanted.repository}: the host answers ${status}.`,
    );
  if (status === 404 || status === 422) {
    if (wanted.commit === undefined) throw noBranch(wanted);
    throw gone(wanted);
  }
  throw new Error(`The host answers ${status} for ${wanted.repository}.`);
}

function commitOf({ sha, commit }: ApiCommit): Commit {
  return {
    id: sha,
    message: commit.message.trimEnd(),
    authorName: commit.author.name,
    authorEmail: commit.author.email,
    authorTime: timeOf(Date.parse(commit.author.date)),
    commitTime: timeOf(Date.parse(commit.committer.date)),
  };
}

/** The files of an archive, which stays open until it is closed, or until it turns out not to be readable. */
async function readable(zip: ZipFile, most: ZipLimits): Promise<Pick<Snapshot, 'files' | 'close'>> {
  try {
    return { files: await filesOf(zip, most), close: async () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function filesOf(zip: ZipFile, most: ZipLimits): Promise<readonly SnapshotFile[]> {
  return (await listEntries(archive, zip, most))
    .map(
      (entry): SnapshotFile => ({
        path: entry.fileName.slice(entry.fileName.indexOf('/') + 1),
        kind: kindOf(entry),
        read: () => readEntry(archive, zip, entry),
      }),
    )
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The kind of an entry by its Unix mode, which the host's archives carry. */
function kindOf({ fileName, externalFileAttributes }: Entry): SnapshotFile['kind'] {
  const mode = externalFileAttributes >>> 16;
  const type = mode & 0o170000;
  if (type === 0o120000) return 'link';
  if (type !== 0 && type !== 0o100000)
    throw new Failure(
      'ConfigurationError',
      `The archive has the entry ${shown(fileName)}, which is neither file nor link.`,
    );
  return (mode & 0o111) === 0 ? 'file' : 'executable';
}
