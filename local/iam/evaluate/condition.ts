import { keyType } from '../service-authorization.ts';
import type { Context } from './context.ts';
import { OPERATORS, type Operator } from './operators.ts';
import { type Place, PolicyError } from './policy-error.ts';
import { filled, hasVariables, variableProblem } from './variables.ts';

type Quantifier = 'ForAllValues' | 'ForAnyValue';

/** One key of one operator of a Condition element. A statement applies when each of its conditions is met. */
export interface Condition {
  readonly place: Place;
  readonly key: string;
  readonly operator: Operator | 'Null';
  readonly quantifier: Quantifier | undefined;
  readonly ifExists: boolean;
  /** One of them must match; for a negated operator, none may. */
  readonly values: readonly string[];
  readonly variables: boolean;
}

/** What a condition stands in: the services whose keys it may name, and whether the policy's version has variables. */
export interface Surroundings {
  readonly services: readonly string[];
  readonly variables: boolean;
}

/** Reads a Condition element; refuses an operator, key or value that AWS does not know. */
export function readConditions(where: Place, block: unknown, surroundings: Surroundings): readonly Condition[] {
  if (block === undefined) return [];
  return members({ ...where, element: 'Condition' }, block).flatMap(([written, keys]) => {
    const place = { ...where, element: `Condition ${written}` };
    const test = readOperator(place, written);
    return members(place, keys).map(([key, values]) => {
      const condition = { ...test, place: { ...place, element: `Condition ${written} ${key}` } };
      return readKey(condition, key, values, surroundings);
    });
  });
}

type Test = Pick<Condition, 'operator' | 'quantifier' | 'ifExists' | 'place'>;

function members(place: Place, value: unknown): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new PolicyError(place, value, 'is not an object.');
}

function readOperator(place: Place, written: string): Omit<Test, 'place'> {
  const [, set, name = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(written) ?? [];
  if (written === 'Null') return { operator: 'Null', quantifier: undefined, ifExists: false };
  const operator = OPERATORS.get(name);
  if (operator === undefined) throw new PolicyError(place, written, 'is not a condition operator.');
  return { operator, quantifier: set as Quantifier | undefined, ifExists: suffix !== undefined };
}

function readKey(test: Test, key: string, given: unknown, { services, variables }: Surroundings): Condition {
  const { place, operator } = test;
  if (keyType(key, services) === undefined) {
    const message = `is not a global condition key, nor one of ${services.join(', ')}.`;
    throw new PolicyError(place, key, message);
  }
  const values = scalars(place, given);
  for (const value of values) checkValue(place, operator, value, variables);
  return { ...test, key: key.toLowerCase(), values, variables };
}

function scalars(place: Place, given: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.map((value) => {
    if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
    throw new PolicyError(place, value, 'is not a text, a number or a boolean.');
  });
}

function checkValue(place: Place, operator: Condition['operator'], value: string, variables: boolean): void {
  const takesVariables = operator !== 'Null' && operator.variables;
  if (variables && hasVariables(value)) {
    const problem = takesVariables ? variableProblem(value) : 'has a variable, which the operator cannot have.';
    if (problem !== undefined) throw new PolicyError(place, value, problem);
    return;
  }
  const problem = (operator === 'Null' ? OPERATORS.get('Bool') : operator)?.problem(value);
  if (problem !== undefined) throw new PolicyError(place, value, `is not ${problem}.`);
}

/** Whether a request meets a condition. IAM User Guide, "Condition operators" and "Multivalued context keys". */
export function isMet(condition: Condition, context: Context): boolean {
  const { key, operator, quantifier, ifExists, values } = condition;
  const given = present(context.get(key), quantifier);
  if (operator === 'Null') return values.some((value) => (value.toLowerCase() === 'true') === (given === undefined));
  if (given === undefined) return ifExists || quantifier === 'ForAllValues' || (!quantifier && operator.negated);
  const expected = condition.variables ? values.map((value) => filled(value, context)) : values;
  const test = (value: string): boolean => passes(operator, value, expected);
  if (quantifier === 'ForAllValues') return given.every(test);
  if (quantifier === 'ForAnyValue') return given.some(test);
  if (given.length > 1) {
    const message = 'has several values in the request: the operator needs ForAllValues or ForAnyValue before it.';
    throw new PolicyError(condition.place, key, message);
  }
  return given.every(test);
}

/** For the operators of sets, nothing but an empty text is nothing. */
function present(given: readonly string[] | undefined, quantifier: Quantifier | undefined) {
  return quantifier !== undefined && given?.every((value) => value === '') ? undefined : given;
}

/** `expected` has undefined for a value whose variable the request cannot fill: it matches nothing, and a negated operator is not met. */
function passes({ negated, matches }: Operator, given: string, expected: readonly (string | undefined)[]): boolean {
  const matched = expected.some((value) => value !== undefined && matches(given, value));
  return negated ? !matched && !expected.includes(undefined) : matched;
}
