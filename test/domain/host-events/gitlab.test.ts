import { describe, expect, test } from 'vitest';
import { gitlabEvents } from '../../../functions/domain/host-events/gitlab.ts';

const commitId = '0123456789abcdef0123456789abcdef01234567';
const before = '1'.repeat(40);
const zero = '0'.repeat(40);
const author = { name: 'Jo Doe', email: 'jo@example.com' };
const one = { id: commitId, message: 'Fix it\n', timestamp: '2026-01-02T03:04:05+01:00', author, added: ['a'] };
const push = {
  object_kind: 'push',
  ref: 'refs/heads/feature/a',
  before,
  after: commitId,
  checkout_sha: commitId,
  project: { path_with_namespace: 'group/sub/web' },
  commits: [one, { id: 'x', modified: ['b'], removed: ['c'] }],
  total_commits_count: 2,
};
const told = {
  repository: 'group/sub/web',
  commitId,
  commitMessage: 'Fix it\n',
  authorName: 'Jo Doe',
  authorEmail: 'jo@example.com',
  authorDate: '2026-01-02T03:04:05+01:00',
};
const ask = { base: before, head: commitId };

test('a push to a branch is read with its commit, author and files', () => {
  expect(gitlabEvents(push)).toEqual([
    { type: 'BranchPush', branch: 'feature/a', ...told, isNewBranch: false, files: { paths: ['a', 'b', 'c'] } },
  ]);
});

test.each([
  { name: 'of a new branch', more: { before: zero }, has: { isNewBranch: true } },
  {
    name: 'of more commits than are listed',
    more: { total_commits_count: 25 },
    has: { files: { unknown: 'the push lists 2 of 25 commits', ask } },
  },
  { name: 'that lists its commit last', more: { commits: [{ id: 'x' }, one] }, has: { commitMessage: 'Fix it\n' } },
  { name: 'that lists none', more: { commits: [] }, has: { files: { unknown: 'the push lists no commits', ask } } },
])('a push $name says so', ({ more, has }) => {
  expect(gitlabEvents({ ...push, ...more })).toMatchObject([has]);
});

test('of a push without a commit before, nobody can be asked what changed', () => {
  const [event] = gitlabEvents({ ...push, commits: [], before: 'x' });

  expect(event).toHaveProperty('files', { unknown: 'the push lists no commits' });
});

test('a push of a tag is read with its commit, which is not the tag’s own object', () => {
  const tag = { ...push, object_kind: 'tag_push', ref: 'refs/tags/v1', before: zero, after: 'f'.repeat(40) };

  expect(gitlabEvents(tag)).toEqual([{ type: 'TagPush', tag: 'v1', ...told }]);
});

describe('a merge request', () => {
  const request = {
    object_kind: 'merge_request',
    project: push.project,
    object_attributes: {
      iid: 7,
      action: 'open',
      source_branch: 'topic',
      target_branch: 'main',
      source: push.project,
      target: push.project,
      last_commit: one,
    },
  };
  const changed = (more: object) => ({ ...request, object_attributes: { ...request.object_attributes, ...more } });

  test.each([
    ['open', 'OPEN', {}],
    ['reopen', 'OPEN', {}],
    ['update', 'UPDATED', { oldrev: before }],
    ['merge', 'CLOSED', {}],
    ['close', 'CLOSED', {}],
  ])('whose action is %s is %s', (action, event, more) => {
    expect(gitlabEvents(changed({ action, ...more }))).toEqual([
      {
        type: 'PullRequest',
        event,
        id: '7',
        branch: 'topic',
        headRepository: 'group/sub/web',
        destinationBranch: 'main',
        ...told,
        files: { unknown: expect.any(String), ask: { pullRequest: '7' } },
      },
    ]);
  });

  test.each([{ action: 'update' }, { action: 'approved', oldrev: before }, { action: undefined }])(
    'starts nothing: %j',
    (more) => {
      expect(gitlabEvents(changed(more))).toEqual([]);
    },
  );

  test('may come from a project that nobody sees', () => {
    expect(gitlabEvents(changed({ source: null }))).toMatchObject([{ headRepository: undefined }]);
  });

  test.each([
    [{ iid: '7' }, 'object_attributes.iid'],
    [{ last_commit: null }, 'object_attributes.last_commit'],
    [{ last_commit: { id: 'x' } }, 'object_attributes.last_commit.id'],
    [{ source_branch: '' }, 'object_attributes.source_branch'],
    [{ target_branch: 7 }, 'object_attributes.target_branch'],
  ])('is refused with %j', (more, says) => {
    expect(() => gitlabEvents(changed(more))).toThrow(`The payload has no valid ${says}.`);
  });

  test('is refused without its members', () => {
    expect(() => gitlabEvents({ ...request, object_attributes: [] })).toThrow('no valid object_attributes.');
  });

  test('of a fork names it', () => {
    const events = gitlabEvents(changed({ source: { path_with_namespace: 'stranger/web' } }));

    expect(events).toMatchObject([{ headRepository: 'stranger/web', repository: 'group/sub/web' }]);
  });
});

test.each([
  { name: 'another event', given: { ...push, object_kind: 'note' } },
  { name: 'a deleted branch', given: { ...push, after: zero, checkout_sha: null } },
])('$name starts nothing', ({ given }) => {
  expect(gitlabEvents(given)).toEqual([]);
});

test.each([
  { given: [], says: 'object' },
  { given: { ...push, ref: 'refs/tags/v1' }, says: 'ref' },
  { given: { ...push, ref: undefined }, says: 'ref' },
  { given: { ...push, ref: `refs/heads/${'x'.repeat(4097)}` }, says: 'ref' },
  { given: { ...push, project: undefined }, says: 'project' },
  { given: { ...push, project: {} }, says: 'project.path_with_namespace' },
  { given: { ...push, checkout_sha: '--option' }, says: 'checkout_sha' },
])('what has no valid $says is refused', ({ given, says }) => {
  expect(() => gitlabEvents(given)).toThrow(`The payload has no valid ${says}.`);
});
