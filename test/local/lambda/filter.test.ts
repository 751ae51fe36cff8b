import { expect, test } from 'vitest';
import { passes, readPattern } from '../../../local/lambda/filter.ts';

const RECORD = {
  eventName: 'MODIFY',
  dynamodb: { NewImage: { status: { S: 'Failed' }, tries: { N: '3' } }, list: ['a', 'b'], nothing: null, size: 7 },
};

test.each([
  [{ eventName: ['INSERT', 'MODIFY'] }, true],
  [{ eventName: ['INSERT'] }, false],
  [{ eventName: ['MODIFY'], dynamodb: { NewImage: { status: { S: ['Failed'] } } } }, true],
  [{ eventName: ['MODIFY'], dynamodb: { NewImage: { status: { S: ['Stopped'] } } } }, false],
  [{ dynamodb: { NewImage: { status: { S: [{ prefix: 'Fa' }] } } } }, true],
  [{ dynamodb: { NewImage: { status: { S: [{ prefix: 'fa' }] } } } }, false],
  [{ dynamodb: { size: [{ prefix: '7' }] } }, false],
  [{ dynamodb: { size: [7] } }, true],
  [{ dynamodb: { size: ['7'] } }, false],
  [{ dynamodb: { nothing: [null] } }, true],
  [{ dynamodb: { list: ['b'] } }, true],
  [{ dynamodb: { OldImage: { status: { S: [{ exists: false }] } } } }, true],
  [{ dynamodb: { NewImage: { status: { S: [{ exists: false }] } } } }, false],
  [{ dynamodb: { NewImage: { status: { S: [{ exists: true }] } } } }, true],
  [{ dynamodb: { NewImage: { status: [{ exists: true }] } } }, false],
  [{ toString: [{ exists: true }] }, false],
  [{}, true],
])('the filter %j on a record says %s', (pattern, expected) => {
  const filter = readPattern('Publish', JSON.stringify(pattern));

  expect(passes([filter], RECORD)).toBe(expected);
});

test('one filter of several is enough, and none lets all pass', () => {
  const no = readPattern('Publish', '{"eventName":["REMOVE"]}');
  const yes = readPattern('Publish', '{"eventName":["MODIFY"]}');

  expect([passes([no, yes], RECORD), passes([no], RECORD), passes([], RECORD)]).toEqual([true, false, true]);
});

test.each([
  '[]',
  '{"a":"b"}',
  '{"a":[{"anything-but":"b"}]}',
  '{"$or":[{"a":["b"]}]}',
  '{"a":[{"prefix":"x","exists":true}]}',
])('the filter %s is refused', (text) => {
  expect(() => readPattern('Publish', text)).toThrow(/^Publish: /);
});
