import { ServiceError } from '../../service.ts';
import type { Operation } from '../operation.ts';
import { projectArn } from '../project.ts';
import { pageOfBuilds } from './list-builds.ts';

/** ListBuildsForProject: ids of a project's builds, the newest first unless asked otherwise. */
export const listBuildsForProject: Operation = (codebuild, input) => {
  const name = String(input.projectName);
  if (!codebuild.projects.get(name)) {
    throw new ServiceError(
      'ResourceNotFoundException',
      `Project cannot be found: ${projectArn(name, codebuild.context)}`,
    );
  }
  return pageOfBuilds(codebuild, input, name);
};
