import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readText, Unreadable } from '../../../scripts/validate/text.ts';
import { definition, findingsOf, marked } from './marked.ts';

const said = (text: string) => findingsOf(text).map(({ message }) => message);

describe('a text', () => {
  it.each([
    ['aliases that unfold', `a: &a [x, x]\nb: &b [▸*a, *a]\nc: &c [*b, *b]\n`, 'is not followed'],
    ['an alias to itself', 'a: &a [▸*a]', 'is not followed'],
    ['a name that stands twice', 'name: web\n▸name: web', "'name' stands twice"],
    ['a name that stands twice in JSON', '{"name": "web",\n ▸"name": "web"}', "'name' stands twice"],
    ['a tag of its own', 'name: ▸!!js/function "x"', 'is not known here'],
    ['a list for a name', '▸? [a, b]\n: x', 'must be a text'],
    ['two documents', 'name: a\n▸---\nname: b', 'multiple documents'],
    ['what is no YAML', '{"name": "web",, ▸}', ''],
  ])('is not read with %s', (_, given, says) => {
    const { text, line } = marked(given.includes('▸') ? given : `▸${given}`);

    const found = findingsOf(text);

    expect(found.map(({ message }) => message).join('\n')).toContain(says);
    expect(found.every(({ kind }) => kind === 'error')).toBe(true);
    expect(found.map(({ position }) => position?.line)).toContain(line);
  });

  it.each([
    ['[', '['.repeat(200_000)],
    ['{"a":', '{"a":'.repeat(50_000)],
    ['- ', '- '.repeat(5000)],
    ['levels that are ended', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['one level too many', `${'[\n'.repeat(70)}${']'.repeat(70)}`],
  ])('is not composed when it is deep: %s', (_, text) => {
    const found = findingsOf(text);

    expect(found).toHaveLength(1);
    expect(found[0]?.message).toBe('The text is over 64 levels deep.');
  });

  it('gets a hundred faults at most', () => {
    expect(findingsOf('name: !a x\n'.repeat(1000)).length).toBeLessThanOrEqual(100);
  });

  it('with a hundred thousand wrong stages is answered with the first thousand', () => {
    const stages = `[${'0,'.repeat(100_000)}0]`;

    expect(findingsOf(`{"name": "web", "roleArn": "r", "stages": ${stages}}`).length).toBeLessThanOrEqual(1001);
  }, 60_000);

  it('with very many members that nobody knows is answered with the first thousand, in time', () => {
    const members = Array.from({ length: 50_000 }, (_, index) => `"k${index}": 1`);

    expect(findingsOf(`{${members.join(',')}}`).filter(({ kind }) => kind === 'warning')).toHaveLength(1000);
  }, 60_000);

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'may hold the name %s, which is none of ours',
    (name) => {
      const found = said(definition({ more: `${name}: { pipeline: {} }` }));

      expect(found.filter((text) => text.includes('not known'))).toEqual([expect.stringContaining(`'${name}'`)]);
      expect(Object.prototype).not.toHaveProperty('pipeline');
    },
  );

  it('may be anything: it is answered, never thrown at', () => {
    const line = fc.constantFrom(
      'name: web',
      'stages:',
      '- name: a',
      '  actions:',
      '  - {}',
      '"',
      '[',
      '{',
      '&a',
      '*a',
      '!!',
      ': ',
      '? ',
      '|',
      '\t',
      '---',
      '%YAML',
      'pipeline:',
      '#',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        for (const text of [lines.join('\n'), lines.join(' ')])
          expect(
            findingsOf(text).every(({ position }) => Number(position?.line) >= 1 && Number(position?.column) >= 1),
          ).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('may be a definition of any members', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue({ maxDepth: 2 }),
        fc.dictionary(
          fc.constantFrom(
            'pipeline',
            'name',
            'stages',
            'actions',
            'actionTypeId',
            'configuration',
            'triggers',
            'metadata',
            'Resources',
            'resource',
            'Stages',
          ),
          tie('any'),
        ),
      ),
    })).any;
    fc.assert(
      fc.property(value, (given) => void findingsOf(JSON.stringify(given) ?? '')),
      { numRuns: 500 },
    );
  });
});

describe('a file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-validate-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const file = (bytes: string | Buffer): string => {
    const path = join(folder, 'file');
    writeFileSync(path, bytes);
    return path;
  };

  it.each([
    ['10 MB', Buffer.alloc(10_000_000, ' '), 'more than 4194304 bytes'],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0xff]), 'no text in UTF-8'],
    ['UTF-16', Buffer.from('\ufeff{"name": "web"}', 'utf16le'), 'no text in UTF-8'],
    ['zeros', Buffer.alloc(10), 'no text in UTF-8'],
  ])('of %s is not read', (_, bytes, says) => {
    expect(() => readText(file(bytes))).toThrow(says);
  });

  it('that is none is not read', () => {
    expect(() => readText(folder)).toThrow(Unreadable);
    expect(() => readText(join(folder, 'none'))).toThrow('There is no such file.');
    expect(() => readText('/dev/zero')).toThrow('This is no file.');
  });

  it('of 4 MiB is read, and one with a mark of its order', () => {
    expect(readText(file(' '.repeat(4 * 1024 * 1024)))).toHaveLength(4 * 1024 * 1024);
    expect(readText(file('\ufeffname: web'))).toBe('name: web');
  });
});
