import { describe, expect, test } from 'vitest';
import { githubEvents } from '../../../functions/domain/host-events/github.ts';

const commitId = '0123456789abcdef0123456789abcdef01234567';
const author = { username: 'jo', name: 'Jo Doe', email: 'jo@example.com' };
const payload = {
  ref: 'refs/heads/main',
  after: commitId,
  deleted: false,
  before: '1'.repeat(40),
  repository: { full_name: 'acme/web' },
  commits: [
    { id: commitId, added: ['a'], modified: ['b'], removed: ['c'] },
    { id: 'x', added: ['a', 7] },
  ],
  head_commit: { message: 'Fix it', timestamp: '2026-01-02T03:04:05+01:00', author },
};

const githubPush = (given: unknown) => githubEvents('push', given)[0];
const branchOf = (event: ReturnType<typeof githubPush>) => (event?.type === 'BranchPush' ? event.branch : undefined);
const known = { isNewBranch: false, files: { paths: ['a', 'b', 'c'] } };
const ask = { base: payload.before, head: commitId };

describe('a push to a branch', () => {
  test.each([
    { name: 'says that it was created', more: { created: true } },
    { name: 'had no commit before', more: { before: '0'.repeat(40) } },
  ])('is of a new one when it $name', ({ more }) => {
    expect(githubPush({ ...payload, ...more })).toMatchObject({ isNewBranch: true });
  });

  test.each([
    { name: 'was forced', more: { forced: true }, unknown: 'the push was forced' },
    { name: 'lists no commits', more: { commits: [] }, unknown: 'the push lists no commits' },
    { name: 'has no list of commits', more: { commits: undefined }, unknown: 'the push lists no commits' },
    {
      name: 'lists as many commits as a host may list',
      more: { commits: Array.from({ length: 20 }, () => ({ added: [] })) },
      unknown: 'the push lists 20 commits, and may have more',
    },
    {
      name: 'lists as many files as a host may list',
      more: { commits: [{ added: Array.from({ length: 3000 }, () => 'a') }, { added: ['b'] }] },
      unknown: 'a commit of the push lists 3000 files, and may have more',
    },
  ])('has files that are to be asked for when it $name', ({ more, unknown }) => {
    expect(githubPush({ ...payload, ...more })).toMatchObject({ files: { unknown, ask } });
  });

  test('of a ref that had no commit before cannot be asked for what changed', () => {
    const event = githubPush({ ...payload, commits: [], before: 'x' });

    expect(event).toHaveProperty('files', { unknown: 'the push lists no commits' });
  });

  test('is read with its commit and author', () => {
    const push = githubPush(payload);

    expect(push).toEqual({
      type: 'BranchPush',
      ...known,
      repository: 'acme/web',
      branch: 'main',
      commitId,
      commitMessage: 'Fix it',
      authorId: 'jo',
      authorName: 'Jo Doe',
      authorEmail: 'jo@example.com',
      authorDate: '2026-01-02T03:04:05+01:00',
    });
  });

  test.each([
    { name: 'no head commit', more: { head_commit: null } },
    { name: 'an absent head commit', more: { head_commit: undefined } },
    { name: 'an empty head commit', more: { head_commit: {} } },
    { name: 'texts that are none', more: { head_commit: { message: 7, author: { name: ['x'], email: null } } } },
  ])('is read with $name', ({ more }) => {
    const push = githubPush({ ...payload, ...more });

    expect(push).toEqual({
      type: 'BranchPush',
      ...known,
      repository: 'acme/web',
      branch: 'main',
      commitId,
      commitMessage: '',
    });
  });

  test.each([
    { ref: 'refs/heads/feature/a', branch: 'feature/a' },
    { ref: 'refs/heads/refs/heads/x', branch: 'refs/heads/x' },
    { ref: 'refs/heads/__proto__', branch: '__proto__' },
  ])('names $branch', ({ ref, branch }) => {
    const push = githubPush({ ...payload, ref });

    expect(branchOf(push)).toBe(branch);
  });

  test('is read with a SHA-256 commit', () => {
    const push = githubPush({ ...payload, after: 'a'.repeat(64) });

    expect(push?.commitId).toBe('a'.repeat(64));
  });

  test('keeps no more of a text than fits', () => {
    const long = { message: 'm'.repeat(20_000), author: { ...author, name: 'n'.repeat(300) } };

    const push = githubPush({ ...payload, head_commit: long });

    expect(push?.commitMessage).toBe('m'.repeat(10_000));
    expect(push?.authorName).toBe('n'.repeat(256));
  });
});

test.each([
  { name: 'of notes', more: { ref: 'refs/notes/heads/x' } },
  { name: 'of a ref that only holds the name of one', more: { ref: 'xrefs/heads/x' } },
  { name: 'that deletes the branch', more: { deleted: true, after: '0'.repeat(40), head_commit: null } },
])('a push $name starts nothing', ({ more }) => {
  const push = githubPush({ ...payload, ...more });

  expect(push).toBeUndefined();
});

