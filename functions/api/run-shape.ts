import type { Run, SourceRevision } from '../domain/run.ts';
import { isFinal } from '../domain/run.ts';
import { seconds } from './operation.ts';

const summaryLimit = 2048;

/** PipelineExecution of GetPipelineExecution. */
export function pipelineExecution(run: Run): object {
  return {
    pipelineName: run.pipelineName,
    pipelineVersion: run.version,
    ...common(run),
    artifactRevisions: run.sourceRevisions.map(artifactRevision),
    variables: Object.entries(run.variables).map(([name, resolvedValue]) => ({ name, resolvedValue })),
  };
}

/** PipelineExecutionSummary of ListPipelineExecutions. */
export function pipelineExecutionSummary(run: Run): object {
  return {
    ...common(run),
    startTime: seconds(run.startTime),
    lastUpdateTime: seconds(run.lastUpdateTime),
    ...(run.stop?.reason === undefined ? {} : { stopTrigger: { reason: run.stop.reason } }),
    sourceRevisions: run.sourceRevisions.map(({ actionName, revisionId, revisionSummary, revisionUrl }) => ({
      actionName,
      revisionId,
      ...(revisionSummary === undefined ? {} : { revisionSummary: revisionSummary.slice(0, summaryLimit) }),
      ...(revisionUrl === undefined ? {} : { revisionUrl }),
    })),
  };
}

function common(run: Run): object {
  return {
    pipelineExecutionId: run.id,
    status: run.status,
    ...(run.statusSummary !== undefined && isFinal(run.status) ? { statusSummary: run.statusSummary } : {}),
    trigger: { triggerType: run.trigger.type, triggerDetail: run.trigger.detail },
    executionMode: run.executionMode,
    executionType: run.rollback ? 'ROLLBACK' : 'STANDARD',
    ...(run.rollback ? { rollbackMetadata: { rollbackTargetPipelineExecutionId: run.rollback.target } } : {}),
  };
}

function artifactRevision({ artifactName, revisionId, revisionSummary, revisionUrl, created }: SourceRevision): object {
  return {
    name: artifactName,
    revisionId,
    ...(revisionSummary === undefined ? {} : { revisionSummary: revisionSummary.slice(0, summaryLimit) }),
    ...(created === undefined ? {} : { created: seconds(created) }),
    ...(revisionUrl === undefined ? {} : { revisionUrl }),
  };
}
