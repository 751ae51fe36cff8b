import { describe, expect, it } from 'vitest';
import {
  commitId,
  isCommit,
  isZero,
  records,
  refName,
  repositoryName,
} from '../../../functions/domain/host-events/payload.ts';

describe('what a payload says', () => {
  it.each([
    [
      [{ a: 1 }, 1, null, [{}], { b: 2 }],
      [{ a: 1 }, { b: 2 }],
    ],
    [{ a: 1 }, []],
    [undefined, []],
  ])('has the objects of a list: %j', (value, objects) => {
    expect(records(value)).toEqual(objects);
  });

  it.each([
    ['0'.repeat(40), true],
    ['0', true],
    [`${'0'.repeat(39)}1`, false],
    [`1${'0'.repeat(39)}`, false],
    ['', false],
    [0, false],
  ])('is the id of no commit: %j, %j', (value, expected) => {
    expect(isZero(value)).toBe(expected);
  });

  it.each([
    ['a'.repeat(12), true],
    ['a'.repeat(64), true],
    ['a'.repeat(11), false],
    ['a'.repeat(65), false],
    ['g'.repeat(40), false],
    [123_456_789_012, false],
  ])('is the id of a commit: %j, %j', (value, expected) => {
    expect(isCommit(value)).toBe(expected);
  });

  it('has names that are as long as they may be', () => {
    const [repository, ref] = ['r'.repeat(600), 'b'.repeat(4096)];

    expect(repositoryName(repository, 'name')).toBe(repository);
    expect(refName(ref, 'ref')).toBe(ref);
  });

  it.each([
    [() => repositoryName('r'.repeat(601), 'repository'), 'repository: it has 601 characters'],
    [() => repositoryName(7, 'repository'), 'repository'],
    [() => refName('b'.repeat(4097), 'ref'), 'ref'],
    [() => refName('', 'ref'), 'ref'],
    [() => commitId('a'.repeat(39), 'after'), 'after'],
    [() => commitId('a'.repeat(12), 'hash', 13), 'hash'],
  ])('is refused: %#', (read, what) => {
    expect(read).toThrow(
      expect.objectContaining({ code: 'ValidationException', message: `The payload has no valid ${what}.` }),
    );
  });
});