test.each([
  { name: 'null', given: null, says: 'object' },
  { name: 'a text', given: 'push', says: 'object' },
  { name: 'a list', given: [], says: 'object' },
  { name: 'a ping', given: { zen: 'Keep it simple.' }, says: 'repository' },
  {
    name: 'of a repository without a name',
    given: { ...payload, repository: {} },
    says: 'repository.full_name',
  },
  {
    name: 'of a repository whose name no key can hold',
    given: { ...payload, repository: { full_name: `acme/${'x'.repeat(600)}` } },
    says: 'repository.full_name: it has 605 characters',
  },
  { name: 'of a repository in a list', given: { ...payload, repository: [] }, says: 'repository' },
  { name: 'without a ref', given: { ...payload, ref: undefined }, says: 'ref' },
  {
    name: 'of a branch without a name that fits',
    given: { ...payload, ref: `refs/heads/${'x'.repeat(4097)}` },
    says: 'ref',
  },
  {
    name: 'of a tag without a name that fits',
    given: { ...payload, ref: `refs/tags/${'x'.repeat(4097)}` },
    says: 'ref',
  },
  { name: 'of a tag without a commit', given: { ...payload, ref: 'refs/tags/x', after: 'x' }, says: 'after' },
  { name: 'without a commit', given: { ...payload, after: undefined }, says: 'after' },
  { name: 'of a short commit', given: { ...payload, after: 'abc' }, says: 'after' },
  {
    name: 'of a commit that is an option',
    given: { ...payload, after: '--upload-pack=x'.padEnd(40, 'a') },
    says: 'after',
  },
  { name: 'of a commit with a line break', given: { ...payload, after: `${commitId}\n` }, says: 'after' },
  { name: 'with a head commit that is a text', given: { ...payload, head_commit: 'x' }, says: 'head_commit' },
  {
    name: 'with an author that is null',
    given: { ...payload, head_commit: { author: null } },
    says: 'head_commit.author',
  },
])('what is $name is no push', ({ given, says }) => {
  const read = () => githubPush(given);

  expect(read).toThrow(
    expect.objectContaining({ code: 'ValidationException', message: `The payload has no valid ${says}.` }),
  );
});

describe('a push of a tag', () => {
  test.each([
    { name: 'of a commit', head: { id: commitId }, after: commitId },
    { name: 'with an object of its own', head: { id: commitId }, after: 'f'.repeat(40) },
    { name: 'without a head commit', head: undefined, after: commitId },
  ])('is read with its commit: $name', ({ head, after }) => {
    const given = { ...payload, ref: 'refs/tags/v1/a', after, created: true, head_commit: head };

    expect(githubEvents('push', given)).toEqual([
      { type: 'TagPush', repository: 'acme/web', tag: 'v1/a', commitId, commitMessage: '' },
    ]);
  });

  test('is none when it points to no commit', () => {
    expect(githubPush({ ...payload, ref: 'refs/tags/tree', head_commit: null })).toBeUndefined();
  });

  test('is none when the tag is deleted', () => {
    expect(githubPush({ ...payload, ref: 'refs/tags/v1', deleted: true, head_commit: null })).toBeUndefined();
  });
});

describe('a pull request', () => {
  const request = {
    action: 'opened',
    number: 7,
    repository: { full_name: 'acme/web' },
    pull_request: {
      title: 'Add it',
      user: { login: 'jo' },
      head: { ref: 'topic', sha: commitId, repo: { full_name: 'acme/web' } },
      base: { ref: 'main', repo: { full_name: 'acme/web' } },
    },
  };

  test.each([
    ['opened', 'OPEN'],
    ['reopened', 'OPEN'],
    ['synchronize', 'UPDATED'],
    ['closed', 'CLOSED'],
  ])('that is %s is %s', (action, event) => {
    expect(githubEvents('pull_request', { ...request, action })).toEqual([
      {
        type: 'PullRequest',
        event,
        id: '7',
        repository: 'acme/web',
        branch: 'topic',
        headRepository: 'acme/web',
        destinationBranch: 'main',
        commitId,
        commitMessage: 'Add it',
        authorId: 'jo',
        files: { unknown: expect.any(String), ask: { pullRequest: '7' } },
      },
    ]);
  });

  test.each(['edited', 'labeled', 'constructor', '', undefined, 7, ['opened']])(
    'starts nothing when it is %j',
    (action) => {
      expect(githubEvents('pull_request', { ...request, action })).toEqual([]);
    },
  );

  test.each([null, {}, { full_name: 7 }])('whose own repository is %j comes from none', (repo) => {
    const { head, ...rest } = request.pull_request;

    const events = githubEvents('pull_request', { ...request, pull_request: { ...rest, head: { ...head, repo } } });

    expect(events).toMatchObject([{ headRepository: undefined }]);
  });

  test.each([
    [{ number: '7' }, 'number'],
    [{ repository: undefined }, 'repository'],
    [{ repository: {} }, 'repository.full_name'],
    [{ pull_request: undefined }, 'pull_request'],
    [{ pull_request: { ...request.pull_request, head: undefined } }, 'pull_request.head'],
    [{ pull_request: { ...request.pull_request, base: undefined } }, 'pull_request.base'],
    [{ pull_request: { ...request.pull_request, head: { sha: commitId } } }, 'pull_request.head.ref'],
    [{ pull_request: { ...request.pull_request, base: {} } }, 'pull_request.base.ref'],
    [{ pull_request: { ...request.pull_request, head: { ref: 'x', sha: 'y' } } }, 'pull_request.head.sha'],
  ])('is refused with %j', (more, says) => {
    expect(() => githubEvents('pull_request', { ...request, ...more })).toThrow(`no valid ${says}.`);
  });

  test('is refused when it is no object', () => {
    expect(() => githubEvents('pull_request', [])).toThrow('no valid object.');
  });

  test('may have no user', () => {
    const { user: _, ...rest } = request.pull_request;

    const [event] = githubEvents('pull_request', { ...request, pull_request: rest });

    expect(event).not.toHaveProperty('authorId');
  });

  test('starts nothing by the event of something else', () => {
    expect(githubEvents('pull_request_review', request)).toEqual([]);
  });
});

test.each(['', 'issues', 'pull_request_target', 'create'])('the event %j is of nothing', (name) => {
  expect(githubEvents(name, payload)).toEqual([]);
});
