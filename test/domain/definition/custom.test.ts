import { describe, expect, test } from 'vitest';
import { findActionType, findAmong } from '../../../functions/domain/action-types.ts';
import type { ActionDeclaration } from '../../../functions/domain/declaration.ts';
import { acceptDefinition, maskSecrets } from '../../../functions/domain/definition.ts';
import { forge } from '../custom-type.ts';
import { build, home, pipeline, stage } from '../definitions.ts';
import { typeId } from './other-type.ts';

const types = findAmong([forge]);
const custom = (more: Partial<ActionDeclaration> = {}) =>
  pipeline([
    stage(
      'Make',
      build('Make', { actionTypeId: typeId('Build/Custom/Forge/1'), configuration: { Project: 'web' }, ...more }),
    ),
  ]);
const refused = (says: string) =>
  expect.objectContaining({ code: 'InvalidActionDeclarationException', message: expect.stringContaining(says) });

describe('an action of a custom type', () => {
  test.each<{ name: string; more: Partial<ActionDeclaration> }>([
    { name: 'with what its type demands', more: {} },
    { name: 'with as many artifacts as its type takes', more: { outputArtifacts: [{ name: 'Out' }] } },
    { name: 'with a secret', more: { configuration: { Project: 'web', Token: 'hush' } } },
    {
      name: 'with a reference in what is queryable',
      more: { configuration: { Project: '#{codepipeline.PipelineExecutionId}' } },
    },
    { name: 'in the Region of the pipeline', more: { region: home.region } },
  ])('is accepted $name', ({ more }) => {
    const accepted = acceptDefinition(custom(more), home, undefined, types);

    expect(accepted.stages[1]?.actions[0]).toMatchObject({ configuration: { Project: expect.anything() }, ...more });
  });

  test.each<{ name: string; more: Partial<ActionDeclaration>; says: string }>([
    {
      name: 'a version that there is not',
      more: { actionTypeId: typeId('Build/Custom/Forge/2') },
      says: "ActionType (Category: 'Build', Provider: 'Forge', Owner: 'Custom', Version: '2') in action 'Make' is not available",
    },
    { name: 'another owner', more: { actionTypeId: typeId('Build/AWS/Forge/1') }, says: "Owner: 'AWS'" },
    { name: 'another category', more: { actionTypeId: typeId('Test/Custom/Forge/1') }, says: "Category: 'Test'" },
    {
      name: 'no required configuration',
      more: { configuration: {} },
      says: "missing required configuration 'Project'",
    },
    {
      name: 'an unknown configuration',
      more: { configuration: { Project: 'web', Else: 'x' } },
      says: "unknown configuration 'Else'. It takes: Project, Token.",
    },
    {
      name: 'a text that cannot be asked for',
      more: { configuration: { Project: 'web site' } },
      says: "'Project' of action 'Make' is 'web site'. It is queryable",
    },
    {
      name: 'a queryable text of 51 characters',
      more: { configuration: { Project: 'x'.repeat(51) } },
      says: 'It is queryable',
    },
    {
      name: 'too many outputs',
      more: { outputArtifacts: [{ name: 'A' }, { name: 'B' }] },
      says: "Action 'Make' declares 2 output artifacts which is more than the maximum count (1).",
    },
    { name: 'a role', more: { roleArn: 'arn:aws:iam::111122223333:role/x' }, says: "Action 'Make' has a roleArn." },
    { name: 'a time-out', more: { timeoutInMinutes: 10 }, says: 'which only manual approval actions can have' },
    {
      name: 'a secret that was never told',
      more: { configuration: { Project: 'web', Token: '****' } },
      says: 'which can be used only when updating an existing action',
    },
  ])('is refused with $name', ({ more, says }) => {
    const accept = () => acceptDefinition(custom(more), home, undefined, types);

    expect(accept).toThrow(refused(says));
  });

  test('is refused when its type is not handed in', () => {
    const accept = () => acceptDefinition(custom(), home);

    expect(accept).toThrow(refused("in action 'Make' is not available in region 'EU_WEST_1'"));
  });

  test('keeps the secret that comes back as ****', () => {
    const before = custom({ configuration: { Project: 'web', Token: 'hush' } });

    const accepted = acceptDefinition(maskSecrets(before, types), home, before, types);

    expect(accepted.stages[1]?.actions[0]?.configuration).toEqual({ Project: 'web', Token: 'hush' });
  });

  test('shows its secret as ****', () => {
    const given = custom({ configuration: { Project: 'web', Token: 'hush' } });

    const shown = maskSecrets(given, types);

    expect(shown.stages[1]?.actions[0]?.configuration).toEqual({ Project: 'web', Token: '****' });
  });
});

test('a custom type cannot take the place of one of Sluice', () => {
  const id = { category: 'Build', provider: 'CodeBuild', version: '1' } as const;

  const find = findAmong([{ ...forge, id: { ...id, owner: 'Custom' } }]);

  expect(find({ ...id, owner: 'AWS' })).toBe(findActionType({ ...id, owner: 'AWS' }));
  expect(find({ ...id, owner: 'Custom' })).toMatchObject({ class: 'job', timeoutInMinutes: 1440 });
});
