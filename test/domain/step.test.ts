import { describe, expect, it } from 'vitest';
import type { ConditionType, RuleDeclaration, StageDeclaration } from '../../functions/domain/declaration.ts';
import {
  conditionTypes,
  placedIn,
  resultOf,
  rulesOf,
  type Step,
  stepAfter,
  stepOf,
} from '../../functions/domain/step.ts';
import { condition } from './conditions.ts';
import { aDefinition } from './given.ts';

const stage: StageDeclaration = aDefinition({ Ship: [5, 2, 5] }).stages[0] ?? { name: 'Ship', actions: [] };
const [first, second, third] = stage.actions;
const rule = (name: string, more: Partial<RuleDeclaration> = {}): RuleDeclaration => ({
  name,
  ruleTypeId: { category: 'Rule', provider: 'VariableCheck' },
  ...more,
});
const ruled = (name: string) => ({
  name,
  actionTypeId: { category: 'Rule', owner: 'AWS', provider: 'VariableCheck', version: '1' },
});

it('conditions are met in one order', () => {
  expect(conditionTypes).toEqual(['beforeEntry', 'onSuccess', 'onFailure']);
});

it.each<[number, ConditionType | undefined, Step | undefined]>([
  [0, undefined, undefined],
  [1, undefined, 1],
  [0, 'beforeEntry', 'beforeEntry'],
  [2, 'onSuccess', 'onSuccess'],
])('the step that goes on at %d with the condition %s is %s', (step, type, expected) => {
  expect(stepOf({ step, ...(type === undefined ? {} : { condition: type }) })).toBe(expected);
});

describe('what a step runs', () => {
  it.each<[Step, unknown]>([
    [
      5,
      [
        { declaration: first, index: 0 },
        { declaration: third, index: 2 },
      ],
    ],
    [2, [{ declaration: second, index: 1 }]],
    [1, []],
    [
      'onSuccess',
      [
        { declaration: ruled('R1'), index: 0 },
        { declaration: ruled('R2'), index: 1 },
      ],
    ],
    ['beforeEntry', []],
    ['onFailure', []],
  ])('has its place, at %s', (step, expected) => {
    expect(placedIn({ ...stage, onSuccess: condition('FAIL') }, step)).toEqual(expected);
  });
});

describe('the rules of a condition', () => {
  it.each<[string, StageDeclaration, readonly string[]]>([
    ['none without it', stage, []],
    ['none where it is empty', { ...stage, onSuccess: {} }, []],
    ['none where it has none', { ...stage, onSuccess: { conditions: [{ result: 'FAIL' }] } }, []],
    ['none of another', { ...stage, beforeEntry: condition('FAIL'), onFailure: condition('ROLLBACK') }, []],
    ['all, in order', { ...stage, onSuccess: { conditions: [{ rules: [rule('b'), rule('a')] }] } }, ['b', 'a']],
  ])('are %s', (_, of, names) => {
    expect(rulesOf(of, 'onSuccess')).toEqual(names.map(ruled));
  });

  it('are as they were declared, with what was left out', () => {
    const declared = rule('R', { timeoutInMinutes: 7, configuration: { Variable: 'v' } });
    const ruleTypeId = { category: 'Rule', provider: 'LambdaInvoke', version: '2' } as const;

    expect(
      rulesOf({ ...stage, onFailure: { conditions: [{ rules: [{ ...declared, ruleTypeId }] }] } }, 'onFailure'),
    ).toEqual([
      {
        name: 'R',
        timeoutInMinutes: 7,
        configuration: { Variable: 'v' },
        actionTypeId: { ...ruleTypeId, owner: 'AWS' },
      },
    ]);
  });
});

describe('the step that follows', () => {
  const all = {
    ...stage,
    beforeEntry: condition('FAIL'),
    onSuccess: condition('FAIL'),
    onFailure: condition('ROLLBACK'),
  };
  const rollback = { target: 'good' };

  it.each<[string, StageDeclaration, Parameters<typeof stepAfter>[1], Step | undefined]>([
    ['the beginning is the entry condition', all, { step: 0 }, 'beforeEntry'],
    ['the beginning of a rollback is the first action', all, { step: 0, rollback }, 2],
    ['the beginning without an entry condition is the first action', stage, { step: 0 }, 2],
    ['the entry condition is the first action', all, { step: 0, condition: 'beforeEntry' }, 2],
    ['an action is the next', all, { step: 2 }, 5],
    ['an order between two is the next', all, { step: 3 }, 5],
    ['the last action is the success condition', all, { step: 5 }, 'onSuccess'],
    ['the last action of a rollback is the success condition', all, { step: 5, rollback }, 'onSuccess'],
    ['the last action without a success condition is none', { ...all, onSuccess: {} }, { step: 5 }, undefined],
    ['the success condition is none', all, { step: 5, condition: 'onSuccess' }, undefined],
    [
      'the failure condition is none, though there are more actions',
      all,
      { step: 2, condition: 'onFailure' },
      undefined,
    ],
  ])('%s', (_, of, run, expected) => {
    expect(stepAfter(of, run)).toBe(expected);
  });
});

describe('what engages when a condition fails', () => {
  it.each([
    ['beforeEntry', 'SKIP', 'SKIP'],
    ['onSuccess', 'ROLLBACK', 'ROLLBACK'],
    ['onFailure', 'FAIL', 'FAIL'],
    ['beforeEntry', undefined, 'FAIL'],
    ['onSuccess', undefined, 'FAIL'],
    ['onFailure', undefined, 'ROLLBACK'],
  ] as const)('is of %s with the result %s: %s', (type, result, expected) => {
    expect(resultOf({ ...stage, [type]: condition(result) }, type)).toBe(expected);
  });

  it.each([
    ['beforeEntry', 'FAIL'],
    ['onFailure', 'ROLLBACK'],
  ] as const)('is of %s that is not there or empty: %s', (type, expected) => {
    expect(resultOf(stage, type)).toBe(expected);
    expect(resultOf({ ...stage, [type]: {} }, type)).toBe(expected);
    expect(resultOf({ ...stage, [type]: { conditions: [] } }, type)).toBe(expected);
  });
});
