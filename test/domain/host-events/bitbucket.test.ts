import { describe, expect, test } from 'vitest';
import { bitbucketEvents } from '../../../functions/domain/host-events/bitbucket.ts';

const commitId = '0123456789abcdef0123456789abcdef01234567';
const before = '1'.repeat(40);
const repository = { full_name: 'acme/web' };
const target = {
  hash: commitId,
  message: 'Fix it',
  date: '2026-01-02T03:04:05+01:00',
  author: { raw: 'Jo Doe <jo@example.com>', user: { nickname: 'jo' } },
};
const told = {
  repository: 'acme/web',
  commitId,
  commitMessage: 'Fix it',
  authorId: 'jo',
  authorName: 'Jo Doe',
  authorEmail: 'jo@example.com',
  authorDate: '2026-01-02T03:04:05+01:00',
};
const old = { type: 'branch', name: 'main', target: { hash: before } };
const main = { type: 'branch', name: 'main', target };
const push = (...changes: unknown[]) => ({ repository, push: { changes } });
const ask = { base: before, head: commitId };

test('a push is read with an event for each branch and tag, and none for what is deleted', () => {
  const events = bitbucketEvents(
    'repo:push',
    push(
      { old, new: main },
      { old, new: null },
      { old: null, new: { ...main, type: 'tag', name: 'v1' } },
      { old: null, new: { ...main, name: 'new' } },
    ),
  );

  expect(events).toEqual([
    {
      type: 'BranchPush',
      branch: 'main',
      ...told,
      isNewBranch: false,
      files: { unknown: "Bitbucket's payload names none", ask },
    },
    { type: 'TagPush', tag: 'v1', ...told },
    { type: 'BranchPush', branch: 'new', ...told, isNewBranch: true, files: { unknown: expect.any(String) } },
  ]);
});

test('a push that was forced says so', () => {
  expect(bitbucketEvents('repo:push', push({ old, new: main, forced: true }))).toMatchObject([
    { files: { unknown: 'the push was forced', ask } },
  ]);
});

test.each([
  ['of a name', 'Jo'],
  ['of no text', ''],
  ['of a number', 7],
  ['of nothing', undefined],
  ['of many brackets', '<'.repeat(100_000)],
])('an author %s has no name and address', (_, raw) => {
  const [event] = bitbucketEvents('repo:push', push({ old, new: { ...main, target: { ...target, author: { raw } } } }));

  expect(event).not.toHaveProperty('authorName');
});

test.each([
  ['Jo  <jo@example.com>', 'Jo', 'jo@example.com'],
  ['Jo<jo@example.com>', 'Jo', 'jo@example.com'],
  ['a<b <jo@example.com>', undefined, undefined],
  ['Jo <jo@example.com> (away)', undefined, undefined],
])('the author %s has the name and address of its text', (raw, authorName, authorEmail) => {
  const [event] = bitbucketEvents('repo:push', push({ old, new: { ...main, target: { ...target, author: { raw } } } }));

  expect([event?.authorName, event?.authorEmail]).toEqual([authorName, authorEmail]);
});

test('a commit may have no author', () => {
  const { author: _, ...nobody } = target;

  const events = bitbucketEvents('repo:push', push({ old, new: { ...main, target: nobody } }));

  expect(events).toMatchObject([{ commitId, authorDate: told.authorDate }]);
  expect(events[0]).not.toHaveProperty('authorId');
});

test('a change of what is neither branch nor tag starts nothing', () => {
  expect(bitbucketEvents('repo:push', push({ old, new: { ...main, type: 'bookmark' } }))).toEqual([]);
});

describe('a pull request', () => {
  const request = {
    repository,
    pullrequest: {
      id: 7,
      title: 'Add it',
      author: { nickname: 'jo' },
      source: { branch: { name: 'topic' }, commit: { hash: commitId.slice(0, 12) }, repository },
      destination: { branch: { name: 'main' }, commit: { hash: before.slice(0, 12) }, repository },
    },
  };

  test.each([
    ['pullrequest:created', 'OPEN', { sameAs: 'pull request 7 0123456789ab' }],
    ['pullrequest:updated', 'UPDATED', { sameAs: 'pull request 7 0123456789ab' }],
    ['pullrequest:fulfilled', 'CLOSED', {}],
  ])('of the event %s is %s', (key, event, more) => {
    expect(bitbucketEvents(key, request)).toEqual([
      {
        type: 'PullRequest',
        event,
        id: '7',
        repository: 'acme/web',
        branch: 'topic',
        headRepository: 'acme/web',
        destinationBranch: 'main',
        commitId: '0123456789ab',
        commitMessage: 'Add it',
        authorId: 'jo',
        files: { unknown: expect.any(String), ask: { pullRequest: '7' } },
        ...more,
      },
    ]);
  });

  const changed = (more: object) => ({ ...request, pullrequest: { ...request.pullrequest, ...more } });

  test.each([
    [{ id: '7' }, 'pullrequest.id'],
    [{ source: null }, 'pullrequest.source'],
    [{ destination: null }, 'pullrequest.destination'],
    [{ source: { branch: { name: 'topic' } } }, 'pullrequest.source.commit'],
    [{ source: { branch: { name: 'topic' }, commit: { hash: 'abc' } } }, 'pullrequest.source.commit.hash'],
    [{ source: { commit: { hash: commitId } } }, 'pullrequest.source.branch.name'],
    [{ destination: {} }, 'pullrequest.destination.branch.name'],
  ])('is refused with %j', (more, says) => {
    expect(() => bitbucketEvents('pullrequest:created', changed(more))).toThrow(`The payload has no valid ${says}.`);
  });

  test('is refused without its members', () => {
    expect(() => bitbucketEvents('pullrequest:created', { repository })).toThrow('no valid pullrequest.');
  });

  test('may come from a repository that nobody sees, by nobody', () => {
    const { author: _, ...rest } = request.pullrequest;
    const given = { repository, pullrequest: { ...rest, source: { ...rest.source, repository: null } } };

    const [event] = bitbucketEvents('pullrequest:created', given);

    expect(event).toMatchObject({ headRepository: undefined });
    expect(event).not.toHaveProperty('authorId');
  });

  test.each(['pullrequest:rejected', 'pullrequest:comment_created', 'repo:fork', ''])('starts nothing by %s', (key) => {
    expect(bitbucketEvents(key, request)).toEqual([]);
  });
});

test.each([
  { given: null, says: 'object' },
  { given: {}, says: 'repository' },
  { given: { repository: {} }, says: 'repository.full_name' },
  { given: push({ old, new: { ...main, target: null } }), says: 'push.changes.new.target' },
  { given: push({ old, new: { ...main, name: '' } }), says: 'push.changes.new.name' },
  { given: { repository }, says: 'push' },
  { given: { repository, push: {} }, says: 'push.changes' },
  {
    given: push({ old, new: { ...main, target: { hash: commitId.slice(0, 12) } } }),
    says: 'push.changes.new.target.hash',
  },
])('a push without a valid $says is refused', ({ given, says }) => {
  expect(() => bitbucketEvents('repo:push', given)).toThrow(`The payload has no valid ${says}.`);
});
