import type { Tag } from './declaration.ts';
import { Refusal } from './refusal.ts';

const most = 50;

/** Accepts a pipeline's tags: 50 at most, each key once, none that begins with `aws:`. */
export function acceptTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > most)
    throw new Refusal('TooManyTagsException', `${tags.length} tags are given; a resource has at most ${most}.`);
  const reserved = tags.find(({ key }) => key.toLowerCase().startsWith('aws:'));
  if (reserved)
    throw new Refusal('InvalidTagsException', `The tag key '${reserved.key}' begins with 'aws:', which is reserved.`);
  const twice = tags.find(({ key }, index) => tags.findIndex((tag) => tag.key === key) !== index);
  if (twice) throw new Refusal('InvalidTagsException', `The tag key '${twice.key}' is given more than once.`);
  return tags;
}
