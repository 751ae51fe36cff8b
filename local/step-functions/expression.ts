import { createHash, randomUUID } from 'node:crypto';
import jsonata, { type Expression } from 'jsonata';
import { AslError } from './asl-error.ts';
import type { Template } from './definition.ts';

/** What an expression sees: `$states`, and the variables that were assigned. `now` is what `$now()` and `$millis()` tell. */
export interface View {
  readonly states: object;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly now: number;
}

/** An expression may run this long, in milliseconds of the machine's clock, so that none holds up the stack. */
const longest = 5000;
const deepest = 500;
const cacheSize = 2000;
const compiled = new Map<string, Expression>();
const clockFormat = jsonata('$fromMillis(now, picture, timezone)');

/** Evaluates every expression in a template. An expression that fails or gives nothing is States.QueryEvaluationError. */
export async function evaluate(template: Template, view: View): Promise<unknown> {
  if (typeof template === 'string') {
    const code = codeOf(template);
    return code === undefined ? template : evaluateCode(code, view);
  }
  if (Array.isArray(template)) return Promise.all(template.map((each) => evaluate(each, view)));
  if (typeof template !== 'object' || template === null) return template;
  const entries = Object.entries(template).map(async ([key, value]) => [key, await evaluate(value, view)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** The JSONata in a string of the form `{% … %}`; undefined when it is a plain string. */
export function codeOf(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2) : undefined;
}

/** Says why a piece of JSONata cannot be read; undefined when it can. */
export function syntaxError(code: string): string | undefined {
  try {
    compile(code);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function evaluateCode(code: string, { states, variables, now }: View): Promise<unknown> {
  let result: unknown;
  try {
    const clock = { now: clockFunction(now), millis: () => now };
    result = await compile(code).evaluate(undefined, { ...clock, ...variables, states });
  } catch (error) {
    throw failed(code, `failed: ${messageOf(error)}`);
  }
  if (result === undefined || typeof result === 'function') throw failed(code, 'returned nothing (undefined).');
  if (typeof result === 'number' && !Number.isFinite(result)) throw failed(code, `returned ${result}.`);
  // A result of JSONata may be a sequence with members of its own, or share its input: plain JSON is neither.
  return typeof result === 'object' && result !== null ? JSON.parse(JSON.stringify(result)) : result;
}

function failed(code: string, why: string): AslError {
  return new AslError('States.QueryEvaluationError', `The JSONata expression '${code.trim()}' ${why}`);
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

/** JSONata with the functions that Step Functions adds (developer guide, Transforming data with JSONata). */
function compile(code: string): Expression {
  const known = compiled.get(code);
  if (known) return known;
  const expression = jsonata(code, { timeout: longest, stack: deepest });
  expression.registerFunction('uuid', () => randomUUID());
  expression.registerFunction('parse', (text: string) => JSON.parse(text), '<s:x>');
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('eval', () => {
    throw new Error('Step Functions has no $eval; use $parse to read JSON.');
  });
  if (compiled.size >= cacheSize) compiled.clear();
  compiled.set(code, expression);
  return expression;
}

function clockFunction(now: number): (picture?: string, timezone?: string) => unknown {
  return (picture, timezone) =>
    picture === undefined ? new Date(now).toISOString() : clockFormat.evaluate({ now, picture, timezone });
}

function hash(text: string, algorithm: string): string {
  return createHash(algorithm.replace('-', '').toLowerCase()).update(text).digest('hex');
}

function range(first: number, last: number, step: number): number[] {
  const count = Math.floor((last - first) / step) + 1;
  if (!(count <= 1000)) throw new Error('$range gives at most 1,000 numbers.');
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
}

function partition(list: unknown[], size: number): unknown[][] {
  if (!(size >= 1)) throw new Error('$partition needs a size of at least 1.');
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
