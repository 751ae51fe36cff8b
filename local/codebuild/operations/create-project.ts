import { ServiceError } from '../../service.ts';
import type { Operation } from '../operation.ts';
import { readProject } from '../project.ts';
import { showProject } from '../shown.ts';

/** CreateProject: stores a build project; one of the same name is not replaced. */
export const createProject: Operation = ({ context, projects }, input) => {
  const project = readProject(input, undefined, context);
  if (projects.get(project.name))
    throw new ServiceError('ResourceAlreadyExistsException', `Project already exists: ${project.arn}`);
  projects.put(project);
  return { project: showProject(project, context) };
};
