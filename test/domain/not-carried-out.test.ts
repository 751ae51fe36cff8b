import { describe, expect, it } from 'vitest';
import { typeName } from '../../functions/domain/action-type.ts';
import { actionTypes } from '../../functions/domain/catalogue.ts';
import type { ActionDeclaration } from '../../functions/domain/declaration.ts';
import { obstacles, whyNoBuild, whyNotFetched } from '../../functions/domain/not-carried-out.ts';
import { typeId } from './definition/other-type.ts';
import { build, home, source } from './definitions.ts';

const told = (action: ActionDeclaration) => obstacles(action).map(({ at, why, isSure }) => [at.join('.'), why, isSure]);
const git = (configuration: Readonly<Record<string, string>>) =>
  source('Fetch', { actionTypeId: typeId('Source/AWS/CodeStarSourceConnection/1'), configuration });
describe('an action', () => {
  it.each(actionTypes.map((type) => ({ name: typeName(type.id), type })))(
    'fails for its type exactly when nobody carries it out: $name',
    ({ name, type }) => {
      const found = told(build('Act', { actionTypeId: type.id, configuration: {} }));

      expect(found).toEqual(
        type.class === undefined
          ? [['actionTypeId', `Sluice does not carry out actions of the type ${name} yet`, true]]
          : [],
      );
    },
  );

  it.each<[string, ActionDeclaration, ReturnType<typeof told>]>([
    ["the pipeline's Region", build('Make', { region: home.region }), []],
    ['another Region', build('Make', { region: 'us-east-1' }), []],
    ['one build', build('Make', { configuration: { ProjectName: 'web', BatchEnabled: 'false' } }), []],
    [
      'a batch',
      build('Make', { configuration: { BatchEnabled: 'true' } }),
      [['configuration.BatchEnabled', 'BatchEnabled is true, and Sluice does not carry out batch builds yet', true]],
    ],
    [
      'a batch or none',
      build('Make', { configuration: { BatchEnabled: '#{variables.batch}' } }),
      [['configuration.BatchEnabled', "only a run knows what BatchEnabled '#{variables.batch}' stands for", false]],
    ],
    ['a zip file', git({ OutputArtifactFormat: 'CODE_ZIP' }), []],
    [
      'a reference to a commit',
      git({ OutputArtifactFormat: 'CODEBUILD_CLONE_REF' }),
      [
        [
          'configuration.OutputArtifactFormat',
          "OutputArtifactFormat is 'CODEBUILD_CLONE_REF', and Sluice makes only CODE_ZIP yet",
          true,
        ],
      ],
    ],
    [
      'what is neither a batch nor none',
      build('Make', { configuration: { BatchEnabled: 'y'.repeat(101) } }),
      [['configuration.BatchEnabled', `BatchEnabled must be true or false, not '${'y'.repeat(100)}'`, true]],
    ],
    [
      'a format that there is not',
      git({ OutputArtifactFormat: 'z'.repeat(101) }),
      [
        [
          'configuration.OutputArtifactFormat',
          `OutputArtifactFormat is '${'z'.repeat(100)}', and Sluice makes only CODE_ZIP yet`,
          true,
        ],
      ],
    ],
    ['the key of another type', build('Make', { configuration: { OutputArtifactFormat: 'x' } }), []],
    [
      'keys of a custom type that have such names',
      build('Make', {
        actionTypeId: typeId('Build/Custom/Mine/1'),
        configuration: { BatchEnabled: 'true', OutputArtifactFormat: 'x' },
      }),
      [],
    ],
  ])('is told where it fails, with %s', (_, action, expected) => {
    expect(told(action)).toEqual(expected);
  });
});

it('what is not said of a build, or of what is fetched, stands in nobody’s way', () => {
  expect([whyNoBuild(), whyNotFetched()]).toEqual([undefined, undefined]);
});
