import type { Access } from '../aws/roles.ts';
import type { ActionExecution, Artifact, External, FailureCode } from '../domain/action.ts';
import type { ActionType } from '../domain/action-type.ts';
import type { ActionDeclaration } from '../domain/declaration.ts';
import type { Run, SourceRevision } from '../domain/run.ts';
import type { Given } from '../lambda/given.ts';

/** Where an output artifact is to be put. */
export interface OutputLocation {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  /** The artifact store's KMS key; absent: the bucket's default. */
  readonly encryptionKey?: string;
}

/** One action that a provider is to carry out. */
export interface Work extends Given {
  readonly action: ActionExecution;
  readonly run: Run;
  readonly declaration: ActionDeclaration;
  /** Variables resolved. Values are data: they come from commits and builds. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Names of the keys of the configuration whose values are not recorded. */
  readonly secrets: readonly string[];
  readonly inputs: readonly Artifact[];
  readonly outputs: readonly OutputLocation[];
  readonly access: Access;
  readonly pipelineArn: string;
}

/** What came of starting or observing. */
export type Outcome =
  | (External & { readonly status: 'Running'; readonly cursor?: string })
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
  /**
   * What may be done when an earlier invocation may have started the action: `token`, start it again (starting twice is starting
   * once); `lookup`, find it, and give up when it is not there; `unknown`, give up.
   */
  readonly startClass: 'token' | 'lookup' | 'unknown';
  /** Starts the action; a quick one is over with it. Throws `Failure` for what the user can mend; any other error is a fault and is tried again. */
  start(work: Work): Promise<Outcome>;
  /** For `lookup`: what an earlier start has become; undefined when there is no trace of it. */
  find?(work: Work): Promise<Outcome | undefined>;
  /** Long copying work goes on from its cursor. */
  resume?(work: Work, cursor: string): Promise<Outcome>;
  /** Asks how the work stands. */
  observe?(work: Work, externalId: string): Promise<Outcome>;
  /** Cancels the work, by best effort. */
  stop?(work: Work, externalId: string): Promise<void>;
}

/** An action fails for a reason that its user can mend. */
export class Failure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }
}
