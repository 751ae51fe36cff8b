import { buildId, isOver } from '../build.ts';
import type { Operation } from '../operation.ts';
import { readList } from '../page.ts';

/** BatchDeleteBuilds: deletes builds that are over; says why the others stay. */
export const batchDeleteBuilds: Operation = ({ records }, input) => {
  const buildsDeleted: string[] = [];
  const buildsNotDeleted: { id: string; statusCode: string }[] = [];
  for (const id of readList('ids', input.ids)) {
    const build = records.get(buildId(id));
    if (!build) buildsNotDeleted.push({ id, statusCode: 'BUILD_NOT_FOUND' });
    else if (!isOver(build)) buildsNotDeleted.push({ id, statusCode: 'BUILD_IN_PROGRESS' });
    else {
      records.delete(build.id);
      buildsDeleted.push(build.arn);
    }
  }
  return { buildsDeleted, buildsNotDeleted };
};
