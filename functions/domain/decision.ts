/** What was decided about an event for one source action; or, without a pipeline, that nobody follows the repository. */
export interface Decision {
  /** Sorts later decisions after earlier ones. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly commit: string;
  readonly connection: string;
  readonly repository: string;
  /** What was pushed or asked for. */
  readonly event: string;
  readonly pipelineName?: string;
  readonly action?: string;
  readonly started: boolean;
  /** The run that was started; where it came a second time, the first one's. */
  readonly run?: string;
  readonly why: string;
}

const prefixLength = 7;

/** The partition of a commit's decisions; the first 7 digits of its id are enough to find it. */
export function decisionPartition(commit: string): string {
  return `DECISIONS#${commit.slice(0, prefixLength)}`;
}

/** Whether two ids are of the same commit, one of which may be shortened. */
export function isSameCommit(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
