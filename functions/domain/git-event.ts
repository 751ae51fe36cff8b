import type { GitPullRequestEvent } from './declaration.ts';

/** What happened in a repository, whichever host tells of it. All texts are a stranger's. */
export type GitEvent = BranchPush | TagPush | PullRequest;

interface Told {
  readonly repository: string;
  /** What a run builds: the newest commit of the branch, the commit of the tag, the newest of the pull request's own branch. */
  readonly commitId: string;
  readonly commitMessage: string;
  readonly authorId?: string;
  readonly authorName?: string;
  readonly authorEmail?: string;
  readonly authorDate?: string;
  /** What makes it the same event when it comes again, where that is more than the same body. */
  readonly sameAs?: string;
}

export interface BranchPush extends Told {
  readonly type: 'BranchPush';
  readonly branch: string;
  /** The branch was not there before: there is nothing to compare its files with. */
  readonly isNewBranch: boolean;
  readonly files: ChangedFiles;
}

export interface TagPush extends Told {
  readonly type: 'TagPush';
  readonly tag: string;
}

export interface PullRequest extends Told {
  readonly type: 'PullRequest';
  readonly event: GitPullRequestEvent;
  readonly id: string;
  /** The branch that it brings, of `headRepository`: undefined when that is gone. */
  readonly branch: string;
  readonly headRepository: string | undefined;
  /** Into which it is to be merged. */
  readonly destinationBranch: string;
  readonly files: ChangedFiles;
}

/** Paths of the files that were added, changed or removed; or why they are not known, and how the host may be asked. */
export type ChangedFiles =
  | { readonly paths: readonly string[] }
  | { readonly unknown: string; readonly ask?: FilesQuestion };

/** Between two commits, or of a pull request. */
export type FilesQuestion = { readonly base: string; readonly head: string } | { readonly pullRequest: string };

const mostPaths = 3000;
const mostCharacters = 300_000;

/** The files of an event, once each. Too many to be held against patterns in good time are not known. */
export function changedFiles(paths: Iterable<string>): ChangedFiles {
  const found = new Set(paths);
  let characters = 0;
  for (const path of found) characters += path.length;
  return found.size > mostPaths || characters > mostCharacters
    ? { unknown: `there are ${found.size} of them, of which the paths have ${characters} characters` }
    : { paths: [...found] };
}
