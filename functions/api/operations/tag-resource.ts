import type { Tag } from '../../domain/declaration.ts';
import { addTags } from '../../domain/tags.ts';
import { changeTags } from '../change-tags.ts';
import type { Operation } from '../operation.ts';

/** TagResource: gives tags to a pipeline, a webhook or a custom action type; a key that it has gets the new value. */
export const tagResource: Operation<{ resourceArn: string; tags: readonly Tag[] }> = async (input, given) => {
  await changeTags(input.resourceArn, given, (tags) => addTags(tags, input.tags));
  return {};
};
