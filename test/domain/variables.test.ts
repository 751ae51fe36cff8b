import { describe, expect, test } from 'vitest';
import { references, replaceInConfiguration, replaceReferences } from '../../functions/domain/variables.ts';

describe('references', () => {
  test.each([
    { text: '#{Source.CommitId}', found: [['Source', 'CommitId']] },
    {
      text: 'a#{Source.CommitId}b#{build.Tag}c',
      found: [
        ['Source', 'CommitId'],
        ['build', 'Tag'],
      ],
    },
    {
      text: '#{a.b}#{a.b}',
      found: [
        ['a', 'b'],
        ['a', 'b'],
      ],
    },
    { text: '#{a-1@_.b-2@_}', found: [['a-1@_', 'b-2@_']] },
    { text: '#{__proto__.constructor}', found: [['__proto__', 'constructor']] },
    { text: '#{#{a.b}.c}', found: [['a', 'b']] },
    { text: `#{${'n'.repeat(100)}.${'k'.repeat(256)}}`, found: [['n'.repeat(100), 'k'.repeat(256)]] },
    { text: `#{${'n'.repeat(101)}.k}`, found: [] },
    { text: `#{n.${'k'.repeat(257)}}`, found: [] },
    { text: '', found: [] },
    { text: '#{a}', found: [] },
    { text: '#{a.b.c}', found: [] },
    { text: '#{.b}#{a.}', found: [] },
    { text: '# {a.b} ${a.b} {a.b} #{a.b', found: [] },
    { text: '#{ a.b }', found: [] },
  ])('in $text', ({ text, found }) => {
    expect(references(text)).toEqual(
      found.map(([namespace, key]) => ({ text: `#{${namespace}.${key}}`, namespace, key })),
    );
  });
});

describe('replacing', () => {
  test('puts each value in its place', () => {
    const text = replaceReferences('#{a.b}-#{c.d}-#{a.b}', ({ namespace, key }) => `${namespace}/${key}`);

    expect(text).toBe('a/b-c/d-a/b');
  });

  test('looks each reference up as it stands there', () => {
    const asked: unknown[] = [];

    replaceReferences('a #{n.k} b #{m.k}', (reference) => {
      asked.push(reference);
      return undefined;
    });

    expect(asked).toEqual([
      { text: '#{n.k}', namespace: 'n', key: 'k' },
      { text: '#{m.k}', namespace: 'm', key: 'k' },
    ]);
  });

  test('leaves a reference that has no value', () => {
    const text = replaceReferences('#{a.b} #{c.d}', ({ namespace }) => (namespace === 'a' ? '' : undefined));

    expect(text).toBe(' #{c.d}');
  });

  test.each(['#{a.b}', '$&', '$1', '$$', "$'"])('takes the value %s as it is', (value) => {
    const text = replaceReferences('<#{a.b}>', () => value);

    expect(text).toBe(`<${value}>`);
  });

  test('makes no reference of two values that meet', () => {
    const values: Record<string, string> = { a: '#{x', b: '.y}' };

    const text = replaceReferences('#{v.a}#{v.b}', ({ key }) => values[key]);

    expect(text).toBe('#{x.y}');
  });

  test('is quick with a long hostile text', () => {
    const text = '#{a'.repeat(100_000);

    expect(references(text)).toEqual([]);
  });
});

describe('replacing in a configuration', () => {
  const value = 'a "b"\n\\';
  const written = 'a \\"b\\"\\n\\\\';

  test.each(['["#{a.b}"]', '{"k":"#{a.b}"}', ' \n\t[ "#{a.b}" ]'])('writes a value as JSON does: %s', (text) => {
    const replaced = replaceInConfiguration(text, () => value);

    expect(replaced).toBe(text.replace('#{a.b}', () => written));
    expect(JSON.stringify(JSON.parse(replaced))).toContain(JSON.stringify(value));
  });

  test.each(['#{a.b}', '"#{a.b}"', '["#{a.b}"', '[#{a.b}]', '{#{a.b}}', 'x["#{a.b}"]', '7 #{a.b}'])(
    'takes a value as it is in what is no JSON list or object: %s',
    (text) => {
      expect(replaceInConfiguration(text, () => value)).toBe(text.replace('#{a.b}', () => value));
    },
  );

  test.each(['["#{a.b}"]', '#{a.b}'])('leaves a reference that has no value: %s', (text) => {
    expect(replaceInConfiguration(text, () => undefined)).toBe(text);
  });
});
