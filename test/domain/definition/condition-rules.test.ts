import { describe, expect, it } from 'vitest';
import type { ConditionType, RuleDeclaration } from '../../../functions/domain/declaration.ts';
import { breachesOf } from '../../../functions/domain/definition.ts';
import { ruleTypes } from '../../../functions/domain/rule-types.ts';
import { approval, build, home, pipeline, rule, stage } from '../definitions.ts';

/** What is said of a pipeline whose stage Ship, between Make and Late, has a condition with some rules. */
const said = (rules: readonly RuleDeclaration[], type: ConditionType = 'beforeEntry') => {
  const given = pipeline([
    stage('Make', build('Make', { outputArtifacts: [{ name: 'Made' }] })),
    {
      ...stage('Ship', build('Pack', { outputArtifacts: [{ name: 'Packed' }], runOrder: 9 })),
      [type]: { conditions: [{ rules }] },
    },
    stage('Late', build('Finish', { outputArtifacts: [{ name: 'Finished' }] }), approval()),
  ]);
  return [...breachesOf(given, home)].map(
    ({ refusal, at }) => `${at.slice(6).join('.')} ${refusal.code}: ${refusal.message}`,
  );
};

const configured = (provider: string, configuration: Record<string, string>, more: Partial<RuleDeclaration> = {}) =>
  rule(provider, { ...more, configuration: { ...rule(provider).configuration, ...configuration } });

const without = (provider: string, key: string) => {
  const { [key]: _, ...configuration } = rule(provider).configuration ?? {};
  return rule(provider, { configuration });
};

