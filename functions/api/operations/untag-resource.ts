import { removeTags } from '../../domain/tags.ts';
import { changeTags } from '../change-tags.ts';
import type { Operation } from '../operation.ts';

/** UntagResource: takes tags from a resource by their keys. Keys that it has not are passed over. */
export const untagResource: Operation<{ resourceArn: string; tagKeys: readonly string[] }> = async (input, given) => {
  await changeTags(input.resourceArn, given, (tags) => removeTags(tags, input.tagKeys));
  return {};
};
