import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, compareNumbers, encodeNumber, subtract } from '../../../local/dynamodb/number.ts';

/** Integers of up to 30 digits, shifted by up to 6 decimal places. */
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat({ max: 6 }))
  .map(([digits, scale]) => ({ digits, scale, text: text(digits, scale) }));

function text(digits: bigint, scale: number): string {
  const padded = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = padded.slice(0, padded.length - scale);
  const fraction = padded.slice(padded.length - scale).replace(/0+$/, '');
  return `${digits < 0n ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

const scaled = ({ digits, scale }: { digits: bigint; scale: number }) => digits * 10n ** BigInt(6 - scale);

describe('numbers', () => {
  test('sort by their bytes as by their value', () =>
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const expected = scaled(a) < scaled(b) ? -1 : scaled(a) > scaled(b) ? 1 : 0;

        expect(Buffer.compare(encodeNumber(a.text), encodeNumber(b.text))).toBe(expected);
        expect(Math.sign(compareNumbers(a.text, b.text))).toBe(expected);
      }),
    ));

  test('add and subtract exactly', () =>
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(add(a.text, b.text)).toBe(text(scaled(a) + scaled(b), 6));
        expect(subtract(a.text, b.text)).toBe(text(scaled(a) - scaled(b), 6));
      }),
    ));

  test.each([
    [`1${'0'.repeat(125)}`, `0.${'0'.repeat(129)}1`],
    ['1', `0.${'0'.repeat(129)}1`],
    [`0.${'0'.repeat(129)}1`, '0'],
    ['0', `-0.${'0'.repeat(129)}1`],
    ['-1', `-1${'0'.repeat(125)}`],
  ])('%s sorts after %s, to the ends of the range', (larger, smaller) => {
    expect(compareNumbers(larger, smaller)).toBeGreaterThan(0);
  });

  test('refuses a sum of more than 38 digits', () => {
    expect(() => add(`1${'0'.repeat(38)}`, '1')).toThrow('38 significant digits');
  });
});
