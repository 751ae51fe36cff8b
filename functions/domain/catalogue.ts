import type { ActionType } from './action-type.ts';
import { manualApproval } from './action-types/approval.ts';
import { codebuildBuild, codebuildTest } from './action-types/build.ts';
import { s3Deploy } from './action-types/deploy.ts';
import { connectionSource, s3Source } from './action-types/source.ts';

/** Every action type that Sluice carries out. */
export const actionTypes: readonly ActionType[] = [
  connectionSource,
  s3Source,
  codebuildBuild,
  codebuildTest,
  manualApproval,
  s3Deploy,
];
