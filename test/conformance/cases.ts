import { breaches } from '../api/model-breaches.ts';
import { operations, validInput } from '../api/model-inputs.ts';
import { wrongTypes } from './wrong-types.ts';

export type Expected =
  /** Nothing of the model is broken: any answer but one about the request's shape. */
  | { readonly shape: 'valid' }
  | {
      readonly shape: 'broken';
      readonly code: 'ValidationException' | 'SerializationException';
      readonly says: string;
    };

/** A request that follows from the service model, and what must come of it. */
export interface Case {
  readonly operation: string;
  /** Input shape; null where the operation has none. */
  readonly shape: string | null;
  readonly kind: string;
  readonly input: unknown;
  readonly expected: Expected;
}

const valid: Expected = { shape: 'valid' };

/** Every request that the model gives for an operation: the smallest, the fullest, one for each breach and each wrong type. */
export const cases: readonly Case[] = operations.flatMap(({ operation, input: shape }) => {
  const whole = shape === null ? {} : validInput(shape, true);
  const smallest = shape === null ? {} : validInput(shape, false);
  const of = (kind: string, input: unknown, expected: Expected): Case => ({ operation, shape, kind, input, expected });
  return [
    of('smallest', smallest, valid),
    of('fullest', whole, valid),
    ...(shape === null ? [] : breaches(shape, whole)).map(({ kind, input, says }) =>
      of(kind, input, { shape: 'broken', code: 'ValidationException', says }),
    ),
    ...(shape === null ? [] : wrongTypes(shape, whole)).map(({ input, says }) =>
      of('type', input, { shape: 'broken', code: 'SerializationException', says }),
    ),
  ];
});
