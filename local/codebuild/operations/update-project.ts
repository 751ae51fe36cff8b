import { ServiceError } from '../../service.ts';
import type { Operation } from '../operation.ts';
import { projectArn, readProject } from '../project.ts';
import { showProject } from '../shown.ts';

/** UpdateProject: replaces the members that are given; builds that were started keep what they had. */
export const updateProject: Operation = ({ context, projects }, input) => {
  const before = projects.get(String(input.name));
  if (!before)
    throw new ServiceError(
      'ResourceNotFoundException',
      `Project cannot be found: ${projectArn(String(input.name), context)}`,
    );
  const project = readProject(input, before, context);
  projects.put(project);
  return { project: showProject(project, context) };
};
