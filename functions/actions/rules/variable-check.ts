import { variableCheck as type } from '../../domain/rule-types.ts';
import { holds, isOperator, operators } from '../../domain/rules/variable-check.ts';
import { Failure, type Work } from '../../engine/work.ts';
import type { Outcome, Provider } from '../provider.ts';
import { matchesWhole } from './matches.ts';

/** Rule/AWS/VariableCheck/1: compares a variable with a value, at once. */
export const variableCheck: Provider = {
  types: [type],
  startClass: 'token',
  start: async (work) => check(work),
};

const shown = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

function check({ configuration }: Work): Outcome {
  const { Variable: variable = '', Operator: operator, Value: value = '' } = configuration;
  if (!isOperator(operator))
    throw new Failure(
      'ConfigurationError',
      `Operator must be one of ${operators.join(', ')}, not '${shown(operator ?? '')}'.`,
    );
  const says = `'${shown(variable)}' ${operator} '${shown(value)}'`;
  return holds({ variable, operator, value }, matchesWhole)
    ? { status: 'Succeeded', outputs: [], outputVariables: {}, summary: `The variable is as it must be: ${says}.` }
    : { status: 'Failed', code: 'JobFailed', message: `The variable is not as it must be: ${says} does not hold.` };
}
