import { describe, expect, it } from 'vitest';
import type { PipelineDeclaration } from '../../../functions/domain/declaration.ts';
import { duplicates } from '../../../functions/domain/definition/duplicates.ts';
import { acceptDefinition, breachesOf } from '../../../functions/domain/definition.ts';
import { approval, build, home, pipeline, source, stage } from '../definitions.ts';

/** What stands at a path of a definition. */
function standsAt(definition: PipelineDeclaration, at: readonly (string | number)[]): unknown {
  return at.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    definition,
  );
}

const wrong = pipeline(
  [
    stage('Ship', approval('Ask', { runOrder: 2, namespace: 'n' }), approval('Ask', { namespace: 'n' })),
    stage('Ship', source('Late'), build('Make', { inputArtifacts: [{ name: 'None' }, { name: 'Other' }] })),
  ],
  { variables: [{ name: 'v' }, { name: 'v' }, { name: 'v' }] },
);

describe('the breaches of a definition', () => {
  it('are all told, each with its place, and the first is refused', () => {
    const found = [...breachesOf(wrong, home)];

    expect(found.map(({ at }) => at.join('.'))).toEqual([
      'stages.2.actions.0.actionTypeId.category',
      'variables.1.name',
      'variables.2.name',
      'stages.2.name',
      'stages.1.actions.1.name',
      'stages.2.actions.1.configuration',
      'stages.2.actions.0.outputArtifacts.0.name',
      'stages.2.actions.1.inputArtifacts.0.name',
      'stages.2.actions.1.inputArtifacts.1.name',
      'stages.1.actions.1.namespace',
    ]);
    expect(() => acceptDefinition(wrong, home)).toThrow(found[0]?.refusal);
  });

  it('stand where they say', () => {
    for (const { at } of breachesOf(wrong, home)) expect(standsAt(wrong, at)).toBeDefined();
  });

  it('are none in a definition that is accepted', () => {
    const given = pipeline([stage('Ship', approval())]);

    expect([...breachesOf(given, home)]).toEqual([]);
  });
});

it.each([
  [[], []],
  [['a', 'b'], []],
  [
    ['a', 'b', 'a', 'a', '__proto__'],
    [2, 3],
  ],
  [['__proto__', '__proto__'], [1]],
])('of %j stood before: %j', (texts, numbers) => {
  expect(duplicates(texts)).toEqual(numbers);
});
