import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GitFilters, GitPullRequestFilter, GitPushFilter } from '../../functions/domain/declaration.ts';
import {
  type BranchPush,
  changedFiles,
  type GitEvent,
  type PullRequest,
  type TagPush,
} from '../../functions/domain/git-event.ts';
import { dependsOnFiles, judgeFilters } from '../../functions/domain/trigger-filter.ts';

const told = { repository: 'acme/web', commitId: 'a'.repeat(40), commitMessage: 'm' };
const push = (branch: string, ...paths: string[]): BranchPush => ({
  ...told,
  type: 'BranchPush',
  branch,
  isNewBranch: false,
  files: { paths },
});
const tag = (name: string): TagPush => ({ ...told, type: 'TagPush', tag: name });
const request = (event: PullRequest['event'], destinationBranch: string, ...paths: string[]): PullRequest => ({
  ...told,
  type: 'PullRequest',
  event,
  id: '7',
  branch: 'topic',
  headRepository: 'acme/web',
  destinationBranch,
  files: { paths },
});
const pushes = (...filters: GitPushFilter[]): GitFilters => ({ push: filters });
const requests = (...filters: GitPullRequestFilter[]): GitFilters => ({ pullRequest: filters });

interface Case {
  readonly filters: GitFilters;
  readonly event: GitEvent;
  readonly why: string;
}

const onBranches = pushes({ branches: { includes: ['main', 'release/**'], excludes: ['release/old*'] } });
const onTags = pushes({ tags: { includes: ['v*'], excludes: ['v*-rc*'] } });
const onDocs = pushes({
  branches: { includes: ['main'] },
  filePaths: { includes: ['docs/**'], excludes: ['**/*.md'] },
});
const merged = requests({ events: ['CLOSED'], branches: { includes: ['main'] } });

describe('an event fits', () => {
  test.each<Case>([
    { filters: onBranches, event: push('main'), why: "push filter 1: branch 'main' is included by 'main'" },
    { filters: onBranches, event: push('release/a/b'), why: "included by 'release/**'" },
    { filters: pushes({}), event: push('x'), why: "branch 'x' is any branch" },
    { filters: pushes({ branches: { excludes: ['x'] } }), event: push('y'), why: "branch 'y' is not excluded" },
    { filters: onTags, event: tag('v1.0'), why: "push filter 1: tag 'v1.0' is included by 'v*'" },
    {
      filters: onDocs,
      event: push('main', 'src/a.ts', 'docs/a.md', 'docs/a.html'),
      why: "branch 'main' is included by 'main', file 'docs/a.html' is included by 'docs/**'",
    },
    {
      filters: onDocs,
      event: { ...push('main'), files: { unknown: 'the push was forced' } },
      why: 'the changed files are taken to fit, as they are not known: the push was forced',
    },
    {
      filters: pushes({ filePaths: { excludes: ['a'] } }),
      event: push('x', 'a', 'b'),
      why: "file 'b' is not excluded",
    },
    { filters: { push: [...(onTags.push ?? []), {}] }, event: push('x'), why: 'push filter 2' },
    { filters: merged, event: request('CLOSED', 'main'), why: 'pullRequest filter 1: pull request 7 is CLOSED' },
    { filters: requests({}), event: request('OPEN', 'main'), why: 'pull request 7 is OPEN' },
    {
      filters: requests({ filePaths: { includes: ['*'] } }),
      event: request('UPDATED', 'main', 'a'),
      why: "pull request 7 is UPDATED, file 'a' is included by '*'",
    },
  ])('$why', ({ filters, event, why }) => {
    expect(judgeFilters(filters, event)).toEqual({ fits: true, why: expect.stringContaining(why) });
  });
});

