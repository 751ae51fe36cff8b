import type { Operation } from '../operation.ts';
import { isAscending, PAGE, readToken, writeToken } from '../page.ts';
import type { Project } from '../project.ts';
import { invalid } from '../project.ts';

const KEYS: Readonly<Record<string, (project: Project) => string | number>> = {
  NAME: ({ name }) => name,
  CREATED_TIME: ({ created }) => created,
  LAST_MODIFIED_TIME: ({ lastModified }) => lastModified,
};

/** ListProjects: names in the order asked for, a hundred a page. */
export const listProjects: Operation = ({ projects }, input) => {
  const key = Object.hasOwn(KEYS, input.sortBy ?? 'NAME') && KEYS[input.sortBy ?? 'NAME'];
  if (!key) throw invalid(`Invalid sortBy: ${input.sortBy}.`);
  const sorted = projects.all().sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  const names = (isAscending(input.sortOrder, true) ? sorted : sorted.reverse()).map(({ name }) => name);
  const start = readToken(input.nextToken) ?? 0;
  const end = start + PAGE;
  return { projects: names.slice(start, end), ...(end < names.length && { nextToken: writeToken(end) }) };
};
