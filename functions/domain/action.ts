import type { ActionTypeId, ConditionType } from './declaration.ts';
import type { TaskToken } from './order.ts';
import { compareOrder } from './order.ts';
import type { Run } from './run.ts';
import type { Placed, Step } from './step.ts';

/** Why an action failed: CodePipeline's FailureType. */
export type FailureCode =
  | 'JobFailed'
  | 'ConfigurationError'
  | 'PermissionError'
  | 'RevisionOutOfSync'
  | 'RevisionUnavailable'
  | 'SystemUnavailable';

export type ActionStatus =
  | 'Pending'
  | 'Starting'
  | 'Running'
  | 'Succeeded'
  | 'Failed'
  | 'TimedOut'
  | 'Abandoned'
  | 'StartOutcomeUnknown';

/** Where an artifact lies: one object, and which version of it. */
export interface Artifact {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  /** SHA-256 in hex, where the bytes passed through us. */
  readonly sha256?: string;
  /** The source revision that it was made from. */
  readonly revision?: string;
  /** It was copied for this action, from another Region. */
  readonly copied?: true;
}

/** What a provider gives the place, name and look of its work. */
export interface External {
  readonly externalId?: string;
  readonly url?: string;
  readonly summary?: string;
  readonly logStreamArn?: string;
  /** How much of the work is done, as its worker says: 0 to 100. */
  readonly percentComplete?: number;
}

/** What was found out before the provider was asked. */
export interface Resolved {
  /** The configuration with its variables resolved. */
  readonly resolvedConfiguration?: Readonly<Record<string, string>>;
  readonly inputs?: readonly Artifact[];
}

/** What the provider's taking of the work brings. */
export interface Started extends External, Resolved {
  /** Where long work of the provider goes on. */
  readonly cursor?: string;
  /** When the provider is to be asked again; absent: as the sweeper does. Milliseconds since the epoch. */
  readonly lookAt?: number;
  /** Of an action that workers poll for: its newest job. */
  readonly job?: string;
}

/** Identifies an action execution in the table: `<pipeline id>/<run id>/<stage>.<attempt>.<run order>.<place in the stage>`; of a rule with the condition instead of the run order. */
export type ActionKey = string;

/** One attempt at an action of a run. */
export interface ActionExecution extends Started {
  readonly key: ActionKey;
  /** The actionExecutionId of the API: a UUID. */
  readonly id: string;
  readonly pipelineName: string;
  readonly stage: string;
  readonly action: string;
  readonly type: ActionTypeId;
  /** Of a rule: the condition that it belongs to. `action` is the rule's name. */
  readonly condition?: ConditionType;
  readonly version: number;
  readonly status: ActionStatus;
  /** The token of the task that waits for it. */
  readonly token?: TaskToken;
  /** A completion event came before the external id was recorded: ask the provider at once. */
  readonly eventCame?: true;
  /** When it times out, milliseconds since the epoch. */
  readonly deadline: number;
  readonly startTime: number;
  readonly lastUpdateTime: number;
  readonly updatedBy?: string;
  /** It was abandoned before it began. */
  readonly notBegun?: true;
  /** Its run is of PARALLEL mode: GetPipelineState does not show it. */
  readonly parallel?: true;
  /** How often the run's stages had been retried before. */
  readonly retries?: number;
  /** Of a manual approval: what PutApprovalResult takes. */
  readonly approvalToken?: string;
  /** Of a manual approval: our approvers have been told. */
  readonly mailed?: true;
  readonly outputs?: readonly Artifact[];
  readonly outputVariables?: Readonly<Record<string, string>>;
  readonly failure?: { readonly code: FailureCode; readonly message: string };
}

/** What came of an action. */
export type Result = External &
  Resolved & { readonly updatedBy?: string } & (
    | {
        readonly status: 'Succeeded';
        readonly outputs: readonly Artifact[];
        readonly outputVariables: Readonly<Record<string, string>>;
      }
    | {
        readonly status: 'Failed' | 'TimedOut' | 'StartOutcomeUnknown';
        readonly failure: { readonly code: FailureCode; readonly message: string };
      }
  );

/** Whether the action has its result. */
export function isDone(status: ActionStatus): boolean {
  return status !== 'Pending' && status !== 'Starting' && status !== 'Running';
}

/** The key of an attempt at an action: known from the definition alone. */
export function actionKey(
  run: Pick<Run, 'pipelineId' | 'id'>,
  place: { stage: number; attempt: number; step: Step; index: number },
): ActionKey {
  const digits = (value: number, width: number) => String(value).padStart(width, '0');
  const step = typeof place.step === 'number' ? digits(place.step, 3) : place.step;
  return `${run.pipelineId}/${run.id}/${digits(place.stage, 2)}.${digits(place.attempt, 3)}.${step}.${digits(place.index, 2)}`;
}

/** Whether a text that came from outside can be an action's key. */
export function isActionKey(text: unknown): text is ActionKey {
  return typeof text === 'string' && keyForm.test(text);
}

const keyForm = /^[0-9a-f-]{36}\/[0-9a-f-]{36}\/\d{2}\.\d{3}\.(?:\d{3}|beforeEntry|onSuccess|onFailure)\.\d{2}$/;

/** The run that an action's key belongs to. */
export function runOf(key: ActionKey): { readonly pipelineId: string; readonly run: string } {
  const [pipelineId = '', run = ''] = key.split('/');
  return { pipelineId, run };
}

/** The condition to which a key's rule belongs; undefined when it is an action's. */
export function conditionOf(key: ActionKey): ConditionType | undefined {
  const step = key.split('.').at(-2) ?? '';
  return /^\d/.test(step) || !isActionKey(key) ? undefined : (step as ConditionType);
}

