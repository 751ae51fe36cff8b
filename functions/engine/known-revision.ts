import { listRuns, runFrom } from '../aws/run-record.ts';
import type { Run } from '../domain/run.ts';

/** How many of a pipeline's runs are looked at: a revision that an older one had is not the newest any more. */
const looked = 10;

/** The newest runs of a pipeline, the newest first. */
export async function newestRuns(pipelineId: string): Promise<readonly Run[]> {
  const { items } = await listRuns(pipelineId, looked);
  return items.map((item) => runFrom(item).run);
}

/** Whether a run has a revision of a source action: it was started for it, pinned to it, or has fetched it. */
export function hasRevision(
  { trigger, sourceOverrides, sourceRevisions }: Run,
  action: string,
  revision: string,
): boolean {
  return (
    (trigger.revision === revision && startedByChange.includes(trigger.type)) ||
    sourceOverrides.some(({ actionName, revisionValue }) => actionName === action && revisionValue === revision) ||
    sourceRevisions.some(({ actionName, revisionId }) => actionName === action && revisionId === revision)
  );
}

/** The run that a change has started already, told of by another event or found by polling. */
export async function startedBy(pipelineId: string, revision: string): Promise<string | undefined> {
  const runs = await newestRuns(pipelineId);
  return runs.find(({ trigger }) => trigger.revision === revision && startedByChange.includes(trigger.type))?.id;
}

const startedByChange: readonly string[] = ['CloudWatchEvent', 'PollForSourceChanges'];
