import type { Retrier, State } from './definition.ts';
import { invalidDefinition as invalid, isObject, shown } from './invalid-definition.ts';

const retrierFields = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
const catcherFields = ['ErrorEquals', 'Next', 'Output', 'Assign', 'Comment'];
const most = 99_999_999;

/** Checks a state's Retry and Catch (States Language, Errors). */
export function checkErrorHandling({ Retry, Catch }: State, path: string): void {
  checkList(Retry, `${path}/Retry`, retrierFields);
  checkList(Catch, `${path}/Catch`, catcherFields);
  for (const [index, retrier] of (Retry ?? []).entries()) checkNumbers(retrier, `${path}/Retry/${index}`);
  for (const [index, { Next }] of (Catch ?? []).entries())
    if (typeof Next !== 'string') throw invalid(`${path}/Catch/${index} has no Next`);
}

function checkList(
  list: readonly { readonly ErrorEquals: readonly string[] }[] | undefined,
  path: string,
  fields: readonly string[],
): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) throw invalid(`${path} is not an array`);
  for (const [index, entry] of list.entries()) {
    if (!isObject(entry)) throw invalid(`${path}/${index} is not an object`);
    const unknown = Object.keys(entry).find((field) => !fields.includes(field));
    if (unknown !== undefined) throw invalid(`${path}/${index} has the field ${unknown}`);
    const names: unknown = entry.ErrorEquals;
    if (!Array.isArray(names) || names.length === 0 || names.some((name) => typeof name !== 'string'))
      throw invalid(`${path}/${index}/ErrorEquals is not a list of error names`);
    if (names.includes('States.ALL') && (names.length > 1 || index < list.length - 1))
      throw invalid(`${path}/${index}/ErrorEquals: States.ALL must stand alone, and last`);
  }
}

function checkNumbers(retrier: Retrier, path: string): void {
  const { IntervalSeconds, MaxAttempts, MaxDelaySeconds, BackoffRate, JitterStrategy } = retrier;
  const whole = (name: string, value: unknown, least: number): void => {
    if (value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most)) return;
    throw invalid(`${path}/${name} is ${shown(value)}, not a whole number from ${least}`);
  };
  whole('IntervalSeconds', IntervalSeconds, 1);
  whole('MaxAttempts', MaxAttempts, 0);
  whole('MaxDelaySeconds', MaxDelaySeconds, 1);
  if (BackoffRate !== undefined && !(typeof BackoffRate === 'number' && BackoffRate >= 1))
    throw invalid(`${path}/BackoffRate is ${shown(BackoffRate)}, not a number from 1`);
  if (JitterStrategy !== undefined && !['FULL', 'NONE'].includes(JitterStrategy))
    throw invalid(`${path}/JitterStrategy is ${shown(JitterStrategy)}, neither FULL nor NONE`);
}