/** Opens an attempt at an action, or a rule, of the run's stage: decided, not yet begun. `stage`: its place in the definition. */
export function openAction(
  run: Run,
  { declaration, index }: Placed,
  place: { stage: number; step: Step },
  given: { id: string; timeoutInMinutes: number; now: number },
): ActionExecution {
  return {
    key: actionKey(run, { ...place, attempt: run.attempt, index }),
    id: given.id,
    pipelineName: run.pipelineName,
    stage: run.stage,
    action: declaration.name,
    type: declaration.actionTypeId,
    version: run.version,
    status: 'Pending',
    deadline: given.now + given.timeoutInMinutes * 60_000,
    startTime: given.now,
    lastUpdateTime: given.now,
    ...(typeof place.step === 'number' ? {} : { condition: place.step }),
    ...(run.executionMode === 'PARALLEL' ? { parallel: true } : {}),
    ...(run.retried ? { retries: run.retried.times } : {}),
  };
}

/** What an invocation of the action's task is to do. `action`: the record to save first. */
export type Begin =
  /** A later invocation came before: nothing. */
  | { readonly todo: 'Nothing' }
  /** The result is there: save the token, then send it. */
  | { readonly todo: 'Send'; readonly action: ActionExecution }
  | { readonly todo: 'Start'; readonly action: ActionExecution }
  /** An earlier invocation may have started it at the provider. */
  | { readonly todo: 'StartAgain'; readonly action: ActionExecution }
  | { readonly todo: 'Wait'; readonly action: ActionExecution };

/** The task of an action was invoked with a token. */
export function begin(action: ActionExecution, token: TaskToken, now: number): Begin {
  if (action.token && compareOrder(token.order, action.token.order) < 0) return { todo: 'Nothing' };
  const held = { ...action, token };
  switch (action.status) {
    case 'Pending':
      return { todo: 'Start', action: start(held, now) };
    case 'Starting':
      return { todo: 'StartAgain', action: held };
    case 'Running':
      return { todo: 'Wait', action: held };
    case 'Succeeded':
    case 'Failed':
    case 'TimedOut':
    case 'Abandoned':
    case 'StartOutcomeUnknown':
      return { todo: 'Send', action: held };
  }
}

/** Its time begins now: it may have waited for others of its step to end. */
function start(action: ActionExecution, now: number): ActionExecution {
  const deadline = now + action.deadline - action.startTime;
  return { ...action, status: 'Starting', startTime: now, deadline, lastUpdateTime: now };
}

/** The provider has taken the work; undefined when the action is not starting any more, or nothing new is said of it. */
export function running(action: ActionExecution, started: Started, now: number): ActionExecution | undefined {
  if (action.status !== 'Starting' && action.status !== 'Running') return undefined;
  if (action.status === 'Running' && !action.eventCame && said.every((field) => action[field] === started[field]))
    return undefined;
  const { cursor: _, eventCame: __, lookAt: ___, ...rest } = action;
  return { ...rest, ...started, status: 'Running', lastUpdateTime: now };
}

const said = ['externalId', 'url', 'summary', 'logStreamArn', 'cursor', 'lookAt', 'percentComplete', 'job'] as const;

/** Whether somebody can be asked how an action stands. A worker cannot: it tells by itself. */
export function canBeAsked({ externalId, cursor, job }: ActionExecution): boolean {
  return cursor !== undefined || (job === undefined && externalId !== undefined);
}

/** Whether a person approves or rejects the action. A custom type of this category is carried out by workers. */
export function isManualApproval({ type }: Pick<ActionExecution, 'type'>): boolean {
  return type.category === 'Approval' && type.owner === 'AWS';
}

/** Whether an action is over, and the work that it has started may go on. Nobody can call a worker back. */
export function isLeftBehind({ status, externalId, failure, job }: ActionExecution): boolean {
  const given = status === 'Abandoned' || status === 'TimedOut' || failure?.code === 'SystemUnavailable';
  return given && externalId !== undefined && job === undefined;
}

/** Records what came of an action; undefined when it has its result already. */
export function complete(action: ActionExecution, result: Result, now: number): ActionExecution | undefined {
  if (isDone(action.status)) return undefined;
  const { cursor: _, eventCame: __, percentComplete: ___, lookAt: ____, ...rest } = action;
  return { ...rest, ...result, lastUpdateTime: now };
}

/** The run was closed under the action. */
export function abandon(action: ActionExecution, now: number): ActionExecution | undefined {
  if (isDone(action.status)) return undefined;
  const begun = action.status === 'Pending' ? { notBegun: true as const } : {};
  return { ...action, ...begun, status: 'Abandoned', lastUpdateTime: now };
}

/** The machine has given up on the action's task, by its timer or because the task failed: what is the result? */
export function settle(action: ActionExecution, error: { name: string; cause: string }, now: number): Result {
  if (action.status === 'Starting') {
    return failed(
      'StartOutcomeUnknown',
      'SystemUnavailable',
      `Start outcome unknown: the action may or may not have been started (${error.name}).`,
    );
  }
  if (action.status === 'Running' && now >= action.deadline) return timedOut(action);
  return failed(
    'Failed',
    'SystemUnavailable',
    `The action could not be carried on: ${error.name}${error.cause ? `: ${error.cause}` : ''}`,
  );
}

/** The result of an action whose deadline has passed. */
export function timedOut(action: ActionExecution): Result {
  const minutes = Math.round((action.deadline - action.startTime) / 60_000);
  return failed('TimedOut', 'JobFailed', `Action timed out after ${minutes} minutes`);
}

function failed(status: 'Failed' | 'TimedOut' | 'StartOutcomeUnknown', code: FailureCode, message: string): Result {
  return { status, failure: { code, message: message.slice(0, 5000) } };
}
