import type { Operation } from '../operation.ts';
import { readList } from '../page.ts';
import { showProject } from '../shown.ts';

/** BatchGetProjects: projects by name or ARN, and the names that no project has. */
export const batchGetProjects: Operation = ({ context, projects }, input) => {
  const names = readList('names', input.names);
  const found = names.map((name) => ({ name, project: projects.get(name.slice(name.lastIndexOf('/') + 1)) }));
  return {
    projects: found.flatMap(({ project }) => (project ? [showProject(project, context)] : [])),
    projectsNotFound: found.filter(({ project }) => !project).map(({ name }) => name),
  };
};
