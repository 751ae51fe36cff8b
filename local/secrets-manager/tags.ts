import { type Input, invalidParameter, list, text } from './input.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const MOST_TAGS = 50;

/** The tags of a request. */
export function readTags(input: Input): Tag[] {
  return (list(input, 'Tags') ?? []).map((tag) => {
    const Key = text(tag as Input, 'Key');
    const Value = text(tag as Input, 'Value') ?? '';
    if (Key === undefined || Key.length < 1 || Key.length > 128)
      throw invalidParameter('A tag needs a Key of 1 to 128 characters.');
    if (Value.length > 256) throw invalidParameter(`The Value of tag ${Key} has more than 256 characters.`);
    return { Key, Value };
  });
}

/** Adds tags to others; one of the same key takes the place of the old. */
export function mergeTags(old: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map([...old, ...added].map(({ Key, Value }) => [Key, Value]));
  if (merged.size > MOST_TAGS) throw invalidParameter(`A secret has at most ${MOST_TAGS} tags.`);
  return [...merged].map(([Key, Value]) => ({ Key, Value }));
}
