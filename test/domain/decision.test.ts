import { expect, it } from 'vitest';
import { decisionPartition, isSameRevision } from '../../functions/domain/decision.ts';

it.each([
  ['0123456789abcdef', 'DECISIONS#0123456'],
  ['01234567', 'DECISIONS#0123456'],
  ['0123456', 'DECISIONS#0123456'],
  ['012345', 'DECISIONS#012345'],
])('decisions about %s lie in %s', (revision, partition) => {
  expect(decisionPartition(revision)).toBe(partition);
});

it.each([
  ['abcdef0', 'abcdef0', true],
  ['abcdef0', 'abcdef0123', true],
  ['abcdef0123', 'abcdef0', true],
  ['abcdef0', 'abcdef1', false],
  ['abcdef0', 'abcdef1234', false],
  ['abcdef0', '99abcdef0', false],
  ['99abcdef0', 'abcdef0', false],
])('%s and %s are of the same revision: %j', (one, other, same) => {
  expect(isSameRevision(one, other)).toBe(same);
});
