import type { Access } from '../aws/roles.ts';
import type { ActionExecution, Artifact, FailureCode } from '../domain/action.ts';
import type { ActionDeclaration } from '../domain/declaration.ts';
import type { Run } from '../domain/run.ts';
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
  /** Values of the variables that the declaration's commands refer to, by the text of the reference. */
  readonly commandVariables: Readonly<Record<string, string>>;
  /** Names of the keys of the configuration whose values are not recorded. */
  readonly secrets: readonly string[];
  readonly inputs: readonly Artifact[];
  readonly outputs: readonly OutputLocation[];
  readonly access: Access;
  /** The same role for whom the work is handed to: it reaches the artifacts of this work alone. */
  readonly worker: Access;
  readonly pipelineArn: string;
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
