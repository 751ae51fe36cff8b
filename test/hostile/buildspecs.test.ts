import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { selectFiles } from '../../local/codebuild/artifact-files.ts';
import { readBuildspec } from '../../local/codebuild/buildspec.ts';
import { emptyFolder } from '../actions/git-host.ts';

const build = 'phases: {build: {commands: [a]}}\n';
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const inEnv = (text: string) => `version: 0.2\nenv:\n  variables: ${text}\n${build}`;

/** Milliseconds in which all is done that is not done in minutes. */
const aMoment = 10_000;

describe('C10 a buildspec', () => {
  const refused: readonly (readonly [name: string, text: string, message: RegExp])[] = [
    ['65 lists deep', inEnv(`${'['.repeat(65)}${']'.repeat(65)}`), /^The buildspec is over 64 levels deep at line 3, /],
    ['ten thousand lists deep', inEnv(`${'['.repeat(10_000)}${']'.repeat(10_000)}`), /over 64 levels deep at line 3, /],
    ['ten thousand open lists deep', inEnv('['.repeat(10_000)), /over 64 levels deep at line 3, /],
    ['ten thousand maps deep', inEnv(`${'{a: '.repeat(10_000)}${'}'.repeat(10_000)}`), /64 levels deep at line 3, /],
    ['ten thousand lines of lists deep', inEnv(`\n   ${'- '.repeat(10_000)}a`), /over 64 levels deep/],
    ['twenty thousand maps without names deep', `version: 0.2\n${': '.repeat(20_000)}\n${build}`, /64 levels deep/],
    [
      'a million million texts by lists of aliases',
      `version: 0.2\n${times(13, (at) => `a${at}: &a${at} [${times(9, () => (at === 0 ? 'x' : `*a${at - 1}`))}]`).join('\n')}`,
      /^The buildspec has over 100 aliases\.$/,
    ],
    [
      'a hundred aliases of aliases',
      inEnv(
        `\n${times(40, (at) => `    A${at}: &a${at} [${at === 0 ? 'x' : `*a${at - 1}, *a${at - 1}`}]`).join('\n')}`,
      ),
      /alias count/,
    ],
    [
      'a hundred merges of merges',
      `version: 0.2\n${times(40, (at) => `a${at}: &a${at} {${at === 0 ? 'x: y' : `<<: [*a${at - 1}, *a${at - 1}]`}}`).join('\n')}\n${build}`,
      /alias count/,
    ],
    ['an alias in what it names', inEnv('&a {A: *a}'), /./],
    ['an alias of nothing', inEnv('{A: *a}'), /^Unresolved alias .*: a$/],
    ['a name that stands twice', inEnv('{A: x, B: y, A: z}'), /^Map keys must be unique at line 3, column 27\.$/],
    ['__proto__ twice', inEnv('{__proto__: x, __proto__: z}'), /^Map keys must be unique at line 3, /],
    ['a name that is a list', inEnv('{[A]: x}'), /^A name in a map must be a text at line 3, column 15\.$/],
    ['a tag of a function', inEnv('{A: !!js/function "x"}'), /^The tag .*js\/function is not known .* at line 3, /],
    ['a tag of its own', inEnv('{A: !ruby/object:X {}}'), /^The tag !ruby\/object:X is not known .* at line 3, /],
    [
      '__proto__ as a section',
      `version: 0.2\n__proto__: {${build.trim()}}\n`,
      /^__proto__ is not known in a buildspec\.$/,
    ],
    [
      'constructor as a phase',
      'version: 0.2\nphases: {constructor: {commands: [a]}}\n',
      /^phases\.constructor is not known/,
    ],
    ['two documents', `version: 0.2\n${build}---\nversion: 0.2\n${build}`, /multiple documents/],
  ];

  it.each(refused)('is refused with %s', (_, text, message) => {
    expect(() => readBuildspec(text)).toThrow(expect.objectContaining({ statusCode: 'YAML_FILE_ERROR' }));
    expect(() => readBuildspec(text)).toThrow(expect.objectContaining({ message: expect.stringMatching(message) }));
  });

  it('may have 64 levels, a hundred aliases, YAML’s own tags and a merge', () => {
    const aliases = times(99, (at) => `B${at}: *a`).join(', ');

    const { variables } = readBuildspec(inEnv(`{A: &a !!str x, N: !!int 5, ${aliases}}`));

    expect(variables).toMatchObject({ A: 'x', N: '5', B98: 'x' });
    expect(() => readBuildspec(inEnv(`${'['.repeat(60)}${']'.repeat(60)}`))).toThrow(
      /^env\.variables must be a map\.$/,
    );
    expect(readBuildspec(`version: 0.2\nenv: {variables: {<<: {A: x}, B: y}}\n${build}`).variables).toEqual({
      A: 'x',
      B: 'y',
    });
  });

  it.each([
    ['names', (at: number) => `A${at}: x`, ', '],
    ['names that stand for the same text', (at: number) => `? "A${at}"\n    : x`, ',\n    '],
  ])('with fifty thousand %s is read in a moment', { timeout: aMoment }, (_, entry, between) => {
    const { variables } = readBuildspec(inEnv(`{${times(50_000, entry).join(between)}}`));

    expect(Object.keys(variables)).toHaveLength(50_000);
  });

  it('keeps variables with the names of an object’s own', () => {
    const { variables, secondaryArtifacts } = readBuildspec(
      `${inEnv('{__proto__: x, constructor: y, hasOwnProperty: z}')}artifacts: {secondary-artifacts: {__proto__: {files: [a]}}}\n`,
    );

    expect(Object.entries(variables)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['hasOwnProperty', 'z'],
    ]);
    expect(Object.keys(secondaryArtifacts)).toEqual(['__proto__']);
    expect(({} as { files?: unknown }).files).toBeUndefined();
  });
});

