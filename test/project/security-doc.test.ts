import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const document = readFileSync(join(root, 'docs', 'security.md'), 'utf8');

const required = [
  ...['C01', 'C02', 'C03', 'C04', 'C06', 'C07', 'C08', 'C09', 'C10', 'C11', 'C12', 'C14', 'C15', 'C16', 'C19', 'C20'],
  ...['C21', 'C24', 'C25', 'C26', 'C27', 'C28', 'C29', 'C30', 'C31', 'C37', 'C48'],
];

/** The rows of the table of checks: a check, and the files that it names. */
const checks = document
  .split('\n')
  .filter((line) => /^\| C\d\d \|/.test(line))
  .map((line) => {
    const [, check = '', threat = '', done = '', tests = '', open = ''] = line
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    return {
      check,
      told: [threat, done, open],
      files: [...tests.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file),
    };
  });

/** The titles of a file's tests and suites that name a check. */
function titlesWith(check: string, file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const titles = text.matchAll(
    /(?:\b(?:it|test|describe)|\]\)|each\([^()]*\))\(\s*(?:\/\/[^\n]*\n\s*)?(['"`])((?:(?!\1).)*)\1/g,
  );
  return [...titles].map(([, , title = '']) => title).filter((title) => new RegExp(`\\b${check}\\b`).test(title));
}

describe('the table of checks in docs/security.md', () => {
  it('has each check that is due once, in order', () => {
    expect(checks.map(({ check }) => check)).toEqual(required);
  });

  it.each(checks)('says of $check what it answers, how, and what is not covered', ({ told }) => {
    for (const text of told) expect(text).toMatch(/\S.{8,}/);
  });

  it.each(checks)('names tests of $check that are there and that name it in a title', ({ check, files }) => {
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(files.filter((file) => titlesWith(check, file).length === 0)).toEqual([]);
  });
});
