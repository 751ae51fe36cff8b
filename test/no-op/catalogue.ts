import type { ActionType } from '../../functions/domain/action-type.ts';
import { manualApproval } from '../../functions/domain/action-types/approval.ts';
import { codebuildBuild, codebuildTest } from '../../functions/domain/action-types/build.ts';
import { s3Deploy } from '../../functions/domain/action-types/deploy.ts';
import { connectionSource, s3Source } from '../../functions/domain/action-types/source.ts';
import { noOpInvoke, noOpSource } from './no-op.ts';

/** The catalogue with the no-op of tests. */
export const actionTypes: readonly ActionType[] = [
  connectionSource,
  s3Source,
  codebuildBuild,
  codebuildTest,
  manualApproval,
  s3Deploy,
  noOpSource,
  noOpInvoke,
];
