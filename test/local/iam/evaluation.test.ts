import { describe, expect, test } from 'vitest';
import { ACTIONS_AND_RESOURCES } from './evaluation-cases/actions-and-resources.ts';
import { type Case, judged } from './evaluation-cases/case.ts';
import { CONDITIONS } from './evaluation-cases/conditions.ts';
import { KEYS_AND_ROLES } from './evaluation-cases/keys-and-roles.ts';
import { POLICY_TYPES } from './evaluation-cases/policy-types.ts';
import { FOREIGN, PRINCIPALS } from './evaluation-cases/principals.ts';
import { VARIABLES } from './evaluation-cases/variables.ts';

const CASES: readonly Case[] = [
  ...POLICY_TYPES,
  ...PRINCIPALS,
  ...FOREIGN,
  ...KEYS_AND_ROLES,
  ...ACTIONS_AND_RESOURCES,
  ...CONDITIONS,
  ...VARIABLES,
];

describe.each([...Map.groupBy(CASES, ({ rule }) => rule)])('%s', (_, cases) => {
  test.each(cases)('$name: $expect', (given) => {
    const { decision, kind, reason, statement } = judged(given);

    expect({ decision, reason }).toMatchObject({ decision: given.expect });
    if (given.by !== undefined) expect(kind).toBe(given.by);
    if (decision === 'ExplicitDeny') expect(statement?.effect).toBe('Deny');
  });
});

test('the table has at least 300 cases, each with a name of its own', () => {
  const byName = Map.groupBy(CASES, ({ rule, name }) => `${rule}: ${name}`);

  expect([...byName].filter(([, cases]) => cases.length > 1).map(([name]) => name)).toEqual([]);
  expect(CASES.length).toBeGreaterThanOrEqual(300);
});

test('a condition that lets an Allow through lets a Deny through', () => {
  const decisions = CONDITIONS.map((given) => {
    const denied = (given.identity ?? []).map((statement) => ({ ...statement, Effect: 'Deny' }));
    return judged({ ...given, identity: [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...denied] }).decision;
  });

  const expected = CONDITIONS.map((given) => (given.expect === 'Allow' ? 'ExplicitDeny' : 'Allow'));
  expect(decisions).toEqual(expected);
});
