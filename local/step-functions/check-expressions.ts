import type { State } from './definition.ts';
import { codeOf, syntaxError } from './expression.ts';
import { invalidDefinition as invalid } from './invalid-definition.ts';

const apart = ['Comment', 'ItemProcessor', 'Branches'];
const numbers = ['TimeoutSeconds', 'HeartbeatSeconds', 'MaxConcurrency', 'Seconds'] as const;

/** Checks that every expression of a state can be read, and that what must be a number or an expression is one. */
export function checkExpressions(state: State, path: string): void {
  for (const field of numbers) {
    const value = state[field];
    const fits = value === undefined || (Number.isInteger(value) && Number(value) >= 0) || isExpression(value);
    if (!fits) throw invalid(`${path}/${field} is ${JSON.stringify(value)}, neither a whole number nor JSONata`);
  }
  for (const [index, { Condition }] of (state.Choices ?? []).entries()) {
    if (typeof Condition !== 'boolean' && !isExpression(Condition))
      throw invalid(`${path}/Choices/${index}/Condition is not JSONata`);
  }
  for (const assign of assignments(state)) checkNames(assign, path);
  for (const [field, value] of Object.entries(state)) if (!apart.includes(field)) check(value, `${path}/${field}`);
}

function assignments({ Assign, Choices = [], Catch = [] }: State): readonly object[] {
  const all = [Assign, ...Choices.map((each) => each.Assign), ...Catch.map((each) => each.Assign)];
  return all.filter((assign) => assign !== undefined);
}

function checkNames(assign: object, path: string): void {
  const wrong = Object.keys(assign).find(
    (name) => name === 'states' || !/^\p{ID_Start}[\p{ID_Continue}]{0,79}$/u.test(name),
  );
  if (wrong !== undefined) throw invalid(`${path} assigns to ${wrong}, which cannot be a variable's name`);
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
