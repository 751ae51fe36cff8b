import { describe, expect, test } from 'vitest';
import { githubPush } from '../../functions/domain/push.ts';

const commitId = '0123456789abcdef0123456789abcdef01234567';
const author = { username: 'jo', name: 'Jo Doe', email: 'jo@example.com' };
const payload = {
  ref: 'refs/heads/main',
  after: commitId,
  deleted: false,
  repository: { full_name: 'acme/web' },
  head_commit: { message: 'Fix it', timestamp: '2026-01-02T03:04:05+01:00', author },
};

describe('a push to a branch', () => {
  test('is read with its commit and author', () => {
    const push = githubPush(payload);

    expect(push).toEqual({
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

    expect(push).toEqual({ repository: 'acme/web', branch: 'main', commitId, commitMessage: '' });
  });

  test.each([
    { ref: 'refs/heads/feature/a', branch: 'feature/a' },
    { ref: 'refs/heads/refs/heads/x', branch: 'refs/heads/x' },
    { ref: 'refs/heads/__proto__', branch: '__proto__' },
  ])('names $branch', ({ ref, branch }) => {
    const push = githubPush({ ...payload, ref });

    expect(push?.branch).toBe(branch);
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
  { name: 'to a tag', more: { ref: 'refs/tags/v1' } },
  { name: 'of notes', more: { ref: 'refs/notes/heads/x' } },
  { name: 'that deletes the branch', more: { deleted: true, after: '0'.repeat(40), head_commit: null } },
])('a push $name starts nothing', ({ more }) => {
  const push = githubPush({ ...payload, ...more });

  expect(push).toBeUndefined();
});

test.each([
  { name: 'null', given: null, says: 'the payload' },
  { name: 'a text', given: 'push', says: 'the payload' },
  { name: 'a list', given: [], says: 'the payload' },
  { name: 'a ping', given: { zen: 'Keep it simple.' }, says: 'repository' },
  {
    name: 'of a repository without a name',
    given: { ...payload, repository: {} },
    says: 'ref and repository.full_name',
  },
  {
    name: 'of a repository whose name no key can hold',
    given: { ...payload, repository: { full_name: `acme/${'x'.repeat(600)}` } },
    says: 'repository.full_name: it has 605 characters',
  },
  { name: 'of a repository in a list', given: { ...payload, repository: [] }, says: 'repository' },
  { name: 'without a ref', given: { ...payload, ref: undefined }, says: 'ref and repository.full_name' },
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
    expect.objectContaining({ code: 'ValidationException', message: `The push has no valid ${says}.` }),
  );
});
