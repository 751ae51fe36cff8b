/** What was decided about an event for one source action; or, without a pipeline, that nobody follows its source. */
export interface Decision {
  /** Sorts later decisions after earlier ones. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Commit, version of an object or digest of an image that it is about; of an event that tells of none, its id. */
  readonly revision: string;
  /** The connection by which it was heard of, or the rule. */
  readonly by: string;
  /** Where it happened: repository, or object; the rule, where it is about neither. */
  readonly place: string;
  /** What happened: was pushed, asked for or found. */
  readonly event: string;
  readonly pipelineName?: string;
  readonly action?: string;
  readonly started: boolean;
  /** The run that was started; where it came a second time, the first one's. */
  readonly run?: string;
  readonly why: string;
  /** Nobody told of it: it was found by comparing branch heads. */
  readonly found?: true;
}

const prefixLength = 7;

/** The partition of a revision's decisions; the first 7 characters of its id are enough to find it. */
export function decisionPartition(revision: string): string {
  return `DECISIONS#${revision.slice(0, prefixLength)}`;
}

/** Whether two ids are of the same revision, one of which may be shortened. */
export function isSameRevision(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
