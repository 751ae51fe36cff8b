import type { Tag } from './declaration.ts';
import { Refusal } from './refusal.ts';

const most = 50;

/** What AWS's services take in keys and values: letters, digits, blanks and some signs. */
const allowed = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;

/** Accepts the tags that a call gives a resource: 50 at most, each key once, none that begins with `aws:` or ends in a blank. */
export function acceptTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > most)
    throw new Refusal('TooManyTagsException', `${tags.length} tags are given; a resource has at most ${most}.`);
  for (const { key, value } of tags) {
    checkKey(key);
    checkText(`The value of the tag '${key}'`, value);
  }
  const twice = tags.find(({ key }, index) => tags.findIndex((tag) => tag.key === key) !== index);
  if (twice) throw new Refusal('InvalidTagsException', `The tag key '${twice.key}' is given more than once.`);
  return tags;
}

/** The tags of a resource after more are given to it: a key that it has gets the new value. */
export function addTags(tags: readonly Tag[], given: readonly Tag[]): readonly Tag[] {
  const added = acceptTags(given);
  const values = new Map([...tags, ...added].map(({ key, value }) => [key, value]));
  if (values.size > most)
    throw new Refusal('TooManyTagsException', `The resource would have ${values.size} tags; it can have ${most}.`);
  return [...values].map(([key, value]) => ({ key, value }));
}

/** The tags of a resource after those of some keys are taken from it. A key that it has not is passed over. */
export function removeTags(tags: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  for (const key of keys) checkKey(key);
  return tags.filter(({ key }) => !keys.includes(key));
}

function checkKey(key: string): void {
  if (key.toLowerCase().startsWith('aws:'))
    throw new Refusal('InvalidTagsException', `The tag key '${key}' begins with 'aws:', which is reserved.`);
  checkText(`The tag key '${key}'`, key);
}

function checkText(what: string, text: string): void {
  if (!allowed.test(text))
    throw new Refusal(
      'InvalidTagsException',
      `${what} has characters other than letters, digits, blanks and _ . : / = + - @.`,
    );
  if (/\p{Z}$/u.test(text)) throw new Refusal('InvalidTagsException', `${what} ends in a blank.`);
}
