import { text } from '../input.ts';
import { groupOfArn } from '../names.ts';
import type { Operation } from '../operation.ts';

/** ListTagsForResource: tags of a log group. */
export const listTagsForResource: Operation = (input, { store, context }) => {
  return { tags: JSON.parse(groupOfArn(store, text(input, 'resourceArn'), context).tags) };
};
