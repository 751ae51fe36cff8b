import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonPath, select } from '../../functions/domain/json-path.ts';

const document = {
  ref: 'refs/heads/main',
  ref_type: 'branch',
  repository: { name: 'app', 'full name': 'team/app', "it's": 1, 'a"b': 2, 'a.b': 3, '*': 4, '': 5, größe: 6 },
  commits: [{ id: 'a', files: ['x', 'y'] }, { id: 'b', files: [] }, 'text', null],
  nothing: null,
};

describe('a JSONPath', () => {
  it.each([
    ['$', [document]],
    ['$.ref', ['refs/heads/main']],
    ['$.ref_type', ['branch']],
    ['$.repository.name', ['app']],
    ["$['repository']['full name']", ['team/app']],
    ['$["repository"].name', ['app']],
    [String.raw`$.repository['it\'s']`, [1]],
    [String.raw`$.repository["a\"b"]`, [2]],
    ["$.repository['a.b']", [3]],
    ["$.repository['*']", [4]],
    ["$.repository['']", [5]],
    ['$.repository.größe', [6]],
    ['$.commits[0].id', ['a']],
    ['$.commits[*].id', ['a', 'b']],
    ['$.commits.*.id', ['a', 'b']],
    ['$.commits[*].files[*]', ['x', 'y']],
    ['$.nothing', [null]],
    ['$.commits[9]', []],
    ['$.commits[4]', []],
    ['$.commits.length', []],
    ['$.ref[0]', []],
    ['$.ref.length', []],
    ['$.nothing.more', []],
    ['$.repository[0]', []],
    ['$.missing', []],
    ['$.constructor', []],
    ['$.__proto__', []],
    ['$.commits.__proto__.constructor', []],
  ])('%s selects what is there', (path, values) => {
    expect(select(readJsonPath(path), document)).toEqual(values);
  });

  it('counts elements with as many digits as it takes', () => {
    const list = Array.from({ length: 111 }, (_, index) => index);

    expect(['$[0]', '$[9]', '$[10]', '$[110]', '$[111]'].map((path) => select(readJsonPath(path), list))).toEqual([
      [0],
      [9],
      [10],
      [110],
      [],
    ]);
  });

  it.each([
    '',
    'ref',
    '.ref',
    '@.ref',
    '$ref',
    '$.',
    '$..ref',
    '$.ref.',
    '$[',
    '$[]',
    '$[-1]',
    '$[01]',
    '$[0:2]',
    '$[0,1]',
    "$['a','b']",
    "$['a",
    '$["a\']',
    '$[(@.length-1)]',
    '$[?(@.id == 1)]',
    '$.commits[?(@.constructor.constructor("return process")())]',
    '$.a b',
    '$.a\n',
    '$.length()',
    ' $.ref',
  ])('%j is refused with what a path may be', (path) => {
    const read = () => readJsonPath(path);

    expect(read).toThrow(expect.objectContaining({ code: 'InvalidWebhookFilterPatternException' }));
    expect(read).toThrow(/is not understood at position \d+: a path begins with \$/);
  });

  it('of the names of a document finds what stands there, whatever the names are', () => {
    const name = fc.string({ unit: 'binary', maxLength: 8 });
    const quoted = (text: string) => `['${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
    fc.assert(
      fc.property(fc.array(name, { maxLength: 6 }), fc.jsonValue(), (names, value) => {
        const nested = names.reduceRight<unknown>(
          (inner, each) => JSON.parse(`{${JSON.stringify(each)}:${JSON.stringify(inner)}}`),
          value,
        );

        const found = select(readJsonPath(`$${names.map(quoted).join('')}`), nested);

        expect(JSON.stringify(found)).toBe(JSON.stringify([value]));
      }),
    );
  });

  it('is read or refused, whatever the text, and selects from any document', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 150 }), fc.jsonValue(), (text, value) => {
        try {
          select(readJsonPath(`$${text}`), value);
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidWebhookFilterPatternException' });
        }
      }),
    );
  });

  it('C09 of 150 characters is read, and selects from a document of 100 kB, in no time', () => {
    const wide = JSON.parse(`[${'[1],'.repeat(25_000)}[1]]`);
    const paths = [`$${'[*]'.repeat(49)}`, `$['${'\\\\'.repeat(70)}`, `$.${'a'.repeat(148)}`, `$['${'a'.repeat(147)}`];
    const since = performance.now();

    for (const path of paths) {
      try {
        select(readJsonPath(path), wide);
      } catch (error) {
        expect(error).toMatchObject({ code: 'InvalidWebhookFilterPatternException' });
      }
    }

    expect(performance.now() - since).toBeLessThan(3000);
  });
});
