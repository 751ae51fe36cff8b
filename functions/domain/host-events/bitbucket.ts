import type { GitPullRequestEvent } from '../declaration.ts';
import type { GitEvent } from '../git-event.ts';
import {
  commitId,
  isCommit,
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
} from './payload.ts';

type Payload = Readonly<Record<string, unknown>>;

/** A pull request that is declined starts nothing: CodePipeline's CLOSED is for merges alone with Bitbucket. */
const pullRequestEvents: ReadonlyMap<string, GitPullRequestEvent> = new Map([
  ['pullrequest:created', 'OPEN'],
  ['pullrequest:updated', 'UPDATED'],
  ['pullrequest:fulfilled', 'CLOSED'],
]);

/** As many digits as a pull request's payload has of a commit. */
const shortCommit = 12;

/** Reads Bitbucket Cloud's webhook events `repo:push`, with one event for each branch and tag, and of pull requests; none for others. */
export function bitbucketEvents(key: string, given: unknown): readonly GitEvent[] {
  const event = pullRequestEvents.get(key);
  if (key !== 'repo:push' && !event) return [];
  const payload = record(given, 'object');
  const { full_name: fullName } = record(payload['repository'], 'repository');
  const repository = repositoryName(fullName, 'repository.full_name');
  if (event) return [pullRequest(payload, repository, event)];
  const { changes } = record(payload['push'], 'push');
  if (!Array.isArray(changes)) throw missing('push.changes');
  return records(changes).flatMap((change) => pushed(change, repository) ?? []);
}

function pushed({ new: now, old, forced }: Payload, repository: string): GitEvent | undefined {
  const ref = maybeRecord(now);
  if (!ref) return undefined;
  const target = record(ref['target'], 'push.changes.new.target');
  const head = commitId(target['hash'], 'push.changes.new.target.hash');
  const name = refName(ref['name'], 'push.changes.new.name');
  const told = { repository, commitId: head, ...commitOf(target) };
  if (ref['type'] === 'tag') return { type: 'TagPush', tag: name, ...told };
  if (ref['type'] !== 'branch') return undefined;
  const base = maybeRecord(maybeRecord(old)?.['target'])?.['hash'];
  const unknown = forced === true ? 'the push was forced' : "Bitbucket's payload names none";
  const files = { unknown, ...(isCommit(base) ? { ask: { base, head } } : {}) };
  return { type: 'BranchPush', branch: name, ...told, isNewBranch: maybeRecord(old) === undefined, files };
}

function commitOf(target: Payload) {
  const author = maybeRecord(target['author']);
  const user = maybeRecord(author?.['user']);
  const [, name, email] = /^([^<]*?)\s*<([^<>]*)>$/.exec(text(author?.['raw']) ?? '') ?? [];
  return {
    commitMessage: message(target['message']),
    ...optional('authorId', text(user?.['nickname'])),
    ...optional('authorName', name),
    ...optional('authorEmail', email),
    ...optional('authorDate', text(target['date'])),
  };
}

function pullRequest(payload: Payload, repository: string, event: GitPullRequestEvent): GitEvent {
  const request = record(payload['pullrequest'], 'pullrequest');
  const source = record(request['source'], 'pullrequest.source');
  const destination = record(request['destination'], 'pullrequest.destination');
  const { hash } = record(source['commit'], 'pullrequest.source.commit');
  const { id } = request;
  if (!Number.isSafeInteger(id)) throw missing('pullrequest.id');
  const commit = commitId(hash, 'pullrequest.source.commit.hash', shortCommit);
  return {
    type: 'PullRequest',
    event,
    id: String(id),
    repository,
    branch: refName(maybeRecord(source['branch'])?.['name'], 'pullrequest.source.branch.name'),
    headRepository: text(maybeRecord(source['repository'])?.['full_name'], longestRepository),
    destinationBranch: refName(maybeRecord(destination['branch'])?.['name'], 'pullrequest.destination.branch.name'),
    commitId: commit,
    commitMessage: message(request['title']),
    ...optional('authorId', text(maybeRecord(request['author'])?.['nickname'])),
    files: { unknown: 'the payload of a pull request names none', ask: { pullRequest: String(id) } },
    // It is updated by a new title too, which its payload does not tell from new commits.
    ...(event === 'CLOSED' ? {} : { sameAs: `pull request ${id} ${commit}` }),
  };
}
