import { expressionTest, PatternError, type Test } from './match.ts';

type Json = Readonly<Record<string, unknown>>;
type ObjectTest = (event: Json) => boolean;

/** The longest pattern that EventBridge takes, in characters. */
const LONGEST = 4096;

/** Reads an event pattern; throws a PatternError for one that EventBridge refuses. The answer says whether an event matches. */
export function compilePattern(pattern: string): ObjectTest {
  if (pattern.length > LONGEST) throw new PatternError(`The pattern is over ${LONGEST} characters.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(pattern);
  } catch {
    throw new PatternError('The pattern is not valid JSON.');
  }
  if (!isObject(parsed)) throw new PatternError('Filter is not an object');
  return objectTest(parsed);
}

function objectTest(pattern: Json): ObjectTest {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw new PatternError('Empty objects are not allowed');
  const tests = fields.map(([name, inner]) => (name === '$or' ? orTest(inner) : fieldTest(name, inner)));
  return (event) => tests.every((test) => test(event));
}

function orTest(alternatives: unknown): ObjectTest {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw new PatternError('$or must be an array of at least two patterns');
  }
  const tests = alternatives.map(objectTest);
  return (event) => tests.some((test) => test(event));
}

function fieldTest(name: string, inner: unknown): ObjectTest {
  if (Array.isArray(inner)) {
    const test = leafTest(inner);
    return (event) => test(leaves(event[name]));
  }
  if (!isObject(inner)) throw new PatternError(`"${name}" must be an object or an array`);
  const test = objectTest(inner);
  return (event) => {
    const objects = flat(event[name]).filter(isObject);
    // A missing object is one without fields: what a pattern of `exists: false` alone matches.
    return objects.length === 0 ? test({}) : objects.some(test);
  };
}

function leafTest(alternatives: readonly unknown[]): (values: readonly unknown[]) => boolean {
  if (alternatives.length === 0) throw new PatternError('Empty arrays are not allowed');
  const tests = alternatives.map((alternative) => {
    if (Array.isArray(alternative)) throw new PatternError('Match value must be String, number, true, false, or null');
    if (!isObject(alternative)) return anyOf((value) => value === alternative);
    if (!Object.hasOwn(alternative, 'exists')) return anyOf(expressionTest(alternative));
    return existsTest(alternative);
  });
  return (values) => tests.some((test) => test(values));
}

function existsTest(expression: Json): (values: readonly unknown[]) => boolean {
  const { exists } = expression;
  if (Object.keys(expression).length > 1) throw new PatternError('Only one key allowed in match expression');
  if (typeof exists !== 'boolean') throw new PatternError('exists match pattern must be either true or false.');
  return (values) => values.length > 0 === exists;
}

function anyOf(test: Test): (values: readonly unknown[]) => boolean {
  return (values) => values.some(test);
}

function leaves(value: unknown): unknown[] {
  return flat(value).filter((item) => !isObject(item));
}

function flat(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
