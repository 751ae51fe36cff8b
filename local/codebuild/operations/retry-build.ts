import { ServiceError } from '../../service.ts';
import { buildId } from '../build.ts';
import type { Operation } from '../operation.ts';
import { invalid } from '../project.ts';
import { submitBuild } from '../submit-build.ts';

/** RetryBuild: starts a build with the same definition, overrides and all, as an earlier one. */
export const retryBuild: Operation = (codebuild, input, caller) => {
  if (input.id === undefined) throw invalid('id must be given.');
  const earlier = codebuild.records.get(buildId(String(input.id)));
  if (!earlier) throw new ServiceError('ResourceNotFoundException', `Build cannot be found: ${input.id}`);
  return { build: submitBuild(codebuild, earlier.projectName, earlier.definition, input, caller) };
};
