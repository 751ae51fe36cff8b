import { expect, test } from 'vitest';
import { compareOrder, type Order } from '../../functions/domain/order.ts';

const order = (execution: number, entry: number, invocation: number): Order => ({ execution, entry, invocation });
const ascending = [
  order(1, 1, 0),
  order(1, 1, 1),
  order(1, 2, 0),
  order(1, 10, 9),
  order(2, 1, 0),
  order(2, 1, 2),
  order(2, 9, 0),
  order(10, 1, 0),
];

test('invocations are in order of execution, then entry, then invocation', () => {
  const sorted = ascending.toReversed().sort(compareOrder);

  expect(sorted).toEqual(ascending);
});

test('an invocation is as old as itself', () => {
  expect(ascending.map((each) => compareOrder(each, { ...each }))).toEqual(ascending.map(() => 0));
});

test('of two, one is older, whichever is asked first', () => {
  const wrong = ascending.flatMap((a, i) =>
    ascending.filter((b, j) => Math.sign(compareOrder(a, b)) !== Math.sign(i - j)),
  );

  expect(wrong).toEqual([]);
});
