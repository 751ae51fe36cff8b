import type { FollowedBranch } from './followed-branch.ts';

/** The newest commit of a branch, as its host tells of it. Texts are a stranger's. */
export interface BranchHead {
  readonly branch: string;
  readonly commit: string;
  readonly message?: string;
}

/** Commits by branch, as they were looked at last. */
export type KnownHeads = Readonly<Record<string, string>>;

/** The branch whose head is asked for; none: those of all branches, as filters may let any through. */
export function askedBranch({ branch, filters }: Pick<FollowedBranch, 'branch' | 'filters'>): string | undefined {
  return filters ? undefined : branch;
}

/** The heads that are not as they were known. Where nothing was known, nothing is new: what was pushed before is nobody's loss. */
export function moved(heads: readonly BranchHead[], known: KnownHeads | undefined): readonly BranchHead[] {
  if (!known) return [];
  return heads.filter(({ branch, commit }) => !Object.hasOwn(known, branch) || known[branch] !== commit);
}

/** What is known after a look; of the heads that are `left`, what was known before. */
export function known(
  heads: readonly BranchHead[],
  before: KnownHeads | undefined,
  left: readonly BranchHead[],
): KnownHeads {
  return Object.fromEntries(
    heads.flatMap(({ branch, commit }) => {
      if (!left.some((each) => each.branch === branch)) return [[branch, commit]];
      const old = before && Object.hasOwn(before, branch) ? before[branch] : undefined;
      return old === undefined ? [] : [[branch, old]];
    }),
  );
}
