import { describe, expect, test } from 'vitest';
import { validateInput } from '../../functions/api/validate.ts';
import { type Breach, breaches } from './model-breaches.ts';
import { operations, validInput } from './model-inputs.ts';

const breachesOf = (input: string | null) => (input === null ? [] : breaches(input, validInput(input, true)));

function answerTo(operation: string, input: unknown): string {
  try {
    validateInput(operation, input);
    return 'It passed.';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

function isTold(answer: string, { says }: Breach): boolean {
  const [, list = ''] = /^ValidationException: \d+ validation errors? detected: (.*)$/s.exec(answer) ?? [];
  return `; ${list}; `.includes(`; ${says}; `);
}

describe.each(operations)('$operation', ({ operation, input }) => {
  test('takes the smallest valid input as it is', () => {
    const smallest = input === null ? {} : validInput(input, false);

    const valid = validateInput(operation, smallest);

    expect(valid).toEqual(smallest);
  });

  test('takes an input with every member as it is', () => {
    const whole = input === null ? {} : validInput(input, true);

    const valid = validateInput(operation, whole);

    expect(valid).toEqual(whole);
  });

  test('refuses every breach of a constraint, and names it', () => {
    const all = breachesOf(input);

    const unnoticed = all
      .map((breach) => ({ ...breach, answer: answerTo(operation, breach.input) }))
      .filter((breach) => !isTold(breach.answer, breach))
      .map(({ says, answer }) => ({ says, answer }));

    expect(unnoticed).toEqual([]);
  });
});

test('the model has 44 operations', () => {
  expect(operations).toHaveLength(44);
});

test.each([
  ['required', 100],
  ['length', 100],
  ['pattern', 100],
  ['enum', 10],
  ['range', 10],
  ['keys', 2],
  ['values', 2],
] as const)('breaches of kind %s are among those tried', (kind, atLeast) => {
  const tried = operations.flatMap(({ input }) => breachesOf(input)).filter((breach) => breach.kind === kind);

  expect(tried.length).toBeGreaterThanOrEqual(atLeast);
});
