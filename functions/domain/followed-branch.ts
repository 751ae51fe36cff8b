import { connectionId } from './connection.ts';
import type { PipelineDeclaration } from './declaration.ts';

/** A branch that a source action of a pipeline follows. */
export interface FollowedBranch {
  readonly connection: string;
  readonly repository: string;
  readonly branch: string;
  readonly action: string;
}

/** The branches whose pushes start a pipeline: of connection sources that detect changes, which is the default. */
export function followed(definition: PipelineDeclaration): readonly FollowedBranch[] {
  const actions = definition.stages[0]?.actions ?? [];
  return actions.flatMap(({ name, actionTypeId, configuration }) => {
    const { ConnectionArn = '', FullRepositoryId, BranchName, DetectChanges } = configuration ?? {};
    const connection = connectionId(ConnectionArn);
    const detects = actionTypeId.provider === 'CodeStarSourceConnection' && DetectChanges !== 'false';
    if (!detects || !connection || !FullRepositoryId || !BranchName) return [];
    return [{ connection, repository: FullRepositoryId, branch: BranchName, action: name }];
  });
}
