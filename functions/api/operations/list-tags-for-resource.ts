import { findTagged } from '../change-tags.ts';
import type { Operation } from '../operation.ts';
import { pageStart } from '../paging.ts';

/** ListTagsForResource: all tags at once, whatever `maxResults` says, as CodePipeline does; so it gives no token and takes none. */
export const listTagsForResource: Operation<{ resourceArn: string; nextToken?: string }> = async (input, given) => {
  const { tags } = await findTagged(input.resourceArn, given);
  pageStart(['ListTagsForResource', input.resourceArn], input.nextToken, '');
  return { tags };
};
