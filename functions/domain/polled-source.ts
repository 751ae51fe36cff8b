import type { PipelineDeclaration } from './declaration.ts';
import { isFinal, type Run } from './run.ts';

/** A source action whose source is looked at for changes, and as whom: the pipeline's role, or the action's through it. */
export interface PolledSource {
  readonly action: string;
  readonly bucket: string;
  readonly key: string;
  readonly roleArn: string;
  readonly actionRoleArn?: string;
}

/**
 * The source actions that are polled: those of S3 that do not say otherwise (CodePipeline's default). CodeCommit and GitHub (version 1) are
 * not: a run that polling started could fetch nothing.
 */
export function polled({ roleArn, stages }: PipelineDeclaration): readonly PolledSource[] {
  return (stages[0]?.actions ?? []).flatMap(({ name, actionTypeId, configuration = {}, roleArn: actionRoleArn }) => {
    const { S3Bucket, S3ObjectKey, PollForSourceChanges } = configuration;
    const isObject = actionTypeId.owner === 'AWS' && actionTypeId.provider === 'S3';
    if (!isObject || PollForSourceChanges === 'false' || !S3Bucket || !S3ObjectKey) return [];
    const own = actionRoleArn === undefined ? {} : { actionRoleArn };
    return [{ action: name, bucket: S3Bucket, key: S3ObjectKey, roleArn, ...own }];
  });
}

/** A pipeline that has not run for so long is polled no more (CodePipeline quotas), in milliseconds. */
const longestIdle = 30 * 24 * 60 * 60_000;

/** Whether nothing has run since a time, for as long as ends polling. */
export function isIdle(since: number, now: number): boolean {
  return now - since > longestIdle;
}

/** Whether a run may still fetch what is newest of a source action: it goes on, is not pinned, and has not fetched. */
export function mayFetch(run: Run, action: string): boolean {
  return (
    !isFinal(run.status) &&
    !run.rollback &&
    ![...run.sourceOverrides, ...run.sourceRevisions].some(({ actionName }) => actionName === action)
  );
}
