import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { putAction } from '../../functions/aws/action-record.ts';
import { packMap, unpackMap } from '../../functions/aws/text-map.ts';
import { s3Deploy } from '../../functions/domain/action-types/deploy.ts';
import { excessOfVariables } from '../../functions/engine/output-variables.ts';
import { aWork } from '../actions/a-work.ts';

/** DynamoDB's limit for an item (Constraints), in bytes. */
const item = 400 * 1024;

/** The bytes of an attribute value as DynamoDB counts them: texts as UTF-8, three and one for each element of a list or map. */
function bytesOf(value: object): number {
  const [[type, of]] = Object.entries(value) as [[string, never]];
  if (type === 'S' || type === 'N') return Buffer.byteLength(of);
  const members: readonly [string, object][] = type === 'L' || type === 'M' ? Object.entries(of) : [];
  const names = type === 'M' ? members.map(([name]) => Buffer.byteLength(name)) : [];
  return members.reduce((sum, [, member]) => sum + 1 + bytesOf(member), 3) + names.reduce((sum, name) => sum + name, 0);
}

describe('a map whose names users choose', () => {
  it('is read as it was written, however long', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('\u0001'.repeat(30_000)));

    fc.assert(
      fc.property(fc.dictionary(fc.string(), text, { noNullPrototype: true }), (map) => {
        expect(unpackMap(packMap(map))).toEqual(map);
      }),
    );
  });

  it.each([
    ['control characters', { a: '\u0001'.repeat(122_879) }],
    ['quotes', { a: '"'.repeat(122_879) }],
    ['letters of three bytes', { a: '語'.repeat(40_959) }],
    [
      'short values',
      Object.fromEntries(Array.from({ length: 24_576 }, (_, index) => [`k${index}`.padEnd(4, 'x').slice(0, 9), 'v'])),
    ],
  ])('fits into an item, beside the longest configuration: %s', (_, outputVariables) => {
    const { action } = aWork(s3Deploy);
    const resolvedConfiguration = { a: '\u0001'.repeat(100 * 1024 - 1) };
    expect(excessOfVariables({ a: 'x'.repeat(122_879) })).toBeUndefined();
    const write = putAction({ ...action, status: 'Succeeded', outputVariables, resolvedConfiguration }, 1);

    const put = 'put' in write ? marshall(write.put, { removeUndefinedValues: true }) : {};

    expect(bytesOf({ M: put })).toBeLessThan(item);
  });

  it('of 122,880 bytes is taken, and of one more it is told how many it has', () => {
    expect(excessOfVariables({ ab: 'x'.repeat(122_878) })).toBeUndefined();
    expect(excessOfVariables({ ab: 'x'.repeat(122_879) })).toBe(
      'The output variables have 122881 bytes; at most 122880 are allowed.',
    );
  });
});
