import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptTags, addTags, removeTags } from '../../functions/domain/tags.ts';

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
  { name: 'letters of any language, blanks inside and signs', tags: [{ key: 'Größe 大', value: '_.:/=+-@ x' }] },
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
    name: 'a key with a sign',
    tags: [{ key: 'a<b', value: '' }],
    code: 'InvalidTagsException',
    says: "'a<b' has characters",
  },
  {
    name: 'a value with a sign',
    tags: [{ key: 'a', value: '"' }],
    code: 'InvalidTagsException',
    says: "value of the tag 'a'",
  },
  { name: 'a line break', tags: [{ key: 'a\n', value: '' }], code: 'InvalidTagsException', says: 'has characters' },
  {
    name: 'a blank at the end of a key',
    tags: [{ key: 'a ', value: '' }],
    code: 'InvalidTagsException',
    says: 'ends in a blank',
  },
  {
    name: 'a blank at the end of a value',
    tags: [{ key: 'a', value: 'b ' }],
    code: 'InvalidTagsException',
    says: 'ends in a blank',
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

describe('the tags of a resource', () => {
  const had = [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ];

  test('get more, and a key that is there the new value', () => {
    const tags = addTags(had, [
      { key: 'c', value: '3' },
      { key: 'a', value: '9' },
    ]);

    expect(tags).toEqual([
      { key: 'a', value: '9' },
      { key: 'b', value: '2' },
      { key: 'c', value: '3' },
    ]);
  });

  test('are never more than fifty', () => {
    const add = () => addTags(many(50), [{ key: 'k50', value: '' }]);

    expect(add).toThrow(
      expect.objectContaining({
        code: 'TooManyTagsException',
        message: 'The resource would have 51 tags; it can have 50.',
      }),
    );
    expect(addTags(many(50), [{ key: 'k49', value: 'new' }])).toHaveLength(50);
  });

  test('lose those of some keys, and keep the rest', () => {
    const tags = removeTags(had, ['a', 'never']);

    expect(tags).toEqual([{ key: 'b', value: '2' }]);
  });

  test.each([
    { what: 'added', change: () => addTags(had, [{ key: 'aws:x', value: '' }]) },
    { what: 'removed', change: () => removeTags(had, ['aws:x']) },
  ])('cannot have reserved keys $what', ({ change }) => {
    expect(change).toThrow(expect.objectContaining({ code: 'InvalidTagsException' }));
  });

  test('are the same when the same is added or removed again', () => {
    const key = fc.constantFrom<string>('a', 'b', 'c', '__proto__', 'constructor');
    const tags = fc.uniqueArray(fc.record({ key, value: fc.constantFrom('', 'x') }), { selector: (tag) => tag.key });

    fc.assert(
      fc.property(tags, tags, fc.array(key), (before, given, keys) => {
        const added = addTags(before, given);
        const removed = removeTags(added, keys);

        expect(addTags(added, given)).toEqual(added);
        expect(added).toEqual(expect.arrayContaining([...given]));
        expect(removeTags(removed, keys)).toEqual(removed);
        expect(removed.some((tag) => keys.includes(tag.key))).toBe(false);
      }),
    );
  });
});
