import type { Operation } from '../operation.ts';
import { invalid } from '../project.ts';

/** DeleteProject: forgets a project; its builds stay, and one that is not there is no error. */
export const deleteProject: Operation = ({ projects }, input) => {
  if (typeof input.name !== 'string' || !input.name) throw invalid('name must be given.');
  projects.delete(nameOf(input.name));
  return {};
};

function nameOf(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}
