import type { GitPullRequestEvent } from '../declaration.ts';
import { type ChangedFiles, changedFiles, type GitEvent } from '../git-event.ts';
import {
  commitId,
  isCommit,
  isZero,
  longestRepository,
  maybeRecord,
  message,
  missing,
  optional,
  record,
  records,
  refName,
  repositoryName,
  text,
  texts,
} from './payload.ts';

type Payload = Readonly<Record<string, unknown>>;

/** GitHub Enterprise Server lists 20 commits of a push and says nothing of more. */
const mostCommits = 20;
/** As many files as GitHub lists of a commit. */
const mostFiles = 3000;

const pullRequestEvents: Readonly<Record<string, GitPullRequestEvent>> = {
  opened: 'OPEN',
  reopened: 'OPEN',
  synchronize: 'UPDATED',
  closed: 'CLOSED',
};

/** Reads GitHub's webhook events `push` and `pull_request`; none for others, and for what builds nothing. Refuses what is not as GitHub sends it. */
export function githubEvents(name: string, given: unknown): readonly GitEvent[] {
  if (name === 'push') return push(record(given, 'object'));
  if (name === 'pull_request') return pullRequest(record(given, 'object'));
  return [];
}

function push(payload: Payload): readonly GitEvent[] {
  const { ref, after, deleted } = payload;
  const { full_name: fullName } = record(payload['repository'], 'repository');
  if (typeof ref !== 'string') throw missing('ref');
  const repository = repositoryName(fullName, 'repository.full_name');
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.+)/s.exec(ref) ?? [];
  if (kind === undefined || deleted === true) return [];
  const head = maybeMember(payload, 'head_commit');
  const told = { repository, ...commitOf(head) };
  if (kind === 'tags') {
    // It points to no commit: there is nothing to build.
    if (payload['head_commit'] === null) return [];
    // `after` is the tag's own object where it has a message.
    const commit = commitId(isCommit(head['id']) ? head['id'] : after, 'after');
    return [{ type: 'TagPush', tag: refName(name, 'ref'), commitId: commit, ...told }];
  }
  return [
    {
      type: 'BranchPush',
      branch: refName(name, 'ref'),
      commitId: commitId(after, 'after'),
      ...told,
      isNewBranch: payload['created'] === true || isZero(payload['before']),
      files: filesOf(payload),
    },
  ];
}

function commitOf(head: Payload) {
  const author = head['author'] === undefined ? {} : record(head['author'], 'head_commit.author');
  return {
    commitMessage: message(head['message']),
    ...optional('authorId', text(author['username'])),
    ...optional('authorName', text(author['name'])),
    ...optional('authorEmail', text(author['email'])),
    ...optional('authorDate', text(head['timestamp'])),
  };
}

/** Of a push that was forced, or whose commits are perhaps not all listed, the files are not known. */
function filesOf({ before, after, forced, commits: listed }: Payload): ChangedFiles {
  const ask = isCommit(before) && isCommit(after) ? { ask: { base: before, head: after } } : {};
  if (forced === true) return { unknown: 'the push was forced', ...ask };
  const commits = records(listed);
  if (commits.length === 0) return { unknown: 'the push lists no commits', ...ask };
  if (commits.length >= mostCommits)
    return { unknown: `the push lists ${commits.length} commits, and may have more`, ...ask };
  const files = commits.map(({ added, modified, removed }) => [added, modified, removed].flatMap(texts));
  if (files.some((paths) => paths.length >= mostFiles))
    return { unknown: `a commit of the push lists ${mostFiles} files, and may have more`, ...ask };
  return changedFiles(files.flat());
}

function pullRequest(payload: Payload): readonly GitEvent[] {
  const { action, number } = payload;
  const event = typeof action === 'string' && Object.hasOwn(pullRequestEvents, action) && pullRequestEvents[action];
  if (!event) return [];
  const { full_name: fullName } = record(payload['repository'], 'repository');
  const request = record(payload['pull_request'], 'pull_request');
  const head = record(request['head'], 'pull_request.head');
  const base = record(request['base'], 'pull_request.base');
  if (!Number.isSafeInteger(number)) throw missing('number');
  return [
    {
      type: 'PullRequest',
      event,
      id: String(number),
      repository: repositoryName(fullName, 'repository.full_name'),
      branch: refName(head['ref'], 'pull_request.head.ref'),
      headRepository: text(maybeRecord(head['repo'])?.['full_name'], longestRepository),
      destinationBranch: refName(base['ref'], 'pull_request.base.ref'),
      commitId: commitId(head['sha'], 'pull_request.head.sha'),
      commitMessage: message(request['title']),
      ...optional('authorId', text(maybeRecord(request['user'])?.['login'])),
      files: { unknown: 'the payload of a pull request names none', ask: { pullRequest: String(number) } },
    },
  ];
}

function maybeMember(payload: Payload, name: string): Payload {
  const value = payload[name];
  return value === null || value === undefined ? {} : record(value, name);
}
