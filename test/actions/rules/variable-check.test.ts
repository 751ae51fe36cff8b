import { describe, expect, it } from 'vitest';
import { variableCheck } from '../../../functions/actions/rules/variable-check.ts';
import { variableCheck as type } from '../../../functions/domain/rule-types.ts';
import { aWork } from '../a-work.ts';

const check = (Variable: string, Operator: string, Value: string) =>
  variableCheck.start(aWork(type, { configuration: { Variable, Operator, Value } }));

describe('a rule VariableCheck', () => {
  it.each([
    ['main', 'EQ', 'main', 'Succeeded'],
    ['main', 'NE', 'main', 'Failed'],
    ['release/1', 'CONTAINS', 'release', 'Succeeded'],
    ['release/1', 'MATCHES', 'release', 'Failed'],
    ['release/1', 'MATCHES', 'release/\\d+', 'Succeeded'],
    ['release/1\n', 'MATCHES', 'release/\\d+', 'Failed'],
    ['Größe', 'MATCHES', '(?i)\\p{L}+', 'Succeeded'],
    ['a.b[', 'MATCHES', '\\Qa.b[\\E', 'Succeeded'],
    ['a]', 'MATCHES', '[ab][\\]\\[]', 'Succeeded'],
    ['a'.repeat(100_000), 'MATCHES', '(a*)*b', 'Failed'],
  ])('%.20j %s %j has %s', async (variable, operator, value, status) => {
    expect(await check(variable, operator, value)).toMatchObject({ status });
  });

  it('says what was compared', async () => {
    expect(await check('next', 'EQ', 'main')).toEqual({
      status: 'Failed',
      code: 'JobFailed',
      message: "The variable is not as it must be: 'next' EQ 'main' does not hold.",
    });
  });

  it.each(['a(?=b)', '(a)\\1', 'a++', '(', '[a-z&&[^b]]', '[a[b]]'])(
    'refuses the pattern %s, which it would not read as Java does',
    async (pattern) => {
      await expect(check('a', 'MATCHES', pattern)).rejects.toMatchObject({
        code: 'ConfigurationError',
        message: expect.stringContaining(`'${pattern}' is no regular expression that Sluice reads`),
      });
    },
  );

  it('refuses an operator that a variable stood for and that is none', async () => {
    await expect(check('a', 'LIKE', 'a')).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: "Operator must be one of EQ, NE, CONTAINS, MATCHES, not 'LIKE'.",
    });
  });
});
