/**
 * A pipeline's declaration as the API takes and gives it (CodePipeline API reference, PipelineDeclaration). Member names are
 * CodePipeline's; sizes and patterns are in the service model.
 */
export interface PipelineDeclaration {
  readonly name: string;
  readonly roleArn: string;
  readonly artifactStore?: ArtifactStore;
  /** By Region. */
  readonly artifactStores?: Readonly<Record<string, ArtifactStore>>;
  readonly stages: readonly StageDeclaration[];
  readonly version?: number;
  readonly executionMode?: ExecutionMode;
  readonly pipelineType?: PipelineType;
  readonly variables?: readonly VariableDeclaration[];
  readonly triggers?: readonly TriggerDeclaration[];
}

export type ExecutionMode = 'QUEUED' | 'SUPERSEDED' | 'PARALLEL';
export type PipelineType = 'V1' | 'V2';

export interface ArtifactStore {
  readonly type: 'S3';
  readonly location: string;
  readonly encryptionKey?: { readonly id: string; readonly type: 'KMS' };
}

export interface VariableDeclaration {
  readonly name: string;
  readonly defaultValue?: string;
  readonly description?: string;
}

export interface StageDeclaration {
  readonly name: string;
  readonly blockers?: readonly { readonly name: string; readonly type: 'Schedule' }[];
  readonly actions: readonly ActionDeclaration[];
  readonly onFailure?: FailureConditions;
  readonly onSuccess?: Conditions;
  readonly beforeEntry?: Conditions;
}

/** When a stage's conditions are evaluated: the members of StageDeclaration that hold them. */
export type ConditionType = 'beforeEntry' | 'onSuccess' | 'onFailure';

/** One condition, as the model has it. */
export interface Conditions {
  readonly conditions?: readonly Condition[];
}

/** What follows when a stage has failed: a result of its own, or a condition. */
export interface FailureConditions extends Conditions {
  readonly result?: string;
  readonly retryConfiguration?: { readonly retryMode?: RetryMode };
}

/** Rules that are evaluated together: when one of them fails, the condition has failed and its result engages. */
export interface Condition {
  readonly result?: string;
  readonly rules?: readonly RuleDeclaration[];
}

/** A rule of a condition. Its type id has the category `Rule`. */
export interface RuleDeclaration {
  readonly name: string;
  readonly ruleTypeId: {
    readonly category: 'Rule';
    readonly owner?: 'AWS';
    readonly provider: string;
    readonly version?: string;
  };
  readonly configuration?: Readonly<Record<string, string>>;
  readonly commands?: readonly string[];
  readonly inputArtifacts?: readonly { readonly name: string }[];
  readonly roleArn?: string;
  readonly region?: string;
  readonly timeoutInMinutes?: number;
}

/** Which actions of a stage run again: those that did not succeed, and then what comes after them; or all. */
export type RetryMode = 'FAILED_ACTIONS' | 'ALL_ACTIONS';

/** Rules of conditions are carried out as actions are: theirs is the last. */
export type ActionCategory = 'Source' | 'Build' | 'Deploy' | 'Test' | 'Invoke' | 'Approval' | 'Compute' | 'Rule';
export type ActionOwner = 'AWS' | 'ThirdParty' | 'Custom';

export interface ActionTypeId {
  readonly category: ActionCategory;
  readonly owner: ActionOwner;
  readonly provider: string;
  readonly version: string;
}

export interface ActionDeclaration {
  readonly name: string;
  readonly actionTypeId: ActionTypeId;
  readonly runOrder?: number;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly commands?: readonly string[];
  readonly outputArtifacts?: readonly { readonly name: string; readonly files?: readonly string[] }[];
  readonly inputArtifacts?: readonly { readonly name: string }[];
  readonly outputVariables?: readonly string[];
  readonly roleArn?: string;
  readonly region?: string;
  readonly namespace?: string;
  readonly timeoutInMinutes?: number;
  readonly environmentVariables?: readonly { readonly name: string; readonly value: string; readonly type?: string }[];
}

/** A git trigger: which events behind a connection start the pipeline by one of its source actions. */
export interface TriggerDeclaration {
  readonly providerType: 'CodeStarSourceConnection';
  readonly gitConfiguration: GitFilters & { readonly sourceActionName: string };
}

/** One filter that fits is enough (GitConfiguration). */
export interface GitFilters {
  readonly push?: readonly GitPushFilter[];
  readonly pullRequest?: readonly GitPullRequestFilter[];
}

/** All that it names must fit. */
export interface GitPushFilter {
  readonly tags?: GitCriteria;
  readonly branches?: GitCriteria;
  readonly filePaths?: GitCriteria;
}

/** All that it names must fit; without `events` it is for all of them. */
export interface GitPullRequestFilter {
  readonly events?: readonly GitPullRequestEvent[];
  readonly branches?: GitCriteria;
  readonly filePaths?: GitCriteria;
}

export type GitPullRequestEvent = 'OPEN' | 'UPDATED' | 'CLOSED';

/** Glob patterns. An exclude wins; without includes everything else fits. */
export interface GitCriteria {
  readonly includes?: readonly string[];
  readonly excludes?: readonly string[];
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A rule as the action that it is carried out as. */
export function asAction({ ruleTypeId, ...rule }: RuleDeclaration): ActionDeclaration {
  return { ...rule, actionTypeId: { owner: 'AWS', version: '1', ...ruleTypeId } };
}

/** The action's place in its stage's order: equal numbers run together (1 when it is not declared). */
export function runOrder(action: ActionDeclaration): number {
  return action.runOrder ?? 1;
}

/** The run orders of a stage, ascending: each is one step. */
export function steps(stage: StageDeclaration): readonly number[] {
  return [...new Set(stage.actions.map(runOrder))].sort((a, b) => a - b);
}

/** The actions of one step of a stage, in the order of declaration. */
export function actionsOf(stage: StageDeclaration, order: number): readonly ActionDeclaration[] {
  return stage.actions.filter((action) => runOrder(action) === order);
}

/** The store of the pipeline's artifacts in a Region. Validation has seen to it that there is one. */
export function artifactStore(pipeline: PipelineDeclaration, region: string): ArtifactStore {
  const store = pipeline.artifactStores?.[region] ?? pipeline.artifactStore;
  if (!store) throw new Error(`Pipeline ${pipeline.name} has no artifact store in ${region}.`);
  return store;
}

/** The buckets of all stores of a pipeline. */
export function storesOf({ artifactStore: one, artifactStores = {} }: PipelineDeclaration): readonly string[] {
  return [...(one ? [one] : []), ...Object.values(artifactStores)].map(({ location }) => location);
}
