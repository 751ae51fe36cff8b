import type {
  ActionDeclaration,
  ActionExecutionDetail,
  ErrorDetails,
  PipelineExecutionSummary,
  SourceRevision,
  StageState,
} from '@aws-sdk/client-codepipeline';
import { placeOf } from './build-log.ts';
import type { Snapshot } from './read-pipeline.ts';
import { goesOn } from './status.ts';

/** An action of a stage as the stage's run met it. */
export interface ActionPicture {
  readonly stage: string;
  readonly name: string;
  readonly provider: string;
  /** The API's status, or `WaitingForApproval` or `NotStarted`; of a rule also `Unknown`. */
  readonly status: string;
  readonly declaration: ActionDeclaration | undefined;
  /** Undefined while the run has not come to it. */
  readonly execution?: ActionExecutionDetail;
}

/** The conditions of a stage, in the order in which a run meets them. */
export const conditionTypes = ['beforeEntry', 'onSuccess', 'onFailure'] as const;
export type ConditionType = (typeof conditionTypes)[number];

/** A rule of a condition as the stage's run met it. */
export interface RulePicture extends ActionPicture {
  readonly condition: ConditionType;
  /** What engages when the condition fails. */
  readonly result: string;
}

/** A stage with the run that is inside, or was last. */
export interface StagePicture {
  readonly name: string;
  readonly run?: string;
  readonly status: string;
  readonly waiting: readonly string[];
  /** Present while the transition into the stage is disabled. */
  readonly closed?: { readonly reason: string; readonly by: string };
  readonly revisions: readonly SourceRevision[];
  readonly actions: readonly ActionPicture[];
  readonly rules: readonly RulePicture[];
}

/** An action or a rule that a run failed by, and why. */
export interface Cause {
  readonly execution: ActionExecutionDetail;
  readonly error: ErrorDetails;
}

/** The stages in the order of the pipeline. */
export function stagesOf(snapshot: Snapshot): readonly StagePicture[] {
  return snapshot.stages.map((stage) => stageOf(snapshot, stage));
}

/**
 * The actions and rules that a run failed by, the first to fail first: its newest failure and those that went on beside it. A failure that
 * was over when the newest one began has been retried.
 */
export function causesOf(snapshot: Snapshot, run: PipelineExecutionSummary): readonly Cause[] {
  const id = run.pipelineExecutionId ?? '';
  const failed = [...(snapshot.actions.get(id) ?? []), ...failingRules(snapshot, id)]
    .filter(({ status }) => status === 'Failed')
    .sort((a, b) => endOf(a) - endOf(b));
  const last = failed.at(-1);
  if (!last) return [];
  return failed
    .filter((execution) => endOf(execution) >= startOf(last))
    .map((execution) => ({ execution, error: execution.output?.executionResult?.errorDetails ?? {} }));
}

/** Rules that keep a run from going on when they fail: not those that skip a stage, nor those that only decide what follows a failure. */
function failingRules(snapshot: Snapshot, run: string): readonly ActionExecutionDetail[] {
  return stagesOf(snapshot)
    .filter((stage) => stage.run === run)
    .flatMap(({ rules }) => rules)
    .filter(({ condition, result }) => condition !== 'onFailure' && result !== 'SKIP')
    .flatMap(({ execution }) => execution ?? []);
}

/** Action executions with a log, the newest first. */
export function buildsOf({ actions, asked }: Snapshot): readonly ActionExecutionDetail[] {
  return [...actions.values(), asked ? [asked] : []]
    .flat()
    .filter((execution) => placeOf(logOf(execution)) !== undefined)
    .sort((a, b) => startOf(b) - startOf(a));
}

/** Whether something of the pipeline goes on, so that a reader will want to see it move. */
export function isMoving({ runs, stages }: Snapshot): boolean {
  return (
    runs.some(({ status }) => goesOn(status)) || stages.some(({ latestExecution }) => goesOn(latestExecution?.status))
  );
}

/** The ARN of the log of an action execution. */
export function logOf({ output }: ActionExecutionDetail): string | undefined {
  return output?.executionResult?.logStreamARN;
}

/** Milliseconds since the epoch. */
export function startOf({ startTime }: { readonly startTime?: Date | undefined }): number {
  return startTime?.getTime() ?? 0;
}

/** When it was last heard of: the end of what is over. */
export function endOf({ lastUpdateTime }: { readonly lastUpdateTime?: Date | undefined }): number {
  return lastUpdateTime?.getTime() ?? 0;
}

