import { readActions, readLatest } from '../../aws/action-record.ts';
import { readActionTypeRecords } from '../../aws/action-type-record.ts';
import { loadDefinition } from '../../aws/definitions.ts';
import { readPipeline } from '../../aws/pipeline-record.ts';
import { readRun } from '../../aws/run-record.ts';
import type { ActionExecution } from '../../domain/action.ts';
import { actionUrls, type CustomActionType } from '../../domain/custom-action-type.ts';
import type { ActionDeclaration, PipelineDeclaration, StageDeclaration } from '../../domain/declaration.ts';
import { type Gate, gateOf, type Pipeline, type Visitor } from '../../domain/pipeline.ts';
import { conditionTypes, rulesOf } from '../../domain/step.ts';
import { actionExecution } from '../action-shape.ts';
import { conditionStates } from '../condition-states.ts';
import { findPipeline } from '../find-pipeline.ts';
import { type Operation, seconds } from '../operation.ts';

/**
 * GetPipelineState: per stage the latest run, who waits in which order, and the latest execution of each action. A PARALLEL pipeline has
 * stages and transitions, and no run in them (user guide, execution modes).
 */
export const getPipelineState: Operation<{ name: string }> = async ({ name }, given) => {
  const summary = await findPipeline(name, given);
  const record = await readPipeline(summary.id);
  if (!record) throw new Error(`Pipeline ${summary.id} has no record.`);
  const { pipeline } = record;
  const definition = await loadDefinition(summary.id, summary.version);
  const stateOf = pipeline.executionMode === 'PARALLEL' ? bareState : await stateOfRuns(pipeline, definition);
  return {
    pipelineName: name,
    pipelineVersion: summary.version,
    stageStates: definition.stages.map((stage) => stateOf(stage, gateOf(pipeline, stage.name))),
    created: seconds(summary.created),
    updated: seconds(summary.updated),
  };
};

type StateOf = (stage: StageDeclaration, gate: Gate) => object;

const bareState: StateOf = ({ name: stageName, actions }, gate) => ({
  stageName,
  inboundTransitionState: transition(gate),
  actionStates: actions.map(({ name: actionName }) => ({ actionName })),
});

async function stateOfRuns(pipeline: Pipeline, definition: PipelineDeclaration): Promise<StateOf> {
  const keys = await readLatest(pipeline.id, definition.stages.flatMap(shownOf));
  const executions = (await readActions(keys.flatMap((key) => key ?? []))).map(({ action }) => action);
  const stopping = await stoppingRuns(pipeline);
  const types = await customTypes(definition);
  const conditions = await conditionStates(pipeline, executions);
  return (stage, gate) => ({ ...stageState(stage, gate, executions, stopping, types), ...conditions(stage) });
}

/** The actions of a stage, and the rules of its conditions. */
function shownOf(stage: StageDeclaration) {
  const of = (declarations: readonly ActionDeclaration[]) =>
    declarations.map(({ name: action }) => ({ stage: stage.name, action }));
  const rules = conditionTypes.flatMap((condition) =>
    of(rulesOf(stage, condition)).map((each) => ({ ...each, condition })),
  );
  return [...of(stage.actions), ...rules];
}

function stageState(
  stage: StageDeclaration,
  gate: Gate,
  executions: readonly ActionExecution[],
  stopping: ReadonlySet<string>,
  types: readonly CustomActionType[],
): object {
  const inbound = gate.waiting.map((visitor) => ({
    pipelineExecutionId: visitor.run,
    status: 'InProgress',
    type: executionType(visitor),
  }));
  return {
    ...bareState(stage, gate),
    ...(inbound.length > 0 ? { inboundExecution: inbound[0], inboundExecutions: inbound } : {}),
    actionStates: stage.actions.map((action) => {
      const execution = executions.find(
        (each) => each.stage === stage.name && each.action === action.name && each.condition === undefined,
      );
      return {
        actionName: action.name,
        ...(execution ? actionState(execution) : {}),
        ...urlsOf(action, execution, types),
      };
    }),
    ...(gate.last ? { latestExecution: latestExecution(gate.last, stopping) } : {}),
    ...(gate.last && (gate.last.retries || gate.last.automatic) ? { retryStageMetadata: retries(gate.last) } : {}),
  };
}

function retries({ retries, automatic }: NonNullable<Gate['last']>): object {
  return {
    ...(automatic ? { autoStageRetryAttempt: 1 } : {}),
    ...(retries ? { manualStageRetryAttempt: retries } : {}),
    latestRetryTrigger: automatic === 'Latest' ? 'AutomatedStageRetry' : 'ManualStageRetry',
  };
}

function actionState(execution: ActionExecution): object {
  const revision = execution.outputs?.find(({ revision }) => revision !== undefined)?.revision;
  return {
    ...(execution.type.category === 'Source' && revision !== undefined
      ? {
          currentRevision: {
            revisionId: revision,
            revisionChangeId: execution.id,
            created: seconds(execution.lastUpdateTime),
          },
        }
      : {}),
    latestExecution: actionExecution(execution),
    ...(execution.url === undefined ? {} : { entityUrl: execution.url }),
  };
}

/** The pages of an action of a custom type, by the configuration that it ran with, or is declared with. */
function urlsOf(
  { actionTypeId, configuration = {} }: ActionDeclaration,
  execution: ActionExecution | undefined,
  types: readonly CustomActionType[],
): object {
  const { category, owner, provider, version } = actionTypeId;
  const type = types.find(
    ({ id }) => owner === 'Custom' && id.category === category && id.provider === provider && id.version === version,
  );
  return type ? actionUrls(type, execution?.resolvedConfiguration ?? configuration) : {};
}

async function customTypes({ stages }: PipelineDeclaration): Promise<readonly CustomActionType[]> {
  const ids = stages.flatMap(({ actions }) => actions.map(({ actionTypeId }) => actionTypeId));
  const records = await readActionTypeRecords(ids.filter(({ owner }) => owner === 'Custom'));
  return records.map(({ type }) => type);
}

function latestExecution(last: NonNullable<Gate['last']>, stopping: ReadonlySet<string>): object {
  const { run, status } = last;
  return {
    pipelineExecutionId: run,
    status: status === 'InProgress' && stopping.has(run) ? 'Stopping' : status,
    type: executionType(last),
  };
}

function executionType({ rollback }: Visitor): 'STANDARD' | 'ROLLBACK' {
  return rollback ? 'ROLLBACK' : 'STANDARD';
}

function transition({ disabled, enabled }: Gate): object {
  if (!disabled)
    return { enabled: true, ...(enabled ? { lastChangedBy: enabled.by, lastChangedAt: seconds(enabled.at) } : {}) };
  return {
    enabled: false,
    lastChangedBy: disabled.by,
    lastChangedAt: seconds(disabled.at),
    disabledReason: disabled.reason,
  };
}

/** Runs inside stages that are asked to stop; one that waits stops at once. */
async function stoppingRuns(pipeline: Pipeline): Promise<ReadonlySet<string>> {
  const inside = pipeline.gates.flatMap(({ holder }) => holder ?? []);
  const found = await Promise.all(inside.map((run) => readRun(pipeline.id, run)));
  return new Set(found.flatMap((record) => (record?.run.status === 'Stopping' ? [record.run.id] : [])));
}
