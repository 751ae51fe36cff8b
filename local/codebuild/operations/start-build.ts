import { ServiceError } from '../../service.ts';
import type { Operation } from '../operation.ts';
import { overridden } from '../overrides.ts';
import { projectArn } from '../project.ts';
import { submitBuild } from '../submit-build.ts';

/** StartBuild: accepts a build of a project, with overrides; it waits in the queue until there is room. */
export const startBuild: Operation = (codebuild, input, caller) => {
  const name = String(input.projectName).replace(/^arn:.*:project\//, '');
  const project = codebuild.projects.get(name);
  if (!project)
    throw new ServiceError(
      'ResourceNotFoundException',
      `Project cannot be found: ${projectArn(name, codebuild.context)}`,
    );
  return { build: submitBuild(codebuild, name, overridden(project, input), input, caller) };
};
