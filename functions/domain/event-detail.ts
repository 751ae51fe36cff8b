import type { ActionExecution, Artifact } from './action.ts';
import type { Run, Trigger } from './run.ts';
import type { StateChange } from './state-change.ts';

/** The names of CodePipeline's EventBridge events, by level. */
export const detailTypes = {
  Pipeline: 'CodePipeline Pipeline Execution State Change',
  Stage: 'CodePipeline Stage Execution State Change',
  Action: 'CodePipeline Action Execution State Change',
} as const;

/** The detail of a run's event (CodePipeline user guide, monitoring events). `iso` writes a time with milliseconds. */
export function runDetail(
  run: Run,
  change: StateChange & { level: 'Pipeline' | 'Stage' },
  iso: (time: number) => string,
): object {
  return {
    pipeline: run.pipelineName,
    'execution-id': run.id,
    'start-time': iso(run.startTime),
    ...(change.level === 'Stage' ? { stage: change.stage } : {}),
    ...(change.level === 'Pipeline' && (change.state === 'STARTED' || run.trigger.git)
      ? { 'execution-trigger': triggerDetail(run.trigger) }
      : {}),
    ...(change.level === 'Pipeline' && change.state === 'STOPPING' && run.stop?.reason !== undefined
      ? { 'stop-execution-comments': run.stop.reason }
      : {}),
    ...(change.level === 'Stage' && run.retried?.stage === change.stage
      ? { 'stage-last-retry-attempt-time': iso(run.retried.at) }
      : {}),
    state: change.state,
    version: run.version,
    'pipeline-execution-attempt': (run.retried?.times ?? 0) + 1,
  };
}

/** The detail of an action's event. */
export function actionDetail(
  action: ActionExecution,
  run: string,
  change: StateChange & { level: 'Action' },
  region: string,
  iso: (time: number) => string,
): object {
  const ended = change.state !== 'STARTED';
  return {
    pipeline: action.pipelineName,
    'execution-id': run,
    'start-time': iso(action.startTime),
    stage: action.stage,
    'action-execution-id': action.id,
    action: action.action,
    ...(change.state === 'STARTED' && action.inputs?.length
      ? { 'input-artifacts': action.inputs.map(artifactDetail) }
      : {}),
    ...(ended && action.outputs?.length ? { 'output-artifacts': action.outputs.map(artifactDetail) } : {}),
    ...(ended && change.state !== 'ABANDONED' ? { 'execution-result': executionResult(action) } : {}),
    state: change.state,
    region,
    type: action.type,
    version: action.version,
    'pipeline-execution-attempt': (action.retries ?? 0) + 1,
  };
}

function executionResult({ url, summary, externalId, failure }: ActionExecution): object {
  return {
    ...(url === undefined ? {} : { 'external-execution-url': url }),
    ...(failure
      ? { 'external-execution-summary': failure.message }
      : summary === undefined
        ? {}
        : { 'external-execution-summary': summary }),
    ...(externalId === undefined ? {} : { 'external-execution-id': externalId }),
    ...(failure ? { 'error-code': failure.code } : {}),
  };
}

function artifactDetail({ name, bucket, key }: Artifact): object {
  return { name, s3location: { bucket, key } };
}

function triggerDetail({ type, detail, git }: Trigger): object {
  if (!git) return { 'trigger-type': type, 'trigger-detail': detail };
  return {
    'provider-type': git.providerType,
    'full-repository-name': git.repository,
    'connection-arn': git.connectionArn,
    'commit-id': git.commitId,
    'commit-message': git.commitMessage,
    ...(git.authorId === undefined ? {} : { 'author-id': git.authorId }),
    ...(git.authorName === undefined ? {} : { 'author-display-name': git.authorName }),
    ...(git.authorEmail === undefined ? {} : { 'author-email': git.authorEmail }),
    ...(git.authorDate === undefined ? {} : { 'author-date': git.authorDate }),
    ...(git.branch === undefined ? {} : { 'branch-name': git.branch }),
    ...(git.tag === undefined ? {} : { 'tag-name': git.tag }),
  };
}