function stageOf(snapshot: Snapshot, stage: StageState): StagePicture {
  const { stageName: name = '', latestExecution, inboundTransitionState: way } = stage;
  const run = latestExecution?.pipelineExecutionId ?? runOfParallel(snapshot);
  const actions = actionsOf(snapshot, stage, run);
  return {
    name,
    ...(run === undefined ? {} : { run }),
    status: stageStatus(latestExecution?.status, actions),
    waiting: (stage.inboundExecutions ?? []).flatMap(({ pipelineExecutionId: id }) => id ?? []),
    ...(way?.enabled === false ? { closed: { reason: way.disabledReason ?? '', by: way.lastChangedBy ?? '' } } : {}),
    revisions: snapshot.runs.find(({ pipelineExecutionId: id }) => id === run)?.sourceRevisions ?? [],
    actions,
    rules: conditionTypes.flatMap((type) => rulesOf(snapshot, stage, type, run)),
  };
}

/**
 * A rule's name is its own in its condition only: by the execution that the state tells of for this condition it is known in the run's
 * history. A PARALLEL pipeline has no such state: there a name tells, and what two conditions have is unknown.
 */
function rulesOf(
  { declaration, rules }: Snapshot,
  stage: StageState,
  condition: ConditionType,
  run: string | undefined,
): readonly RulePicture[] {
  const declared = declaration.stages?.find(({ name }) => name === stage.stageName);
  const namesOf = (type: ConditionType) =>
    (declared?.[type]?.conditions ?? []).flatMap(({ rules = [] }) => rules.map(({ name }) => name));
  const names = conditionTypes.flatMap(namesOf);
  const isParallel = declaration.executionMode === 'PARALLEL';
  const states = (stage[`${condition}ConditionState`]?.conditionStates ?? []).flatMap(
    ({ ruleStates = [] }) => ruleStates,
  );
  const executions = run === undefined ? [] : (rules.get(run) ?? []);
  return (declared?.[condition]?.conditions ?? []).flatMap(({ result = 'FAIL', rules: each = [] }) =>
    each.map(({ name = '', ruleTypeId }) => {
      const id = states.find(({ ruleName }) => ruleName === name)?.latestExecution?.ruleExecutionId;
      const named = executions.filter(
        ({ stageName, actionName }) => stageName === stage.stageName && actionName === name,
      );
      const isShared = isParallel && names.filter((other) => other === name).length > 1;
      const execution = isParallel
        ? isShared
          ? undefined
          : named[0]
        : named.find((one) => one.actionExecutionId === id);
      return {
        ...{ stage: stage.stageName ?? '', name, provider: ruleTypeId?.provider ?? '', condition, result },
        status: isShared && named.length > 0 ? 'Unknown' : (execution?.status ?? 'NotStarted'),
        declaration: undefined,
        ...(execution ? { execution } : {}),
      };
    }),
  );
}

/** A PARALLEL pipeline has no state of its own (GetPipelineState): its newest run stands for it. */
function runOfParallel({ declaration, runs }: Snapshot): string | undefined {
  return declaration.executionMode === 'PARALLEL' ? runs[0]?.pipelineExecutionId : undefined;
}

function stageStatus(told: string | undefined, actions: readonly ActionPicture[]): string {
  const open = actions.filter(({ status }) => status === 'InProgress' || status === 'WaitingForApproval');
  const waits = open.length > 0 && open.every(({ status }) => status === 'WaitingForApproval');
  if (told !== undefined) return told === 'InProgress' && waits ? 'WaitingForApproval' : told;
  if (waits) return 'WaitingForApproval';
  if (open.length > 0) return 'InProgress';
  const reached = actions.filter(({ status }) => status !== 'NotStarted');
  if (reached.length < actions.length) return reached.at(-1)?.status === 'Failed' ? 'Failed' : 'NotStarted';
  return actions.find(({ status }) => status !== 'Succeeded')?.status ?? 'Succeeded';
}

function actionsOf({ declaration, actions }: Snapshot, stage: StageState, run: string | undefined) {
  const declared = declaration.stages?.find(({ name }) => name === stage.stageName)?.actions ?? [];
  const executions = run === undefined ? [] : (actions.get(run) ?? []);
  return (stage.actionStates ?? [])
    .map(({ actionName: name = '' }) =>
      actionOf(
        stage.stageName ?? '',
        name,
        declared.find((each) => each.name === name),
        executions,
      ),
    )
    .sort((a, b) => (a.declaration?.runOrder ?? 1) - (b.declaration?.runOrder ?? 1));
}

/** GetPipelineState goes on showing executions of earlier runs where the newest has not come yet: only those of the stage's run count. */
function actionOf(
  stage: string,
  name: string,
  declaration: ActionDeclaration | undefined,
  executions: readonly ActionExecutionDetail[],
): ActionPicture {
  const execution = executions.find(({ stageName, actionName }) => stageName === stage && actionName === name);
  const type = execution?.input?.actionTypeId ?? declaration?.actionTypeId;
  const common = { stage, name, provider: type?.provider ?? '', declaration };
  if (!execution) return { ...common, status: 'NotStarted' };
  const waits = type?.category === 'Approval' && execution.status === 'InProgress';
  return { ...common, status: waits ? 'WaitingForApproval' : (execution.status ?? 'NotStarted'), execution };
}
