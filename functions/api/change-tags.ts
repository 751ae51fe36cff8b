import { write } from '../aws/table.ts';
import { readTagged, type Tagged } from '../aws/tagged.ts';
import type { Tag } from '../domain/declaration.ts';
import { readArn, resourceNotFound } from '../domain/resource-arn.ts';
import { concurrently } from './concurrent.ts';
import type { OperationGiven } from './operation.ts';

type Place = Pick<OperationGiven, 'home'>;

/** The tags of the resource of an ARN; refuses one that is not there. */
export async function findTagged(arn: string, { home }: Place): Promise<Tagged> {
  const found = await readTagged(readArn(arn, home));
  if (!found) throw resourceNotFound(arn);
  return found;
}

/** Changes the tags of a resource. Writes nothing when they stay as they are. */
export async function changeTags(
  arn: string,
  given: Place,
  change: (tags: readonly Tag[]) => readonly Tag[],
): Promise<void> {
  await concurrently(`The resource '${arn.slice(0, 300)}'`, async () => {
    const found = await findTagged(arn, given);
    const tags = change(found.tags);
    if (JSON.stringify(tags) !== JSON.stringify(found.tags)) await write([found.replace(tags)]);
  });
}
