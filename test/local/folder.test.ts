import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeFolder } from '../../local/folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('a folder is made, with those above it, and keeps the offset of the clock', () => {
  const dir = join(root, 'a', 'b');
  const first = takeFolder(dir);
  first.keepClockOffset(5000);
  first.keepClockOffset(7000);
  first.release();

  const second = takeFolder(dir);
  second.release();

  expect([first.clockOffset, second.clockOffset]).toEqual([0, 7000]);
});

test('a folder that another stack has is refused, and free when that one ends', () => {
  const first = takeFolder(root);

  expect(() => takeFolder(root)).toThrow(
    `The folder ${root} is in use by another stack. End that one, or choose another with --data DIR.`,
  );

  first.release();
  takeFolder(root).release();
});

test('a file in the place of the folder is named', () => {
  const file = join(root, 'file');
  writeFileSync(file, 'mine');

  expect(() => takeFolder(file)).toThrow(
    `${file} cannot be the stack's folder: it is, or lies in, a file. Choose another with --data DIR.`,
  );
  expect(() => takeFolder(join(file, 'below'))).toThrow('it is, or lies in, a file');
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test('a damaged database is said to be damaged, not in use, and is left as it is', () => {
  const file = join(root, 'stack.sqlite');
  writeFileSync(file, 'no database at all, but long enough to have a header of one hundred bytes'.repeat(100));
  const before = readFileSync(file);

  expect(() => takeFolder(root)).toThrow(`${file} cannot be used: file is not a database.`);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(existsSync(`${file}-journal`)).toBe(false);
});
