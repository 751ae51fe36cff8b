import { expect, test } from 'vitest';
import { propertiesOf } from './stack.ts';

const parameter = (declaration: string): string => `Parameters: { It1: { ${declaration} } }`;

test.each([
  ['Type: String, Default: a', {}, 'a'],
  ['Type: String, Default: a', { It1: 'b' }, 'b'],
  ['Type: String, Default: ""', {}, ''],
  ['Type: String, Default: true', {}, 'true'],
  ['Type: String, Default: 007', {}, '7'],
  ['Type: Number, Default: 2', { It1: '2.5' }, 2.5],
  ['Type: CommaDelimitedList, Default: ""', {}, []],
  ['Type: List<Number>, Default: "1, 2"', {}, [1, 2]],
  ['Type: String, AllowedPattern: "[a-z]+"', { It1: 'abc' }, 'abc'],
  ['Type: String, AllowedValues: [1, 2]', { It1: '2' }, '2'],
  ['Type: CommaDelimitedList, AllowedValues: [a, b]', { It1: 'b,a' }, ['b', 'a']],
  ['Type: String, NoEcho: true, MinLength: 2', { It1: 'secret' }, 'secret'],
])('{ %s } given %j is %j', async (declaration, given, expected) => {
  expect(await propertiesOf('!Ref It1', parameter(declaration), given as Record<string, string>)).toEqual(expected);
});

test.each([
  ['Type: String', {}, 'It1 has no default and was not given'],
  ['Type: String, Default: a', { Other: 'b' }, 'The template has no parameter Other'],
  ['Type: AWS::EC2::VPC::Id, Default: a', {}, 'no parameters of type AWS::EC2::VPC::Id (It1)'],
  ['Type: Number', { It1: 'ten' }, 'It1 must be a number'],
  ['Type: Number', { It1: ' ' }, 'It1 must be a number'],
  ['Type: String, AllowedValues: [on, off]', { It1: 'maybe' }, 'It1 is maybe, but must be one of on, off'],
  ['Type: String, AllowedPattern: "[a-z]+"', { It1: 'abc1' }, 'It1 is abc1, but must match [a-z]+'],
  ['Type: String, AllowedPattern: "a|b"', { It1: 'bc' }, 'It1 is bc, but must match a|b'],
  ['Type: String, AllowedPattern: a, ConstraintDescription: must be a', { It1: 'b' }, 'It1 is b, but must be a.'],
  ['Type: String, MinLength: 2', { It1: 'a' }, 'at least 2 characters'],
  ['Type: String, MinLength: 1', { It1: '' }, 'It1 is empty, but'],
  ['Type: String, MaxLength: "2"', { It1: 'abc' }, 'at most 2 characters'],
  ['Type: Number, MinValue: 2', { It1: '1' }, 'at least 2'],
  ['Type: Number, MaxValue: 2', { It1: '3' }, 'at most 2'],
  ['Type: CommaDelimitedList, AllowedValues: [a]', { It1: 'a,b' }, 'It1 is b, but'],
])('{ %s } given %j is refused: %s', async (declaration, given, message) => {
  const reading = propertiesOf('x', parameter(declaration), given as Record<string, string>);

  await expect(reading).rejects.toThrow(message);
});

test('a refused secret is not shown', async () => {
  const reading = propertiesOf('x', parameter('Type: String, NoEcho: true, MaxLength: 3'), { It1: 'hunter2' });

  await expect(reading).rejects.toThrow('It1 is ****, but must have at most 3 characters');
});
