import type { Codebuild, Input, Operation } from '../operation.ts';
import { isAscending, PAGE, readToken, writeToken } from '../page.ts';

/** ListBuilds: ids of all builds, the newest first unless asked otherwise. */
export const listBuilds: Operation = (codebuild, input) => pageOfBuilds(codebuild, input, undefined);

/** A page of build ids, of one project or of all. */
export function pageOfBuilds({ records }: Codebuild, input: Input, project: string | undefined): object {
  const found = records.page(project, isAscending(input.sortOrder, false), readToken(input.nextToken), PAGE + 1);
  const shown = found.slice(0, PAGE);
  const last = shown.at(-1);
  return {
    ids: shown.map(({ id }) => id),
    ...(found.length > PAGE && last && { nextToken: writeToken(last.position) }),
  };
}
