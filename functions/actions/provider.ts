import type { Artifact, External, FailureCode } from '../domain/action.ts';
import type { ActionType } from '../domain/action-type.ts';
import type { SourceRevision } from '../domain/run.ts';
import type { Work } from '../engine/work.ts';

/** What came of starting or observing. */
export type Outcome =
  /** The provider has recorded by itself how the work stands. */
  | { readonly status: 'Recorded' }
  | (External & { readonly status: 'Running'; readonly cursor?: string; readonly lookAt?: number })
  | (External & {
      readonly status: 'Succeeded';
      readonly outputs: readonly Artifact[];
      readonly outputVariables: Readonly<Record<string, string>>;
      readonly revision?: SourceRevision;
    })
  | (External & {
      readonly status: 'Failed';
      readonly code: FailureCode;
      /** The deepest cause, one sentence for the reader. */
      readonly message: string;
    });

/** What every action provider is. */
export interface Provider {
  readonly types: readonly ActionType[];
  /** Whose types it carries out besides, whatever they are. */
  readonly owner?: 'Custom';
  /**
   * What may be done when an earlier invocation may have started the action: `token`, start it again (starting twice is starting
   * once); `lookup`, find it, and give up when it is not there; `unknown`, give up.
   */
  readonly startClass: 'token' | 'lookup' | 'unknown';
  /** Starts the action; a quick one is over with it. Throws `Failure` for what the user can mend; any other error is a fault and is tried again. */
  start(work: Work): Promise<Outcome>;
  /** For `lookup`: what an earlier start has become; undefined when there is no trace of it. */
  find?(work: Work): Promise<Outcome | undefined>;
  /** Long work goes on from its cursor. */
  resume?(work: Work, cursor: string): Promise<Outcome>;
  /** Asks how the work stands. */
  observe?(work: Work, externalId: string): Promise<Outcome>;
  /** Cancels the work, by best effort. */
  stop?(work: Work, externalId: string): Promise<void>;
}
