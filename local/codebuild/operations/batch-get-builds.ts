import { buildId } from '../build.ts';
import type { Operation } from '../operation.ts';
import { readList } from '../page.ts';
import { showBuild } from '../shown.ts';

/** BatchGetBuilds: builds by id or ARN as they stand, and the ids that no build has. */
export const batchGetBuilds: Operation = ({ context, records }, input) => {
  const found = readList('ids', input.ids).map((id) => ({ id, build: records.get(buildId(id)) }));
  return {
    builds: found.flatMap(({ build }) => (build ? [showBuild(build, context)] : [])),
    buildsNotFound: found.filter(({ build }) => !build).map(({ id }) => id),
  };
};
