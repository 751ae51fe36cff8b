import { expect, test } from 'vitest';
import { findActionType, findAmong } from '../../../functions/domain/action-types.ts';
import { keepSecrets, maskConfiguration } from '../../../functions/domain/definition/secrets.ts';
import { acceptDefinition, breachesOf, maskSecrets } from '../../../functions/domain/definition.ts';
import { forge } from '../custom-type.ts';
import { approval, build, home, pipeline, source, stage } from '../definitions.ts';
import { findWith } from './find-with.ts';
import { otherType, typeId } from './other-type.ts';

const { properties } = findActionType(typeId('Source/ThirdParty/GitHub/1')) ?? {};
const find = findWith(otherType('Source/ThirdParty/GitHub/2', properties && { properties }));

const hub = (more: Record<string, string>, version = '1') =>
  pipeline([], {
    stages: [
      stage(
        'Source',
        source('Fetch', {
          actionTypeId: typeId(`Source/ThirdParty/GitHub/${version}`),
          configuration: { Owner: 'acme', Repo: 'site', Branch: 'main', ...more },
        }),
      ),
      stage('Ship', approval()),
    ],
  });
const scan = (configuration: Record<string, string>) =>
  pipeline([
    stage(
      'Scan',
      build('Scan', {
        actionTypeId: typeId('Invoke/ThirdParty/Snyk/1'),
        configuration,
        outputArtifacts: [{ name: 'Holes' }],
      }),
    ),
  ]);

test('the token of GitHub is shown as ****, which keeps it when it comes back', () => {
  const before = acceptDefinition(hub({ OAuthToken: 'hush' }), home, undefined, find);

  const shown = maskSecrets(before, find);
  const kept = acceptDefinition(shown, home, before, find);

  expect(shown.stages[0]?.actions[0]?.configuration).toEqual({
    Owner: 'acme',
    Repo: 'site',
    Branch: 'main',
    OAuthToken: '****',
  });
  expect(kept).toEqual(before);
});

test('all that an opaque type is given is a secret, and any key is taken', () => {
  const before = acceptDefinition(scan({ Organization: 'acme', Token: 'hush' }), home, undefined, find);

  const shown = maskSecrets(before, find);
  const kept = acceptDefinition(shown, home, before, find);

  expect(shown.stages[1]?.actions[0]?.configuration).toEqual({ Organization: '****', Token: '****' });
  expect(kept).toEqual(before);
});

test('a secret is not handed to an action that becomes one of another type', () => {
  const before = hub({ OAuthToken: 'hush' }, '1');

  const accept = () => acceptDefinition(hub({ OAuthToken: '****' }, '2'), home, before, find);

  expect(accept).toThrow(expect.objectContaining({ code: 'InvalidActionDeclarationException' }));
});

test('a secret is not in the refusal of its definition', () => {
  const given = hub({ OAuthToken: 'hush', Nothing: 'hush' });

  const accept = () => acceptDefinition(given, home, undefined, find);

  expect(accept).toThrow("unknown configuration 'Nothing'");
  expect(accept).not.toThrow('hush');
});

test('**** is told where it stands for nothing that was there', () => {
  const breaches = [...breachesOf(hub({ OAuthToken: '****' }), home, undefined, find)];

  expect(breaches.map(({ refusal, at }) => [at.join('.'), refusal.code, refusal.message])).toEqual([
    [
      'stages.0.actions.0.configuration.OAuthToken',
      'InvalidActionDeclarationException',
      "The configuration 'OAuthToken' of action 'Fetch' is '****', which can be used only when updating an existing action.",
    ],
  ]);
});

test('a secret comes back to the action that had it, not to another of its stage or another stage', () => {
  const types = findAmong([forge]);
  const make = (name: string, Token: string) =>
    build(name, { actionTypeId: typeId('Build/Custom/Forge/1'), configuration: { Project: 'web', Token } });
  const before = pipeline([stage('One', make('A', 'a1'), make('B', 'b1')), stage('Two', make('B', 'b2'))]);
  const shown = pipeline([stage('Two', make('B', '****')), stage('One', make('B', '****'), make('A', 'new'))]);

  const kept = keepSecrets(shown, before, types);

  expect(kept).toEqual(pipeline([stage('Two', make('B', 'b2')), stage('One', make('B', 'b1'), make('A', 'new'))]));
});

test('an action without a configuration shows no secret', () => {
  const given = pipeline([
    stage('Make', { name: 'Make', actionTypeId: typeId('Build/Custom/Forge/1') }, approval('Ask')),
  ]);

  expect(maskSecrets(given, findAmong([forge]))).toEqual(given);
});

test.each([
  [[], { Token: 'hush' }, { Token: 'hush' }],
  [['Token'], { Project: 'web', Token: 'hush' }, { Project: 'web', Token: '****' }],
  [['Token', 'Key'], { Token: '', Key: '****' }, { Token: '****', Key: '****' }],
  [['Token'], {}, {}],
])('with the secrets %j, of %j is recorded %j', (secrets, configuration, recorded) => {
  expect(maskConfiguration(secrets, configuration as Record<string, string>)).toEqual(recorded);
});
