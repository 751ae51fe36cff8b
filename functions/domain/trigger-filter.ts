import type { GitCriteria, GitFilters, GitPullRequestFilter, GitPushFilter } from './declaration.ts';
import type { BranchPush, ChangedFiles, GitEvent, PullRequest } from './git-event.ts';
import { type Glob, matches, readGlob } from './glob.ts';

/** Whether something fits, and why: a sentence's part. */
export interface Verdict {
  readonly fits: boolean;
  readonly why: string;
}

/**
 * Holds an event against the filters of a trigger (CodePipeline user guide, "Add trigger with code push or pull request event types"): one
 * filter that fits is enough, of a filter all that it names must fit.
 */
export function judgeFilters(filters: GitFilters, event: GitEvent): Verdict {
  const kind = event.type === 'PullRequest' ? 'pullRequest' : 'push';
  const verdicts = (filters[kind] ?? []).map((filter, index) => {
    const { fits, why } = all(criteriaOf(filter, event));
    return { fits, why: `${kind} filter ${index + 1}: ${why}` };
  });
  if (verdicts.length === 0) return no(`the trigger has no ${kind} filter`);
  return verdicts.find(({ fits }) => fits) ?? no(verdicts.map(({ why }) => why).join('; '));
}

/** Whether it depends on the changed files alone which filter fits: only then need they be known. */
export function dependsOnFiles(filters: GitFilters, event: GitEvent): boolean {
  if (event.type === 'TagPush' || (event.type === 'BranchPush' && event.isNewBranch)) return false;
  const of: readonly (GitPushFilter | GitPullRequestFilter)[] =
    (event.type === 'PullRequest' ? filters.pullRequest : filters.push) ?? [];
  const open = of.filter(({ filePaths: _, ...rest }) => all(criteriaOf(rest, event)).fits);
  return open.length > 0 && open.every(({ filePaths }) => filePaths !== undefined);
}

function criteriaOf(filter: GitPushFilter & GitPullRequestFilter, event: GitEvent): readonly (() => Verdict)[] {
  const { tags, branches, filePaths, events } = filter;
  switch (event.type) {
    case 'TagPush': {
      const ofBranches = branches ?? filePaths;
      if (!tags || ofBranches) return [() => no(`it is for pushes to branches, and '${event.tag}' is a tag`)];
      return [() => judge('tag', event.tag, tags)];
    }
    case 'BranchPush':
      if (tags) return [() => no(`it is for pushes of tags, and '${event.branch}' is a branch`)];
      return [
        () => (branches ? judge('branch', event.branch, branches) : yes(`branch '${event.branch}' is any branch`)),
        ...(filePaths ? [() => judgePush(event, filePaths)] : []),
      ];
    case 'PullRequest':
      return [
        () => judgeEvent(event, events),
        ...(branches ? [() => judge('destination branch', event.destinationBranch, branches)] : []),
        ...(filePaths ? [() => judgeFiles(event.files, filePaths)] : []),
      ];
  }
}

/** All must fit; the first that does not says why. */
function all(criteria: readonly (() => Verdict)[]): Verdict {
  const said: string[] = [];
  for (const criterion of criteria) {
    const verdict = criterion();
    if (!verdict.fits) return verdict;
    said.push(verdict.why);
  }
  return yes(said.join(', '));
}

function judgeEvent({ event, id }: PullRequest, events: GitPullRequestFilter['events']): Verdict {
  return events === undefined || events.includes(event)
    ? yes(`pull request ${id} is ${event}`)
    : no(`pull request ${id} is ${event}, and the filter is for ${events.join(', ')}`);
}

function judgePush({ branch, isNewBranch, files }: BranchPush, criteria: GitCriteria): Verdict {
  if (isNewBranch) return no(`branch '${branch}' is new, so that no file of it has changed`);
  return judgeFiles(files, criteria);
}

/** One file is enough. What is not known is taken to fit: a run too many does less harm than one that nobody misses. */
function judgeFiles(files: ChangedFiles, criteria: GitCriteria): Verdict {
  if ('unknown' in files) return yes(`the changed files are taken to fit, as they are not known: ${files.unknown}`);
  const patterns = compile(criteria);
  for (const path of files.paths) {
    const verdict = judgeBy(patterns, 'file', path);
    if (verdict.fits) return verdict;
  }
  const [only, ...others] = files.paths;
  if (only === undefined) return no('no file was changed');
  if (others.length === 0) return judgeBy(patterns, 'file', only);
  return no(`none of the ${files.paths.length} changed files is included and not excluded, '${only}' among them`);
}

function judge(what: string, name: string, criteria: GitCriteria): Verdict {
  return judgeBy(compile(criteria), what, name);
}

interface Patterns {
  readonly includes: readonly Pattern[];
  readonly excludes: readonly Pattern[];
}

interface Pattern {
  readonly text: string;
  readonly glob: Glob;
}

function judgeBy({ includes, excludes }: Patterns, what: string, name: string): Verdict {
  const shown = `${what} '${name}'`;
  const excluded = excludes.find(({ glob }) => matches(glob, name));
  if (excluded) return no(`${shown} is excluded by '${excluded.text}'`);
  if (includes.length === 0) return yes(`${shown} is not excluded`);
  const included = includes.find(({ glob }) => matches(glob, name));
  return included ? yes(`${shown} is included by '${included.text}'`) : no(`${shown} is not included`);
}

function compile({ includes = [], excludes = [] }: GitCriteria): Patterns {
  return { includes: includes.map(compiled), excludes: excludes.map(compiled) };
}

/** Definitions are accepted with patterns that can be read alone. */
function compiled(text: string): Pattern {
  const glob = readGlob(text);
  if ('fault' in glob) throw new Error(`'${text}' is no pattern: ${glob.fault}`);
  return { text, glob };
}

function yes(why: string): Verdict {
  return { fits: true, why };
}

function no(why: string): Verdict {
  return { fits: false, why };
}