describe('a rule of a condition', () => {
  it.each(ruleTypes.map(({ id }) => id.provider))('of %s is accepted', (provider) => {
    const breaches = said([rule(provider), rule(provider, { name: 'Longer', timeoutInMinutes: 86_400 })]);

    expect(breaches).toEqual([]);
  });

  it.each<[string, RuleDeclaration, string, string]>([
    [
      'of no type',
      rule('Sleep'),
      '0.ruleTypeId',
      "RuleType (Category: 'Rule', Provider: 'Sleep', Owner: 'AWS', Version: '1') in rule 'SleepRule' of stage 'Ship' is not available in region 'EU_WEST_1'",
    ],
    [
      'of another version',
      rule('VariableCheck', { ruleTypeId: { category: 'Rule', provider: 'VariableCheck', version: '2' } }),
      '0.ruleTypeId',
      "Version: '2'",
    ],
    ...(
      [
        ['VariableCheck', 'Variable'],
        ['VariableCheck', 'Value'],
        ['VariableCheck', 'Operator'],
        ['DeploymentWindow', 'Cron'],
        ['CloudWatchAlarm', 'AlarmName'],
        ['LambdaInvoke', 'FunctionName'],
        ['CodeBuild', 'ProjectName'],
      ] as const
    ).map(([provider, key]): [string, RuleDeclaration, string, string] => [
      `of ${provider} without ${key}`,
      without(provider, key),
      '0.configuration',
      `The configuration for rule '${provider}Rule' of stage 'Ship' is missing required configuration '${key}'.`,
    ]),
    [
      'with an unknown key',
      configured('CloudWatchAlarm', { Alarm: 'x' }),
      '0.configuration.Alarm',
      "has the unknown configuration 'Alarm'. It takes: AlarmName, AlarmStates, WaitTime.",
    ],
    [
      'with an unknown operator',
      configured('VariableCheck', { Operator: 'LT' }),
      '0.configuration.Operator',
      "is 'LT'. It must be one of: EQ, NE, CONTAINS, MATCHES.",
    ],
    [
      'with an unknown state',
      configured('CloudWatchAlarm', { AlarmStates: 'ALARM,BAD' }),
      '0.configuration.AlarmStates',
      "is 'ALARM,BAD'. AlarmStates must be ALARM, OK, INSUFFICIENT_DATA",
    ],
    [
      'with half a minute',
      configured('CloudWatchAlarm', { WaitTime: '0.5' }),
      '0.configuration.WaitTime',
      'WaitTime must be a whole number of minutes',
    ],
    [
      'that waits longer than it may',
      configured('CloudWatchAlarm', { WaitTime: '61' }, { timeoutInMinutes: 60 }),
      '0.configuration.WaitTime',
      'is 61 minutes, and the rule times out after 60.',
    ],
    [
      'with a cron of five fields',
      configured('DeploymentWindow', { Cron: '0 9 * * ?' }),
      '0.configuration.Cron',
      'and has 5.',
    ],
    [
      'with two days',
      configured('DeploymentWindow', { Cron: '0 0 9 1 * MON' }),
      '0.configuration.Cron',
      'It needs ? in one of day-of-month and day-of-week',
    ],
    [
      'with a zone that is none',
      configured('DeploymentWindow', { TimeZone: 'Europe/Nowhere' }),
      '0.configuration.TimeZone',
      'there is no Europe/Nowhere.',
    ],
    [
      'with a zone that may be several',
      configured('DeploymentWindow', { TimeZone: 'BST' }),
      '0.configuration.TimeZone',
      'TimeZone BST may be several',
    ],
    [
      'of Commands without commands',
      rule('Commands', { commands: [] }),
      '0.commands',
      "Commands rule 'CommandsRule' of stage 'Ship' must have a non-empty commands field.",
    ],
    [
      'with commands',
      rule('VariableCheck', { commands: ['ls'] }),
      '0.commands',
      "Rule 'VariableCheckRule' of stage 'Ship' has commands, which rules of the type Rule/AWS/VariableCheck/1 do not have.",
    ],
    [
      'with an input too many',
      rule('VariableCheck', { inputArtifacts: [{ name: 'Src' }] }),
      '0.inputArtifacts',
      'declares 1 input artifacts which is more than the maximum count (0).',
    ],
    [
      'of Commands without an input',
      rule('Commands', { inputArtifacts: [] }),
      '0.inputArtifacts',
      'declares 0 input artifacts which is less than the minimum count (1).',
    ],
    [
      'with several inputs and no primary one',
      rule('CodeBuild', { inputArtifacts: [{ name: 'Src' }, { name: 'Made' }] }),
      '0.configuration',
      "'PrimarySource', which several input artifacts demand.",
    ],
    [
      'with an input that nobody makes',
      rule('LambdaInvoke', { inputArtifacts: [{ name: 'Gone' }] }),
      '0.inputArtifacts.0.name',
      'Input Artifact Bundle Gone in rule LambdaInvokeRule of stage Ship is not declared',
    ],
  ])('%s is refused', (_, given, at, message) => {
    const breaches = said([given]);

    expect(breaches).toHaveLength(1);
    expect(breaches[0]?.startsWith(`${at} InvalidStageDeclarationException: `)).toBe(true);
    expect(breaches[0]).toContain(message);
  });

  it('has a name of its own within its condition', () => {
    const [one, other] = [rule('VariableCheck'), rule('LambdaInvoke')];
    const twice = rule('CloudWatchAlarm', { name: 'VariableCheckRule' });
    const given = pipeline([
      {
        ...stage('Ship', approval()),
        onSuccess: { conditions: [{ rules: [one] }, {}, { rules: [one, other, twice] }] },
      },
    ]);

    expect(
      [...breachesOf(given, home)].map(({ refusal, at }) => [at.join('.'), refusal.code, refusal.message]),
    ).toEqual([
      [
        'stages.1.onSuccess.conditions.2.rules.2.name',
        'InvalidStageDeclarationException',
        "Rule name 'VariableCheckRule' is used more than once in a condition of onSuccess of stage 'Ship'. Names of rules must be unique within a condition.",
      ],
    ]);
  });

  const waiting = (WaitTime: string, more: Partial<RuleDeclaration> = {}) =>
    configured('CloudWatchAlarm', { WaitTime }, more);
  const about = (provider: string) => `of rule '${provider}Rule' of stage 'Ship'`;
  const outlasts = (wait: number, most: number) =>
    `0.configuration.WaitTime InvalidStageDeclarationException: The configuration 'WaitTime' ${about('CloudWatchAlarm')} is ${wait} minutes, and the rule times out after ${most}.`;
  it.each<[string, RuleDeclaration, readonly string[]]>([
    ['for no time', waiting('0', { timeoutInMinutes: 60 }), []],
    ['as long as it may', waiting('60', { timeoutInMinutes: 60 }), []],
    ['a minute longer than it may', waiting('61', { timeoutInMinutes: 60 }), [outlasts(61, 60)]],
    ['as long as its type lets it', waiting('10080'), []],
    ['a minute longer than its type lets it', waiting('10081'), [outlasts(10_081, 10_080)]],
    [
      'for a number of minutes that is none',
      waiting('1000000', { timeoutInMinutes: 60 }),
      [
        `0.configuration.WaitTime InvalidStageDeclarationException: The configuration 'WaitTime' ${about('CloudWatchAlarm')} is '1000000'. WaitTime must be a whole number of minutes, 0 or more.`,
      ],
    ],
    [
      'for what its type does not know',
      configured('LambdaInvoke', { WaitTime: '61' }, { timeoutInMinutes: 60 }),
      [
        "0.configuration.WaitTime InvalidStageDeclarationException: The configuration for rule 'LambdaInvokeRule' of stage 'Ship' has the unknown configuration 'WaitTime'. It takes: FunctionName, UserParameters.",
      ],
    ],
  ])('that waits %s has the breaches %j', (_, given, breaches) => {
    expect(said([given])).toEqual(breaches);
  });

  it.each<[ConditionType, string, boolean]>([
    ['beforeEntry', 'Src', true],
    ['beforeEntry', 'Made', true],
    ['beforeEntry', 'Packed', false],
    ['onSuccess', 'Packed', true],
    ['onSuccess', 'Finished', false],
    ['onFailure', 'Packed', true],
    ['onFailure', 'Finished', false],
  ])('of %s may have the input %s: %s', (type, name, allowed) => {
    const breaches = said([rule('LambdaInvoke', { inputArtifacts: [{ name }] })], type);

    expect(breaches).toHaveLength(allowed ? 0 : 1);
  });

  it('may name by a variable what only a run knows', () => {
    const configuration = { Cron: '#{variables.C}', TimeZone: '#{variables.Z}' };
    const given = pipeline(
      [
        {
          ...stage('Ship', approval()),
          beforeEntry: { conditions: [{ rules: [rule('DeploymentWindow', { configuration })] }] },
        },
      ],
      {
        variables: [{ name: 'C' }, { name: 'Z' }],
      },
    );

    expect([...breachesOf(given, home)]).toEqual([]);
  });

  it('is no action', () => {
    const actionTypeId = { category: 'Rule', owner: 'AWS', provider: 'VariableCheck', version: '1' } as const;
    const given = pipeline([stage('Ship', approval('Ask', { actionTypeId }))]);

    expect([...breachesOf(given, home)].map(({ refusal }) => refusal.message)).toEqual([
      "ActionType (Category: 'Rule', Provider: 'VariableCheck', Owner: 'AWS', Version: '1') in action 'Ask' is not available in region 'EU_WEST_1'",
    ]);
  });
});
