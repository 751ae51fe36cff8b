import type { FollowedBranch } from './followed-branch.ts';
import type { GitEvent } from './git-event.ts';
import { judgeFilters, type Verdict } from './trigger-filter.ts';

/** Whether an event starts a pipeline by a source action, and why: a sentence's part. */
export function judgeEvent(
  { branch, filters }: Pick<FollowedBranch, 'branch' | 'filters'>,
  event: GitEvent,
  { skipCi }: { readonly skipCi: boolean },
): Verdict {
  if (event.type === 'PullRequest' && event.headRepository !== event.repository)
    return no(foreign(event.headRepository));
  const verdict = filters ? judgeFilters(filters, event) : judgeBranch(branch, event);
  if (verdict.fits && skipCi && event.type === 'BranchPush' && /\[(?:skip ci|ci skip)\]/i.test(event.commitMessage))
    return no('the message of the commit says to skip it, which the connection allows');
  return verdict;
}

/** What was pushed or asked for, in a few words. */
export function describe(event: GitEvent): string {
  switch (event.type) {
    case 'BranchPush':
      return `push to branch '${event.branch}'`;
    case 'TagPush':
      return `push of tag '${event.tag}'`;
    case 'PullRequest':
      return `${event.event} of pull request ${event.id} from '${event.branch}' into '${event.destinationBranch}'`;
  }
}

/** What comes from a fork is a stranger's to write: it starts nothing, whatever the filters say. */
function foreign(headRepository: string | undefined): string {
  const whose = headRepository === undefined ? 'a repository that is gone' : `the fork '${headRepository}'`;
  return `the pull request comes from ${whose}, and only those from the repository itself start pipelines`;
}

/** Without a trigger pushes to the action's branch start the pipeline. */
function judgeBranch(branch: string, event: GitEvent): Verdict {
  if (event.type !== 'BranchPush') return no(`the action has no trigger, and follows pushes to branch '${branch}'`);
  return event.branch === branch
    ? { fits: true, why: `the action follows branch '${branch}'` }
    : no(`the action follows branch '${branch}', not '${event.branch}'`);
}

function no(why: string): Verdict {
  return { fits: false, why };
}
