/** A value of the States Language: JSON in which strings of the form `{% … %}` are JSONata. */
export type Template = unknown;

/** When and how often a state that failed is tried again; seconds. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** Where a state that failed goes on. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

/** A way out of a Choice state. */
export interface Choice {
  readonly Condition: Template;
  readonly Next: string;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

/** A state, with the fields of every type; `readDefinition` has seen to it that it has those of its own. */
export interface State {
  readonly Type: 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Map' | 'Parallel' | 'Succeed' | 'Fail';
  readonly QueryLanguage?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Arguments?: Template;
  readonly Resource?: string;
  readonly TimeoutSeconds?: Template;
  readonly HeartbeatSeconds?: Template;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly Choice[];
  readonly Default?: string;
  readonly Seconds?: Template;
  readonly Timestamp?: Template;
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly MaxConcurrency?: Template;
  readonly ItemProcessor?: Machine & { readonly ProcessorConfig?: { readonly Mode?: string } };
  readonly Branches?: readonly Machine[];
  readonly Error?: Template;
  readonly Cause?: Template;
}

/** States that belong together: a state machine, the processor of a Map, a branch of a Parallel. */
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly QueryLanguage?: string;
  readonly TimeoutSeconds?: number;
}
