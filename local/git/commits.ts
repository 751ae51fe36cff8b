import { git } from './run.ts';

/** A commit as GitHub's push payload has it. */
export interface Commit {
  readonly id: string;
  readonly tree_id: string;
  readonly distinct: boolean;
  readonly message: string;
  /** When it was committed, ISO with the committer's offset. */
  readonly timestamp: string;
  readonly url: string;
  readonly author: Person;
  readonly committer: Person;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

/** `username` is the e-mail's local part: there are no accounts here to look it up in. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly username: string;
}

/** As many names of files as GitHub lists; a first commit may have a hundred thousand. */
const MOST_FILES = 3000;

const FIELDS = ['%H', '%T', '%B', '%cI', '%an', '%ae', '%cn', '%ce'];

/** Reads commits, in the order of `ids`. `distinct` holds those that no other branch had. */
export async function readCommits(
  folder: string,
  ids: readonly string[],
  { url, distinct }: { url: string; distinct: ReadonlySet<string> },
): Promise<readonly Commit[]> {
  if (ids.length === 0) return [];
  const log = await git(
    folder,
    ['log', '--no-walk=unsorted', '-z', `--format=${FIELDS.join('%x00')}`, '--stdin'],
    lines(ids),
  );
  const files = await readFiles(folder, ids);
  const values = log.split('\0');
  return ids.map((_, index) => {
    const [id = '', tree = '', message = '', timestamp = '', ...people] = values.slice(index * 8, index * 8 + 8);
    const [author = '', authorEmail = '', committer = '', committerEmail = ''] = people;
    return {
      id,
      tree_id: tree,
      distinct: distinct.has(id),
      message: message.replace(/\n+$/, ''),
      timestamp,
      url: `${url}/commit/${id}`,
      author: person(author, authorEmail),
      committer: person(committer, committerEmail),
      ...filesOf(files.get(id) ?? []),
    };
  });
}

type FileChange = readonly [status: string, path: string];

/** Changed files by commit; a merge's are those against its first parent. */
async function readFiles(folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, readonly FileChange[]>> {
  const options = ['--stdin', '-z', '-r', '--root', '--name-status', '--no-renames', '--diff-merges=first-parent'];
  const tokens = (await git(folder, ['diff-tree', ...options], lines(ids))).split('\0');
  const files = new Map<string, FileChange[]>();
  let current: FileChange[] = [];
  for (let index = 0; index < tokens.length - 1; index += 1) {
    const token = tokens[index] ?? '';
    if (token.length < 40) {
      index += 1;
      current.push([token, tokens[index] ?? '']);
    } else {
      current = [];
      files.set(token, current);
    }
  }
  return files;
}

function filesOf(changes: readonly FileChange[]): Pick<Commit, 'added' | 'removed' | 'modified'> {
  const listed = changes.slice(0, MOST_FILES);
  const paths = (...statuses: string[]) =>
    listed.filter(([status]) => statuses.includes(status)).map(([, path]) => path);
  return { added: paths('A'), removed: paths('D'), modified: paths('M', 'T') };
}

function person(name: string, email: string): Person {
  return { name, email, username: email.split('@')[0] ?? '' };
}

function lines(ids: readonly string[]): string {
  return `${ids.join('\n')}\n`;
}
