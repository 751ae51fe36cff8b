import type { ConditionType, ExecutionMode } from './declaration.ts';
import type { Order, TaskToken } from './order.ts';

/** Statuses of a run, as PipelineExecution has them. */
export type RunStatus = 'Cancelled' | 'InProgress' | 'Stopped' | 'Stopping' | 'Succeeded' | 'Superseded' | 'Failed';

export type FinalRunStatus = Exclude<RunStatus, 'InProgress' | 'Stopping'>;

export type TriggerType =
  | 'CreatePipeline'
  | 'StartPipelineExecution'
  | 'PollForSourceChanges'
  | 'Webhook'
  | 'CloudWatchEvent'
  | 'PutActionRevision'
  | 'WebhookV2'
  | 'ManualRollback'
  | 'AutomatedRollback';

/** What started a run. `git` is present for git triggers and goes into the events (form B of `execution-trigger`). */
export interface Trigger {
  readonly type: TriggerType;
  readonly detail: string;
  /** The revision or event under which what was decided about it is kept, where `git` does not say. */
  readonly revision?: string;
  readonly git?: GitTrigger;
}

export interface GitTrigger {
  readonly providerType: string;
  readonly repository: string;
  readonly connectionArn: string;
  readonly commitId: string;
  readonly commitMessage: string;
  /** That was pushed to, or that a pull request brings. */
  readonly branch?: string;
  readonly tag?: string;
  readonly pullRequest?: { readonly id: string; readonly event: string; readonly destinationBranch: string };
  readonly authorId?: string;
  readonly authorName?: string;
  readonly authorEmail?: string;
  /** ISO 8601. */
  readonly authorDate?: string;
}

/** The revision that a source action is to fetch instead of the newest. */
export interface SourceRevisionOverride {
  readonly actionName: string;
  readonly revisionType: 'COMMIT_ID' | 'IMAGE_DIGEST' | 'S3_OBJECT_VERSION_ID' | 'S3_OBJECT_KEY';
  readonly revisionValue: string;
}

/** What a source action found: ArtifactRevision and SourceRevision of the API. */
export interface SourceRevision {
  readonly actionName: string;
  readonly artifactName: string;
  readonly revisionId: string;
  readonly revisionSummary?: string;
  readonly revisionUrl?: string;
  /** Of a commit: name and address. */
  readonly author?: string;
  /** Milliseconds since the epoch. */
  readonly created?: number;
}

/** A condition that was overridden, in one attempt at its stage. */
export interface OverriddenCondition {
  readonly stage: string;
  readonly attempt: number;
  readonly condition: ConditionType;
}

/** One run of a pipeline. */
export interface Run {
  readonly id: string;
  readonly pipelineId: string;
  readonly pipelineName: string;
  /** Which run of the pipeline it is, in the order of opening. The id says nothing of order. */
  readonly sequence: number;
  readonly status: RunStatus;
  readonly statusSummary?: string;
  /** The definition's version with which it was opened. */
  readonly version: number;
  /** The mode in which it was opened: it keeps to it. */
  readonly executionMode: ExecutionMode;
  /** The stage that it is inside of, or waits before. */
  readonly stage: string;
  readonly place: 'inbound' | 'inside';
  /** Which attempt at the stage, from 0. */
  readonly attempt: number;
  /** The run order of the step that goes on, or was the last to; 0 before the first. */
  readonly step: number;
  /** The condition of the stage whose rules go on, before or after its actions. */
  readonly condition?: ConditionType;
  /** The conditions that somebody has overridden (OverrideStageCondition). */
  readonly overridden?: readonly OverriddenCondition[];
  /** The stage that it left otherwise than its own status says: skipped by its entry condition, or as succeeded, though its success condition has rolled it back. */
  readonly left?: { readonly stage: string; readonly status: 'Skipped' | 'Succeeded' };
  /** Which execution of the state machine carries the run, from 1. */
  readonly execution: number;
  /** The last Decide that acted: an older one may not. */
  readonly decided?: Order;
  /** The token of a Decide that waits. */
  readonly token?: TaskToken;
  /** History events that the current execution has spent. */
  readonly spent: number;
  /** When the current execution began; absent in the first: with the run. */
  readonly carriedSince?: number;
  readonly trigger: Trigger;
  /** It was asked to stop. */
  readonly stop?: { readonly reason?: string };
  /** How often its stages were retried; which was the last to be, and when. */
  readonly retried?: { readonly times: number; readonly stage: string; readonly at: number };
  /** The last stage that it has retried by itself. */
  readonly retriedItself?: string;
  /** It rolls its stage back, to what the run `target` brought into it: it runs that stage and no other. */
  readonly rollback?: { readonly target: string };
  /** The pipeline's variables, resolved at the start. */
  readonly variables: Readonly<Record<string, string>>;
  readonly sourceOverrides: readonly SourceRevisionOverride[];
  readonly sourceRevisions: readonly SourceRevision[];
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly lastUpdateTime: number;
  /** Its artifacts are being removed, or are: nobody may roll back to it. */
  readonly artifactsRemovedAt?: number;
}

/** Whether the run is over. */
export function isFinal(status: RunStatus): status is FinalRunStatus {
  return status !== 'InProgress' && status !== 'Stopping';
}

/** Whether a condition of the stage in which a run is was overridden in this attempt. */
export function isOverridden({ stage, attempt, condition, overridden = [] }: Run): boolean {
  return overridden.some((each) => each.stage === stage && each.attempt === attempt && each.condition === condition);
}

/** The name of the state machine's execution that carries the run: the run's id, then `<id>-2`, … */
export function executionName(run: Pick<Run, 'id' | 'execution'>): string {
  return run.execution === 1 ? run.id : `${run.id}-${run.execution}`;
}

/** Which execution of its run a name means. */
export function executionNumber(name: string): { readonly run: string; readonly execution: number } {
  const [, run, number] = /^([0-9a-f-]{36})(?:-(\d+))?$/.exec(name) ?? [];
  if (!run) throw new Error(`${name} is not the name of a run's execution.`);
  return { run, execution: Number(number ?? 1) };
}
