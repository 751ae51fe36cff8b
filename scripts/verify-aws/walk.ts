import type { StartBuildCommandInput } from '@aws-sdk/client-codebuild';
import type { Account, StackFacts } from './account.ts';
import type { WalkMaterials } from './materials.ts';
import type { Options } from './options.ts';
import type { Maker } from './parts.ts';
import type { RunSeen } from './runs.ts';
import type { Watch } from './watch.ts';

/** What a walk has seen so far. Steps fill it in; what a step did not come to is absent. */
export interface Seen {
  first?: RunSeen;
  second?: RunSeen;
  /** The run whose approval nobody answers. */
  late?: RunSeen;
  /** The run by a role outside the stack's path. */
  outside?: RunSeen;
  /** The run during which Decide had no concurrency. */
  throttled?: RunSeen;
  /** How many of fifty approvals were open at first, and after one answer. */
  wide?: { readonly before: number; readonly after: number };
  /** The run whose execution was stopped by hand. */
  stopped?: RunSeen;
  /** What a second StartExecution of an open run answered, and of an ended one. */
  again?: { readonly open: string; readonly ended?: string };
  /** Who answered the second run's approval. */
  reviewerArn?: string;
  /** What the site served after the second run. */
  page?: string;
  /** The marker that a build of an overwritten source printed, and the one that its version had. */
  marker?: { readonly printed: string; readonly wanted: string };
  /** Ids of the builds that one token started, and of those that ListBuildsForProject showed at once. */
  token?: {
    readonly input: StartBuildCommandInput;
    /** Milliseconds. */
    readonly at: number;
    readonly first: string;
    readonly second?: string;
    readonly listed: boolean;
  };
  /** Whether an unchanged client listed the pipeline, and where its credentials were from. */
  client?: { readonly listed: boolean; readonly credentials: string };
  /** The update that was deployed while the second run waited. */
  update?: string;
  /** The second stack: its status, what outlived it, and its status when it was made again. */
  secondStack?: { readonly made: string; readonly left?: readonly string[]; readonly again?: string };
  /** What the webhook answered to a signed push and to a signed ping. */
  webhook?: { readonly signed: number; readonly unsigned: number; readonly body: string };
  /** The status of the stack's deployment. */
  deployed?: string;
}

/** A walk through an account. */
export interface Walk {
  readonly account: Account;
  readonly stack: StackFacts;
  readonly prefix: string;
  readonly maker: Maker;
  readonly materials: WalkMaterials;
  readonly options: Options;
  readonly watch: Watch;
  /** The names of its pipelines. */
  readonly names: { readonly site: string; readonly late: string; readonly wide: string; readonly outside: string };
  readonly seen: Seen;
  /** Milliseconds. */
  readonly began: number;
  /** How long a run may take, in seconds. */
  readonly patience: number;
  readonly say: (what: string) => void;
}
