import { expect, test, vi } from 'vitest';
import { acceptDefinition } from '../../../functions/domain/definition.ts';
import { approval, home, pipeline, source, stage } from '../definitions.ts';
import { typeId } from './other-type.ts';

vi.mock(import('../../../functions/domain/catalogue.ts'), async (original) => {
  const { actionTypes } = await original();
  const { otherType } = await import('./other-type.ts');
  const properties = [{ name: 'OAuthToken', required: true, secret: true, description: '' }];
  const types = ['Source/ThirdParty/GitHub/1', 'Source/ThirdParty/GitHub/2'];
  return { actionTypes: [...actionTypes, ...types.map((type) => otherType(type, { properties }))] };
});

const hub = (configuration: Record<string, string>, version = '1') =>
  pipeline([], {
    stages: [
      stage('Source', source('Fetch', { actionTypeId: typeId(`Source/ThirdParty/GitHub/${version}`), configuration })),
      stage('Ship', approval()),
    ],
  });

test('a secret is not handed to an action that becomes one of another type', () => {
  const before = hub({ OAuthToken: 'hush' }, '1');

  const accept = () => acceptDefinition(hub({ OAuthToken: '****' }, '2'), home, before);

  expect(accept).toThrow(expect.objectContaining({ code: 'InvalidActionDeclarationException' }));
});

test('a secret is not in the refusal of its definition', () => {
  const given = hub({ OAuthToken: 'hush', Nothing: 'hush' });

  const accept = () => acceptDefinition(given, home);

  expect(accept).toThrow("unknown configuration 'Nothing'");
  expect(accept).not.toThrow('hush');
});
