import type { Tag } from './buckets.ts';
import { invalidArgument, S3Error } from './errors.ts';
import { all, type Element, element, find, leaf, malformed, textOf, xmlDocument } from './xml.ts';

/** The tags of a `<Tagging>` document: unique keys of at most 128 characters, values of at most 256, at most `most` tags. */
export function readTagging(document: Element | undefined, most: number): readonly Tag[] {
  const set = document?.name === 'Tagging' ? find(document, 'TagSet') : undefined;
  if (!set) throw malformed();
  const tags = all(set, 'Tag').map((tag) => {
    const key = textOf(tag, 'Key');
    const value = textOf(tag, 'Value');
    if (key === undefined || value === undefined) throw malformed();
    return { key, value };
  });
  return checkTags(tags, most);
}

/** The tags of an `x-amz-tagging` header. */
export function parseTagging(header: string): readonly Tag[] {
  const tags = [...new URLSearchParams(header)].map(([key, value]) => ({ key, value }));
  try {
    return checkTags(tags, 10);
  } catch (cause) {
    const message =
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
    throw Object.assign(invalidArgument('x-amz-tagging', header, message), { cause });
  }
}

/** `<Tagging>` as S3 answers it. */
export function writeTagging(tags: readonly Tag[]): string {
  const set = tags.map(({ key, value }) => element('Tag', leaf('Key', key), leaf('Value', value)));
  return xmlDocument('Tagging', element('TagSet', ...set));
}

export function checkTags(tags: readonly Tag[], most: number): readonly Tag[] {
  if (tags.length > most) throw new S3Error('BadRequest', `Object tags cannot be greater than ${most}`);
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  for (const { key, value } of tags) {
    if (key.length < 1 || key.length > 128) throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid');
    if (value.length > 256) throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid');
  }
  return tags;
}
