import { expect, test } from 'vitest';
import { findActionType } from '../../../functions/domain/action-types.ts';
import { acceptDefinition, maskSecrets } from '../../../functions/domain/definition.ts';
import { approval, build, home, pipeline, source, stage } from '../definitions.ts';
import { findWith, otherType, typeId } from './other-type.ts';

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
