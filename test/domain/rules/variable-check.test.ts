import { expect, it } from 'vitest';
import { holds, isOperator, type Operator } from '../../../functions/domain/rules/variable-check.ts';

it.each<[string, Operator, string, boolean]>([
  ['main', 'EQ', 'main', true],
  ['main', 'EQ', 'Main', false],
  ['main', 'NE', 'main', false],
  ['main', 'NE', 'next', true],
  ['a main b', 'CONTAINS', 'main', true],
  ['main', 'CONTAINS', 'a main b', false],
  ['main', 'MATCHES', 'ma', false],
  ['main', 'MATCHES', 'ma..', true],
])('%j %s %j: %s', (variable, operator, value, expected) => {
  const whole = (pattern: string, text: string) => new RegExp(`^(?:${pattern})$`).test(text);

  expect(holds({ variable, operator, value }, whole)).toBe(expected);
});

it('knows its operators', () => {
  expect(['EQ', 'LT', undefined].map(isOperator)).toEqual([true, false, false]);
});
