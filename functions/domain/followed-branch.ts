import { connectionId, isConnectionSource } from './connection.ts';
import type { GitFilters, PipelineDeclaration } from './declaration.ts';

/** What a source action of a pipeline follows: a branch, or what its trigger says. */
export interface FollowedBranch {
  readonly connection: string;
  readonly repository: string;
  readonly branch: string;
  readonly action: string;
  /** Of the action's trigger: pushes to the branch then start nothing by themselves. */
  readonly filters?: GitFilters;
}

/** Whose events start a pipeline: connection sources that have a trigger, or detect changes, which is the default. */
export function followed({ stages, triggers = [] }: PipelineDeclaration): readonly FollowedBranch[] {
  const actions = stages[0]?.actions ?? [];
  return actions.flatMap(({ name, actionTypeId, configuration }) => {
    const { ConnectionArn = '', FullRepositoryId, BranchName, DetectChanges } = configuration ?? {};
    const connection = connectionId(ConnectionArn);
    const trigger = triggers.find(({ gitConfiguration }) => gitConfiguration.sourceActionName === name);
    const detects = isConnectionSource(actionTypeId) && (trigger !== undefined || DetectChanges !== 'false');
    if (!detects || !connection || !FullRepositoryId || !BranchName) return [];
    return [
      {
        connection,
        repository: FullRepositoryId,
        branch: BranchName,
        action: name,
        ...(trigger ? { filters: filtersOf(trigger.gitConfiguration) } : {}),
      },
    ];
  });
}

function filtersOf({ push, pullRequest }: GitFilters): GitFilters {
  return { ...(push ? { push } : {}), ...(pullRequest ? { pullRequest } : {}) };
}
