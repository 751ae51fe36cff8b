import { createHash } from 'node:crypto';
import { readCommits } from './commits.ts';
import { git } from './run.ts';
import { type RefChange, ZERO } from './spool.ts';

/** As many commits as are listed, newest last; `head_commit` is there in any case. */
const MOST_COMMITS = 20;

/** A repository and where it is served. `url` is `http://…/git/owner/name`. */
export interface Place {
  readonly folder: string;
  readonly url: string;
}

/**
 * GitHub's payload of the event `push` for one ref. `together` are all changes of the same push: what they bring is new to each.
 * undefined for refs that are neither branch nor tag, of which GitHub tells nothing.
 */
export async function pushPayload(
  { repository, before, after, ref }: RefChange,
  { folder, url }: Place,
  together: readonly RefChange[],
): Promise<object | undefined> {
  const isBranch = ref.startsWith('refs/heads/');
  if (!isBranch && !ref.startsWith('refs/tags/')) return undefined;
  const created = isZero(before);
  const deleted = isZero(after);
  const ids = isBranch && !deleted ? await newIds(folder, created ? [after] : [after, `^${before}`], []) : [];
  const others = ['--not', ...had(together), ...together.map((other) => `--exclude=${other.ref}`), '--glob=refs/heads'];
  const own = isBranch && !deleted ? await newIds(folder, created ? [after] : [after, `^${before}`], others) : [];
  const listed = created ? own : ids;
  const distinct = new Set(own);
  const commits = await readCommits(folder, listed.slice(0, MOST_COMMITS).reverse(), { url, distinct });
  const head = deleted ? undefined : await headOf(folder, after);
  const [headCommit = null] = head === undefined ? [] : await readCommits(folder, [head], { url, distinct });
  const [owner = ''] = repository.split('/');
  const pusher = headCommit?.committer ?? { name: owner, email: null };
  return {
    ref,
    before,
    after,
    created,
    deleted,
    forced: !created && !deleted && (!isBranch || (await isForced(folder, before, after))),
    base_ref: null,
    compare: compareUrl(url, { before, after, ref, created, deleted }),
    commits,
    head_commit: headCommit,
    repository: await describe(repository, { folder, url }),
    pusher: { name: pusher.name, email: pusher.email },
    sender: { login: pusher.name, id: numberOf(pusher.name), type: 'User', site_admin: false },
  };
}

/** What refs had before their push. */
function had(changes: readonly RefChange[]): readonly string[] {
  return changes
    .filter(({ ref, before }) => ref.startsWith('refs/heads/') && !isZero(before))
    .map(({ before }) => before);
}

function isZero(id: string): boolean {
  return ZERO === id.slice(0, ZERO.length);
}

/** Newest first; at most a thousand, of which the newest are listed. */
async function newIds(folder: string, range: readonly string[], others: readonly string[]): Promise<readonly string[]> {
  return words(await git(folder, ['rev-list', '--topo-order', '--max-count=1000', ...range, ...others]));
}

/** The commit that an object is or, as a tag, points to. */
async function headOf(folder: string, id: string): Promise<string | undefined> {
  const [type, peeled] = words(
    await git(folder, ['cat-file', '--batch-check=%(objecttype) %(objectname)'], `${id}^{}\n`),
  );
  return type === 'commit' ? peeled : undefined;
}

async function isForced(folder: string, before: string, after: string): Promise<boolean> {
  return words(await git(folder, ['rev-list', '--max-count=1', before, `^${after}`])).length > 0;
}

function compareUrl(
  url: string,
  { before, after, ref, created, deleted }: Omit<RefChange, 'repository'> & { created: boolean; deleted: boolean },
): string {
  if (created) return `${url}/compare/${encodeURIComponent(ref.replace(/^refs\/(heads|tags)\//, ''))}`;
  return deleted
    ? `${url}/compare/${before.slice(0, 12)}...`
    : `${url}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`;
}

async function describe(repository: string, { folder, url }: Place): Promise<object> {
  const [owner = '', name = ''] = repository.split('/');
  const branch = (await git(folder, ['symbolic-ref', '--short', 'HEAD'])).trim();
  return {
    id: numberOf(repository),
    name,
    full_name: repository,
    private: true,
    owner: { name: owner, login: owner, id: numberOf(owner), email: null, type: 'User' },
    html_url: url,
    url,
    clone_url: `${url}.git`,
    git_url: `${url}.git`,
    fork: false,
    default_branch: branch,
    master_branch: branch,
  };
}

/** A number that stays a name's own. */
function numberOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
