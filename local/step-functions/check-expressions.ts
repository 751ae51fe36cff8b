import type { State } from './definition.ts';
import { codeOf, syntaxError } from './expression.ts';
import { invalidDefinition as invalid, isObject, shown } from './invalid-definition.ts';

const apart = ['Comment', 'ItemProcessor', 'Branches'];
/** What must be a whole number from here, or an expression. */
const least = { TimeoutSeconds: 1, HeartbeatSeconds: 1, MaxConcurrency: 0, Seconds: 0 } as const;
const most = 99_999_999;
const texts = ['Timestamp', 'Error', 'Cause'] as const;

/** Checks that every expression of a state can be read, and that what must be a number or an expression is one. */
export function checkExpressions(state: State, path: string): void {
  for (const [field, from] of Object.entries(least)) {
    const value = state[field as keyof typeof least];
    const fits = value === undefined || isExpression(value) || isWhole(value, from);
    if (!fits) throw invalid(`${path}/${field} is ${shown(value)}, neither a whole number from ${from} nor JSONata`);
  }
  for (const field of texts) {
    const value = state[field];
    if (value !== undefined && typeof value !== 'string')
      throw invalid(`${path}/${field} is ${shown(value)}, not a string`);
  }
  const { Items = [] } = state;
  if (!Array.isArray(Items) && !isExpression(Items))
    throw invalid(`${path}/Items is ${shown(Items)}, neither an array nor JSONata`);
  for (const [index, { Condition }] of (state.Choices ?? []).entries()) {
    if (typeof Condition !== 'boolean' && !isExpression(Condition))
      throw invalid(`${path}/Choices/${index}/Condition is not JSONata`);
  }
  for (const assign of assignments(state)) checkNames(assign, path);
  for (const [field, value] of Object.entries(state)) if (!apart.includes(field)) check(value, `${path}/${field}`);
}

function assignments({ Assign, Choices = [], Catch = [] }: State): readonly unknown[] {
  const all = [Assign, ...Choices.map((each) => each.Assign), ...Catch.map((each) => each.Assign)];
  return all.filter((assign) => assign !== undefined);
}

function checkNames(assign: unknown, path: string): void {
  if (!isObject(assign)) throw invalid(`${path} has an Assign that is ${shown(assign)}, not an object`);
  const wrong = Object.keys(assign).find(
    (name) => name === 'states' || !/^\p{ID_Start}[\p{ID_Continue}]{0,79}$/u.test(name),
  );
  if (wrong !== undefined) throw invalid(`${path} assigns to ${wrong}, which cannot be a variable's name`);
}

function isWhole(value: unknown, from: number): boolean {
  return Number.isInteger(value) && Number(value) >= from && Number(value) <= most;
}

function isExpression(value: unknown): boolean {
  return typeof value === 'string' && codeOf(value) !== undefined;
}

function check(value: unknown, path: string): void {
  if (typeof value === 'string') {
    if (!value.startsWith('{%')) return;
    const code = codeOf(value);
    const error = code === undefined ? 'it does not end in %}' : syntaxError(code);
    if (error !== undefined) throw invalid(`${path} is not JSONata that can be read: ${error}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) if (name !== 'Comment') check(inner, `${path}/${name}`);
  }
}
