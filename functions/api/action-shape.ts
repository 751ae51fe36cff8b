import { type ActionExecution, type Artifact, isDone, runOf } from '../domain/action.ts';
import type { ActionDeclaration, PipelineDeclaration } from '../domain/declaration.ts';
import { seconds } from './operation.ts';

type Status = 'InProgress' | 'Abandoned' | 'Succeeded' | 'Failed';

/** The API has four statuses of an action; ours are finer. */
export function actionStatus({ status }: ActionExecution): Status {
  switch (status) {
    case 'Pending':
    case 'Starting':
    case 'Running':
      return 'InProgress';
    case 'Succeeded':
    case 'Abandoned':
      return status;
    case 'Failed':
    case 'TimedOut':
    case 'StartOutcomeUnknown':
      return 'Failed';
  }
}

const summaryLimit = 2048;

/** ActionExecution of GetPipelineState. The token is shown while the approval is open. */
export function actionExecution(execution: ActionExecution): object {
  const {
    id,
    lastUpdateTime,
    updatedBy,
    externalId,
    url,
    summary,
    failure,
    logStreamArn,
    approvalToken,
    status,
    percentComplete,
  } = execution;
  return {
    actionExecutionId: id,
    status: actionStatus(execution),
    ...(summary === undefined ? {} : { summary: summary.slice(0, summaryLimit) }),
    lastStatusChange: seconds(lastUpdateTime),
    ...(approvalToken !== undefined && !isDone(status) ? { token: approvalToken } : {}),
    ...(updatedBy === undefined ? {} : { lastUpdatedBy: updatedBy }),
    ...(externalId === undefined ? {} : { externalExecutionId: externalId }),
    ...(url === undefined ? {} : { externalExecutionUrl: url }),
    ...(percentComplete === undefined ? {} : { percentComplete }),
    ...(failure ? { errorDetails: failure } : {}),
    ...(logStreamArn === undefined ? {} : { logStreamARN: logStreamArn }),
  };
}

/** ActionExecutionDetail of ListActionExecutions. */
export function actionExecutionDetail(
  execution: ActionExecution,
  definition: PipelineDeclaration,
  region: string,
): object {
  const declaration = definition.stages
    .find(({ name }) => name === execution.stage)
    ?.actions.find(({ name }) => name === execution.action);
  return {
    pipelineExecutionId: runOf(execution.key).run,
    actionExecutionId: execution.id,
    pipelineVersion: execution.version,
    stageName: execution.stage,
    actionName: execution.action,
    startTime: seconds(execution.startTime),
    lastUpdateTime: seconds(execution.lastUpdateTime),
    ...(execution.updatedBy === undefined ? {} : { updatedBy: execution.updatedBy }),
    status: actionStatus(execution),
    input: input(execution, declaration, region),
    output: output(execution),
  };
}

function input(
  { type, resolvedConfiguration, inputs }: ActionExecution,
  declaration: ActionDeclaration | undefined,
  region: string,
): object {
  return {
    actionTypeId: type,
    configuration: declaration?.configuration ?? {},
    ...(resolvedConfiguration ? { resolvedConfiguration } : {}),
    ...(declaration?.roleArn === undefined ? {} : { roleArn: declaration.roleArn }),
    region: declaration?.region ?? region,
    inputArtifacts: (inputs ?? []).map(artifactDetail),
    ...(declaration?.namespace === undefined ? {} : { namespace: declaration.namespace }),
  };
}

/** Of an approval in PARALLEL mode the external id is its token: GetPipelineState does not tell it. */
function output({
  outputs,
  outputVariables,
  parallel,
  approvalToken,
  externalId = parallel && approvalToken,
  url,
  summary,
  failure,
  logStreamArn,
}: ActionExecution): object {
  return {
    outputArtifacts: (outputs ?? []).map(artifactDetail),
    executionResult: {
      ...(externalId === undefined ? {} : { externalExecutionId: externalId }),
      ...(summary === undefined ? {} : { externalExecutionSummary: summary }),
      ...(url === undefined ? {} : { externalExecutionUrl: url }),
      ...(failure ? { errorDetails: failure } : {}),
      ...(logStreamArn === undefined ? {} : { logStreamARN: logStreamArn }),
    },
    outputVariables: outputVariables ?? {},
  };
}

function artifactDetail({ name, bucket, key }: Artifact): object {
  return { name, s3location: { bucket, key } };
}