describe('C09 a pattern of a buildspec for files', () => {
  async function select(selection: Partial<Parameters<typeof selectFiles>[1]>): Promise<readonly string[]> {
    const folder = emptyFolder();
    await mkdir(join(folder, 'a/'.repeat(60)), { recursive: true });
    for (const path of ['a'.repeat(200), `${'a/'.repeat(60)}x`, 'kept.txt']) await writeFile(join(folder, path), 'x');
    const all = { files: ['**/*'], excludePaths: [], discardPaths: false, keepLinks: false };
    return (await selectFiles(folder, { ...all, ...selection }, () => undefined)).map(({ path }) => path);
  }
  const endless = [`${'*a'.repeat(20)}*b`, `${'**/a/'.repeat(12)}b`];

  it.each(endless)('that would take for ever is refused: %s', { timeout: aMoment }, async (pattern) => {
    const error = { statusCode: 'CLIENT_ERROR', message: `The patterns ${pattern} take too long to match.` };

    await expect(select({ files: [pattern] })).rejects.toMatchObject(error);
    await expect(select({ excludePaths: [pattern] })).rejects.toMatchObject(error);
  });

  it('that would take for ever is refused as a base directory', { timeout: aMoment }, async () => {
    const baseDirectory = `${'**/a/'.repeat(12)}b`;

    await expect(select({ baseDirectory })).rejects.toMatchObject({ statusCode: 'CLIENT_ERROR' });
  });

  it('of over a thousand characters is refused', async () => {
    const error = { statusCode: 'CLIENT_ERROR', message: expect.stringContaining('is over 1024 characters long') };

    await expect(select({ files: ['a'.repeat(1025)] })).rejects.toMatchObject(error);
    await expect(select({ files: ['a'.repeat(200_000)] })).rejects.toMatchObject(error);
  });

  it('selects as ever', async () => {
    expect(await select({ files: ['*.txt', 'a'.repeat(200)], excludePaths: ['a*'] })).toEqual(['kept.txt']);
    expect(await select({ baseDirectory: 'a/*', files: ['a/**'] })).toEqual([`${'a/'.repeat(58)}x`]);
  });
});
