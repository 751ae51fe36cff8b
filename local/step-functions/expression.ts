import { createHash, randomUUID } from 'node:crypto';
import jsonata, { type Expression } from 'jsonata';
import { AslError } from './asl-error.ts';
import type { Template } from './definition.ts';

/** What an expression sees: `$states`, and the variables that were assigned. */
export interface View {
  readonly states: object;
  readonly variables: Readonly<Record<string, unknown>>;
}

const compiled = new Map<string, Expression>();

/** Evaluates every expression in a template. An expression that fails or gives nothing is States.QueryEvaluationError. */
export async function evaluate(template: Template, view: View): Promise<unknown> {
  if (typeof template === 'string') {
    const code = /^\{%([\s\S]*)%\}$/.exec(template)?.[1];
    return code === undefined ? template : evaluateCode(code, view);
  }
  if (Array.isArray(template)) return Promise.all(template.map((each) => evaluate(each, view)));
  if (typeof template !== 'object' || template === null) return template;
  const entries = Object.entries(template).map(async ([key, value]) => [key, await evaluate(value, view)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function evaluateCode(code: string, { states, variables }: View): Promise<unknown> {
  let result: unknown;
  try {
    result = await compile(code).evaluate(undefined, { ...variables, states });
  } catch (error) {
    throw new AslError(
      'States.QueryEvaluationError',
      `The JSONata expression '${code.trim()}' failed: ${(error as Error).message}`,
    );
  }
  if (result === undefined || typeof result === 'function') {
    throw new AslError(
      'States.QueryEvaluationError',
      `The JSONata expression '${code.trim()}' returned nothing (undefined).`,
    );
  }
  // A result of JSONata may be a sequence with members of its own, or share its input: plain JSON is neither.
  return typeof result === 'object' && result !== null ? JSON.parse(JSON.stringify(result)) : result;
}

/** JSONata with the functions that Step Functions adds (developer guide, JSONata functions provided by Step Functions). */
function compile(code: string): Expression {
  const known = compiled.get(code);
  if (known) return known;
  const expression = jsonata(code);
  expression.registerFunction('uuid', () => randomUUID());
  expression.registerFunction('parse', (text: string) => JSON.parse(text), '<s:x>');
  expression.registerFunction(
    'hash',
    (text: string, algorithm: string) =>
      createHash(algorithm.replace('-', '').toLowerCase()).update(text).digest('hex'),
    '<ss:s>',
  );
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('eval', () => {
    throw new Error('$eval is not supported');
  });
  compiled.set(code, expression);
  return expression;
}

function range(first: number, last: number, step: number): number[] {
  const count = Math.floor((last - first) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
}

function partition(list: unknown[], size: number): unknown[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
