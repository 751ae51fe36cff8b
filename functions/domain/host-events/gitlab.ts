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

/** Reads GitLab's webhook events `push`, `tag_push` and `merge_request`; none for others, and for what builds nothing. */
export function gitlabEvents(given: unknown): readonly GitEvent[] {
  const payload = record(given, 'object');
  if (payload['object_kind'] === 'push') return push(payload, 'refs/heads/');
  if (payload['object_kind'] === 'tag_push') return push(payload, 'refs/tags/');
  if (payload['object_kind'] === 'merge_request') return mergeRequest(payload);
  return [];
}

function push(payload: Payload, prefix: 'refs/heads/' | 'refs/tags/'): readonly GitEvent[] {
  const { ref, before, after } = payload;
  if (typeof ref !== 'string' || !ref.startsWith(prefix)) throw missing('ref');
  const repository = repositoryOf(payload);
  if (isZero(after)) return [];
  // `after` is the tag's own object where it has a message.
  const commit = commitId(payload['checkout_sha'] ?? after, 'checkout_sha');
  const told = {
    repository,
    commitId: commit,
    ...commitOf(records(payload['commits']).find(({ id }) => id === commit)),
  };
  const name = refName(ref.slice(prefix.length), 'ref');
  if (prefix === 'refs/tags/') return [{ type: 'TagPush', tag: name, ...told }];
  return [{ type: 'BranchPush', branch: name, ...told, isNewBranch: isZero(before), files: filesOf(payload) }];
}

/** GitLab lists 20 commits, and says how many there are. */
function filesOf({ before, after, commits: listed, total_commits_count: total }: Payload): ChangedFiles {
  const ask = isCommit(before) && isCommit(after) ? { ask: { base: before, head: after } } : {};
  const commits = records(listed);
  if (commits.length === 0) return { unknown: 'the push lists no commits', ...ask };
  if (total !== commits.length)
    return { unknown: `the push lists ${commits.length} of ${JSON.stringify(total)} commits`, ...ask };
  return changedFiles(commits.flatMap(({ added, modified, removed }) => [added, modified, removed].flatMap(texts)));
}

function mergeRequest(payload: Payload): readonly GitEvent[] {
  const request = record(payload['object_attributes'], 'object_attributes');
  const event = eventOf(request);
  if (!event) return [];
  const { iid } = request;
  if (!Number.isSafeInteger(iid)) throw missing('object_attributes.iid');
  const commit = record(request['last_commit'], 'object_attributes.last_commit');
  return [
    {
      type: 'PullRequest',
      event,
      id: String(iid),
      repository: repositoryOf(payload),
      branch: refName(request['source_branch'], 'object_attributes.source_branch'),
      headRepository: text(maybeRecord(request['source'])?.['path_with_namespace'], longestRepository),
      destinationBranch: refName(request['target_branch'], 'object_attributes.target_branch'),
      commitId: commitId(commit['id'], 'object_attributes.last_commit.id'),
      ...commitOf(commit),
      files: { unknown: 'the payload of a merge request names none', ask: { pullRequest: String(iid) } },
    },
  ];
}

/** An update without a former revision changed a title, a label, an assignee. */
function eventOf({ action, oldrev }: Payload): GitPullRequestEvent | undefined {
  if (action === 'open' || action === 'reopen') return 'OPEN';
  if (action === 'merge' || action === 'close') return 'CLOSED';
  return action === 'update' && isCommit(oldrev) ? 'UPDATED' : undefined;
}

function commitOf(commit: Payload | undefined) {
  const author = maybeRecord(commit?.['author']);
  return {
    commitMessage: message(commit?.['message']),
    ...optional('authorName', text(author?.['name'])),
    ...optional('authorEmail', text(author?.['email'])),
    ...optional('authorDate', text(commit?.['timestamp'])),
  };
}

function repositoryOf(payload: Payload): string {
  const { path_with_namespace: path } = record(payload['project'], 'project');
  return repositoryName(path, 'project.path_with_namespace');
}
