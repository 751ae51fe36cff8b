import { describe, expect, it } from 'vitest';
import type { GitFilters } from '../../functions/domain/declaration.ts';
import type { BranchPush, GitEvent, PullRequest, TagPush } from '../../functions/domain/git-event.ts';
import { describe as described, judgeEvent } from '../../functions/domain/judge-event.ts';

const told = { repository: 'acme/web', commitId: 'a'.repeat(40), commitMessage: 'Say more' };
const push: BranchPush = { ...told, type: 'BranchPush', branch: 'main', isNewBranch: false, files: { paths: [] } };
const tag: TagPush = { ...told, type: 'TagPush', tag: 'v1' };
const request: PullRequest = {
  ...told,
  type: 'PullRequest',
  event: 'OPEN',
  id: '7',
  branch: 'topic',
  headRepository: 'acme/web',
  destinationBranch: 'main',
  files: { paths: [] },
};
const saying = <E extends GitEvent>(event: E, commitMessage: string): E => ({ ...event, commitMessage });
const filters: GitFilters = {
  push: [{ branches: { includes: ['main'] } }, { tags: { includes: ['v*'] } }],
  pullRequest: [{ branches: { includes: ['main'] } }],
};
const judged = (event: GitEvent, of: { filters?: GitFilters; skipCi?: boolean } = {}) =>
  judgeEvent({ branch: 'main', ...(of.filters ? { filters: of.filters } : {}) }, event, { skipCi: of.skipCi ?? false });

describe('an action without a trigger', () => {
  const noTrigger = "the action has no trigger, and follows pushes to branch 'main'";

  it.each<[GitEvent, boolean, string]>([
    [push, true, "the action follows branch 'main'"],
    [{ ...push, branch: 'maine' }, false, "the action follows branch 'main', not 'maine'"],
    [tag, false, noTrigger],
    [{ ...tag, tag: 'main' }, false, noTrigger],
    [request, false, noTrigger],
  ])('is started by pushes to its branch alone: %#', (event, fits, why) => {
    expect(judged(event)).toEqual({ fits, why });
  });
});

describe('an action with a trigger', () => {
  it.each<[GitEvent, boolean, string]>([
    [push, true, "push filter 1: branch 'main' is included by 'main'"],
    [
      { ...push, branch: 'topic' },
      false,
      "push filter 1: branch 'topic' is not included; push filter 2: it is for pushes of tags, and 'topic' is a branch",
    ],
    [tag, true, "push filter 2: tag 'v1' is included by 'v*'"],
    [request, true, "pullRequest filter 1: pull request 7 is OPEN, destination branch 'main' is included by 'main'"],
  ])('is started by what its filters let through: %#', (event, fits, why) => {
    expect(judged(event, { filters })).toEqual({ fits, why });
  });

  it('follows its branch no more', () => {
    expect(judged(push, { filters: {} })).toEqual({ fits: false, why: 'the trigger has no push filter' });
  });
});

it.each<[string | undefined, string]>([
  ['mallory/web', "the fork 'mallory/web'"],
  ['', "the fork ''"],
  [undefined, 'a repository that is gone'],
])('nothing is started by a pull request from elsewhere, whatever filters say: %s', (headRepository, whose) => {
  const why = `the pull request comes from ${whose}, and only those from the repository itself start pipelines`;

  expect(judged({ ...request, headRepository }, { filters })).toEqual({ fits: false, why });
  expect(judged({ ...request, headRepository })).toEqual({ fits: false, why });
});

describe('a commit whose message says to skip it', () => {
  it.each(['[skip ci]', '[ci skip]', '[Skip CI]', 'Say more\n\nno need: [CI SKIP].'])(
    'starts nothing where the connection allows that: %s',
    (message) => {
      const event = saying(push, message);
      const skipped = {
        fits: false,
        why: 'the message of the commit says to skip it, which the connection allows',
      };

      expect(judged(event, { skipCi: true })).toEqual(skipped);
      expect(judged(event, { skipCi: true, filters })).toEqual(skipped);
      expect(judged(event)).toEqual({ fits: true, why: "the action follows branch 'main'" });
    },
  );

  it.each<[string, GitEvent, boolean]>([
    ['a message without brackets', saying(push, 'skip ci'), true],
    ['a message with one bracket', saying(push, '[skip ci'), true],
    ['a message with other words', saying(push, '[skip]'), true],
    ['a tag', saying(tag, '[skip ci]'), true],
    ['a pull request', saying(request, '[skip ci]'), true],
    ['a push that does not fit anyhow', { ...saying(push, '[skip ci]'), branch: 'topic' }, false],
  ])('is another thing than %s', (_, event, fits) => {
    const verdict = judged(event, { skipCi: true, filters });

    expect(verdict).toEqual(judged(event, { filters }));
    expect(verdict.fits).toBe(fits);
  });
});

it.each<[GitEvent, string]>([
  [push, "push to branch 'main'"],
  [tag, "push of tag 'v1'"],
  [request, "OPEN of pull request 7 from 'topic' into 'main'"],
  [{ ...request, event: 'CLOSED' }, "CLOSED of pull request 7 from 'topic' into 'main'"],
])('an event is told in a few words: %#', (event, words) => {
  expect(described(event)).toBe(words);
});
