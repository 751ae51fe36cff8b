import { expect, test } from 'vitest';
import { acceptTags } from '../../functions/domain/tags.ts';

const many = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: '' }));

test.each([
  { name: 'none', tags: [] },
  { name: 'fifty', tags: many(50) },
  {
    name: 'keys that differ by case only',
    tags: [
      { key: 'Team', value: 'a' },
      { key: 'team', value: 'a' },
    ],
  },
  { name: 'a key that only holds aws:', tags: [{ key: 'my-aws:thing', value: 'a' }] },
  { name: 'the key __proto__', tags: [{ key: '__proto__', value: 'a' }] },
])('$name are accepted as they are', ({ tags }) => {
  const accepted = acceptTags(tags);

  expect(accepted).toEqual(tags);
});

test.each([
  {
    name: 'fifty-one',
    tags: many(51),
    code: 'TooManyTagsException',
    says: '51 tags are given; a resource has at most 50',
  },
  {
    name: 'a reserved key',
    tags: [{ key: 'aws:x', value: '' }],
    code: 'InvalidTagsException',
    says: "'aws:x' begins with",
  },
  {
    name: 'a reserved key in capitals',
    tags: [{ key: 'AWS:x', value: '' }],
    code: 'InvalidTagsException',
    says: "'AWS:x'",
  },
  {
    name: 'a key given twice',
    tags: [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
      { key: 'a', value: '1' },
    ],
    code: 'InvalidTagsException',
    says: "'a' is given more than once",
  },
])('$name is refused with $code', ({ tags, code, says }) => {
  const accept = () => acceptTags(tags);

  expect(accept).toThrow(expect.objectContaining({ code, message: expect.stringContaining(says) }));
});