describe('an event does not fit', () => {
  test.each<Case>([
    { filters: onBranches, event: push('dev'), why: "push filter 1: branch 'dev' is not included" },
    { filters: onBranches, event: push('release/older'), why: "is excluded by 'release/old*'" },
    { filters: onBranches, event: tag('main'), why: "it is for pushes to branches, and 'main' is a tag" },
    { filters: pushes({}), event: tag('v1'), why: "'v1' is a tag" },
    { filters: onTags, event: push('v1'), why: "it is for pushes of tags, and 'v1' is a branch" },
    { filters: onTags, event: tag('v1-rc2'), why: "tag 'v1-rc2' is excluded by 'v*-rc*'" },
    { filters: pushes({ tags: { includes: ['*'] }, branches: {} }), event: tag('v1'), why: 'is a tag' },
    { filters: pushes({ tags: { includes: ['*'] }, branches: {} }), event: push('x'), why: 'is a branch' },
    { filters: onDocs, event: push('dev', 'docs/a'), why: "branch 'dev' is not included" },
    { filters: onDocs, event: push('main', 'docs/a.md'), why: "file 'docs/a.md' is excluded by '**/*.md'" },
    {
      filters: onDocs,
      event: push('main', 'a', 'b'),
      why: "none of the 2 changed files is included and not excluded, 'a'",
    },
    { filters: onDocs, event: push('main'), why: 'no file was changed' },
    {
      filters: onDocs,
      event: { ...push('main', 'docs/a'), isNewBranch: true },
      why: "branch 'main' is new, so that no file of it has changed",
    },
    { filters: merged, event: request('OPEN', 'main'), why: 'is OPEN, and the filter is for CLOSED' },
    {
      filters: requests({ events: ['OPEN', 'UPDATED'] }),
      event: request('CLOSED', 'main'),
      why: 'the filter is for OPEN, UPDATED',
    },
    { filters: merged, event: request('CLOSED', 'dev'), why: "destination branch 'dev' is not included" },
    { filters: merged, event: push('main'), why: 'the trigger has no push filter' },
    { filters: onBranches, event: request('OPEN', 'main'), why: 'the trigger has no pullRequest filter' },
    {
      filters: pushes({ branches: { includes: ['a'] } }, { branches: { includes: ['b'] } }),
      event: push('c'),
      why: '; push filter 2',
    },
  ])('$why', ({ filters, event, why }) => {
    expect(judgeFilters(filters, event)).toEqual({ fits: false, why: expect.stringContaining(why) });
  });
});

test('a pattern that can be none is a fault: no definition has it', () => {
  expect(() => judgeFilters(pushes({ branches: { includes: ['['] } }), push('x'))).toThrow("'[' is no pattern");
});

describe('the files need be known', () => {
  test.each([
    { name: 'where they decide', filters: onDocs, event: push('main'), need: true },
    { name: 'of a pull request too', filters: requests({ filePaths: {} }), event: request('OPEN', 'x'), need: true },
    { name: 'not where the branch has decided', filters: onDocs, event: push('dev'), need: false },
    { name: 'not of a new branch', filters: onDocs, event: { ...push('main'), isNewBranch: true }, need: false },
    {
      name: 'not where another filter fits',
      filters: pushes(...(onDocs.push ?? []), {}),
      event: push('main'),
      need: false,
    },
    { name: 'not of a tag', filters: pushes({ tags: {}, filePaths: {} }), event: tag('v1'), need: false },
    { name: 'not without a filter of the kind', filters: onDocs, event: request('OPEN', 'main'), need: false },
  ])('$name', ({ filters, event, need }) => {
    expect(dependsOnFiles(filters, event)).toBe(need);
  });
});

test('too many files are not known', () => {
  const many = Array.from({ length: 3001 }, (_, index) => `f${index}`);

  expect(changedFiles(many)).toEqual({ unknown: expect.stringContaining('3001') });
  expect(changedFiles(['x'.repeat(300_001)])).toEqual({ unknown: expect.stringContaining('300001') });
  expect(changedFiles(['x'.repeat(300_000)])).toEqual({ paths: ['x'.repeat(300_000)] });
  expect(changedFiles([...many.slice(1), 'f1'])).toEqual({ paths: many.slice(1) });
});

describe('whatever the filters', () => {
  const name = fc.constantFrom('a', 'b', 'ab', 'a/b');
  const pattern = fc.constantFrom('*', '**', 'a', 'a*', 'a/*', '?');
  const criteria = fc.record({ includes: fc.array(pattern), excludes: fc.array(pattern) }, { requiredKeys: [] });
  const filter = fc.record({ branches: criteria, filePaths: criteria }, { requiredKeys: [] });

  test('an excluded branch never starts, and one more filter never stops what starts', () => {
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 3 }), filter, name, fc.array(name), (filters, more, branch, paths) => {
        const event = push(branch, ...paths);
        const excluding = filters.map((each) => ({ ...each, branches: { ...each.branches, excludes: [branch] } }));

        expect(judgeFilters({ push: excluding }, event).fits).toBe(false);
        if (judgeFilters({ push: filters }, event).fits)
          expect(judgeFilters({ push: [...filters, more] }, event).fits).toBe(true);
      }),
    );
  });

  test('what does not depend on the files is judged the same, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 3 }), name, fc.array(name), (filters, branch, paths) => {
        const [known, unknown] = [push(branch, ...paths), { ...push(branch), files: { unknown: 'x' } }];
        fc.pre(!dependsOnFiles({ push: filters }, known));

        expect(judgeFilters({ push: filters }, known).fits).toBe(judgeFilters({ push: filters }, unknown).fits);
      }),
    );
  });
});
