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
  const { id, logStreamArn, approvalToken, status, percentComplete } = execution;
  return {
    actionExecutionId: id,
    ...latestExecution(execution),
    ...(approvalToken !== undefined && !isDone(status) ? { token: approvalToken } : {}),
    ...(percentComplete === undefined ? {} : { percentComplete }),
    ...(logStreamArn === undefined ? {} : { logStreamARN: logStreamArn }),
  };
}

/** What ActionExecution and RuleExecution have in common. */
export function latestExecution(execution: ActionExecution): object {
  const { lastUpdateTime, updatedBy, externalId, url, summary, failure } = execution;
  return {
    status: actionStatus(execution),
    ...(summary === undefined ? {} : { summary: summary.slice(0, summaryLimit) }),
    lastStatusChange: seconds(lastUpdateTime),
    ...(updatedBy === undefined ? {} : { lastUpdatedBy: updatedBy }),
    ...(externalId === undefined ? {} : { externalExecutionId: externalId }),
    ...(url === undefined ? {} : { externalExecutionUrl: url }),
    ...(failure ? { errorDetails: failure } : {}),
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
  const { id, action, type, parallel, approvalToken, outputs, outputVariables, logStreamArn } = execution;
  // Of an approval in PARALLEL mode the external id is its token: GetPipelineState does not tell it.
  const { externalId = parallel && approvalToken } = execution;
  return {
    ...executionDetail(execution),
    actionExecutionId: id,
    actionName: action,
    input: {
      actionTypeId: type,
      ...executionInput(execution, declaration, region),
      ...(declaration?.namespace === undefined ? {} : { namespace: declaration.namespace }),
    },
    output: {
      outputArtifacts: (outputs ?? []).map(artifactDetail),
      executionResult: {
        ...executionResult({ ...execution, ...(externalId === undefined ? {} : { externalId }) }),
        ...(logStreamArn === undefined ? {} : { logStreamARN: logStreamArn }),
      },
      outputVariables: outputVariables ?? {},
    },
  };
}

/** What the details of executions of actions and of rules have in common. */
export function executionDetail(execution: ActionExecution): object {
  const { key, version, stage, startTime, lastUpdateTime, updatedBy } = execution;
  return {
    pipelineExecutionId: runOf(key).run,
    pipelineVersion: version,
    stageName: stage,
    startTime: seconds(startTime),
    lastUpdateTime: seconds(lastUpdateTime),
    ...(updatedBy === undefined ? {} : { updatedBy }),
    status: actionStatus(execution),
  };
}

/** ActionExecutionInput and RuleExecutionInput, as far as they are the same. */
export function executionInput(
  { resolvedConfiguration, inputs }: ActionExecution,
  declaration: ActionDeclaration | undefined,
  region: string,
): object {
  return {
    configuration: declaration?.configuration ?? {},
    ...(resolvedConfiguration ? { resolvedConfiguration } : {}),
    ...(declaration?.roleArn === undefined ? {} : { roleArn: declaration.roleArn }),
    region: declaration?.region ?? region,
    inputArtifacts: (inputs ?? []).map(artifactDetail),
  };
}

/** ActionExecutionResult and RuleExecutionResult, as far as they are the same. */
export function executionResult({ externalId, url, summary, failure }: ActionExecution): object {
  return {
    ...(externalId === undefined ? {} : { externalExecutionId: externalId }),
    ...(summary === undefined ? {} : { externalExecutionSummary: summary }),
    ...(url === undefined ? {} : { externalExecutionUrl: url }),
    ...(failure ? { errorDetails: failure } : {}),
  };
}

function artifactDetail({ name, bucket, key }: Artifact): object {
  return { name, s3location: { bucket, key } };
}
