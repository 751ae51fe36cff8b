import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matches, readGlob } from '../../functions/domain/glob.ts';
import { times } from './times.ts';

function fits(pattern: string, text: string): boolean {
  const glob = readGlob(pattern);
  if ('fault' in glob) throw new Error(glob.fault);
  return matches(glob, text);
}

describe('a pattern fits', () => {
  test.each([
    ['main', 'main'],
    ['*', 'main'],
    ['*', ''],
    ['feature/*', 'feature/a'],
    ['feature/**', 'feature/a/b'],
    ['release-?', 'release-1'],
    ['v[0-9].*', 'v1.2.3'],
    ['v[!0]*', 'v1'],
    ['[-a]', '-'],
    ['[!-a]', 'b'],
    ['[*?\\]', '\\'],
    ['[*?\\]', '*'],
    ['{main,prod}', 'prod'],
    ['{a*,b?}/x', 'abc/x'],
    ['{,v}1', '1'],
    ['\\*', '*'],
    ['\\{a\\}', '{a}'],
    ['a,b}', 'a,b}'],
    ['src/**', 'src/a/b.ts'],
    ['**', 'a/b/c'],
    ['**.js', 'a/b.js'],
    ['**/*.js', 'a/b/c.js'],
    ['**/*.js', 'c.js'],
    ['common/**/*.js', 'common/app.js'],
    ['common/**/*.js', 'common/a/b/app.js'],
    ['a/**/b/**/c', 'a/b/c'],
    ['{x/**/y,z}', 'x/y'],
    ['{**/y,z}', 'y'],
    ['*.md', '.md'],
    ['?', '😀'],
    ['[😀-😂]', '😁'],
  ])('%s: %s', (pattern, text) => {
    expect(fits(pattern, text)).toBe(true);
  });
});

describe('a pattern does not fit', () => {
  test.each([
    ['main', 'mainline'],
    ['main', 'Main'],
    ['ain', 'main'],
    ['*', 'feature/a'],
    ['dir/*', 'dir/a/b'],
    ['dir/**', 'dir'],
    ['?', ''],
    ['?', '/'],
    ['[!a]', '/'],
    ['a[.-0]b', 'a/b'],
    ['v[0-9]', 'va'],
    ['v[1-9]', 'v0'],
    ['{main,prod}', 'main,prod'],
    ['\\*', 'x'],
    ['a**/b', 'ab'],
    ['common/**/*.js', 'uncommon/app.js'],
    ['common/**/*.js', 'commonapp.js'],
    ['**/test/*', 'mytest/a'],
    ['', 'a'],
  ])('%s: %s', (pattern, text) => {
    expect(fits(pattern, text)).toBe(false);
  });
});

test.each([
  ['[a', "'[' has no ']'"],
  ['[a-', "'[' has no ']'"],
  ['[]', 'Nothing stands in [ ]'],
  ['[!]', 'Nothing stands in [ ]'],
  ['[z-a]', 'the wrong way round'],
  ['[a-]', "no character after its '-'"],
  ['[a-/]', "no character after its '-'"],
  ['[--a]', "A '-' in [ ] stands first"],
  ['[a/b]', 'A slash cannot stand in [ ]'],
  ['[ab-]', "no character after its '-'"],
  ['[a-c-e]', "A '-' in [ ] stands first"],
  ['{a,b', "'{' has no '}'"],
  ['{a,{b,c}}', 'cannot stand in another'],
  ['a\\', 'Nothing follows the last \\'],
])('%s is no pattern', (pattern, fault) => {
  expect(readGlob(pattern)).toEqual({ fault: expect.stringContaining(fault) });
});

describe('any pattern', () => {
  const letters = fc.constantFrom('a', 'b', '/', '.', '-');
  const text = fc.string({ unit: letters, maxLength: 12 });

  test('of literals fits itself alone', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(fits(one, other)).toBe(one === other);
      }),
    );
  });

  test('of stars and letters fits what the regular expression of the same meaning fits', () => {
    const part = fc.constantFrom('a', 'b', '/', '*', '?', '**/', '[ab]', '[!a]', '{a,b*}');
    const asRegExp = new Map([
      ['*', '[^/]*'],
      ['?', '[^/]'],
      ['**/', '(?:.*/)?'],
      ['[!a]', '[^a/]'],
      ['{a,b*}', '(?:a|b[^/]*)'],
    ]);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), text, (parts, name) => {
        // Two stars count as folders at the beginning of a name alone.
        const apart = parts.flatMap((each) => (each === '**/' ? ['/', each] : [each, 'a']));
        const expression = new RegExp(`^${apart.map((each) => asRegExp.get(each) ?? each).join('')}$`, 's');

        expect(fits(apart.join(''), name)).toBe(expression.test(name));
      }),
      { numRuns: times(2000) },
    );
  });

  test('is read or has a fault, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab*?[]{}!-\\,/😀') }), fc.string(), (pattern, name) => {
        const glob = readGlob(pattern);

        expect('fault' in glob ? glob.fault : matches(glob, name)).toEqual(
          'fault' in glob ? expect.any(String) : expect.any(Boolean),
        );
      }),
    );
  });
});

test('C09 takes time that grows as text and pattern do, however many stars there are', () => {
  const pattern = `${'**/*a'.repeat(50)}b`;
  const time = (length: number) => {
    const start = performance.now();
    fits(pattern, 'a/'.repeat(length));
    return performance.now() - start;
  };
  time(500);

  const [short, long] = [time(500), time(4000)];

  expect(long).toBeLessThan(short * 8 * 6 + 200);
});
