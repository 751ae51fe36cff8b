import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findActionType } from '../../functions/domain/action-types.ts';
import type { ActionDeclaration, PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { acceptDefinition, maskSecrets } from '../../functions/domain/definition.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { approval, build, deploy, home, pipeline, source, stage } from './definitions.ts';
import { times } from './times.ts';

const hostile = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'Src',
  'a',
  'b',
  'codepipeline',
);
const text = fc.oneof(
  hostile,
  hostile.map((name) => `#{${name}.x}`),
  fc.constantFrom('true', 'false', '****', '#{', ''),
);
const map = fc.array(fc.tuple(fc.oneof(hostile, fc.constantFrom('CustomData', 'Extract', 'ProjectName')), text), {
  maxLength: 3,
});
const names = fc.array(fc.record({ name: hostile }), { maxLength: 2 });

/** Actions of any kind, as shapes allow them: mostly wrong. */
const action: fc.Arbitrary<ActionDeclaration> = fc
  .record({
    make: fc.constantFrom(source, build, deploy, approval),
    name: hostile,
    runOrder: fc.integer({ min: 1, max: 3 }),
    more: fc.record(
      {
        configuration: map.map((entries): Record<string, string> => Object.fromEntries(entries)),
        inputArtifacts: names,
        outputArtifacts: names,
        namespace: hostile,
        region: fc.constantFrom('eu-west-1', 'us-east-1', 'constructor'),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ make, name, runOrder, more }) => make(name, { runOrder, ...more }));

const anything: fc.Arbitrary<PipelineDeclaration> = fc
  .record({
    stages: fc.array(fc.tuple(hostile, fc.array(action, { maxLength: 3 })), { maxLength: 4 }),
    withSource: fc.boolean(),
    variables: fc.array(fc.record({ name: hostile }), { maxLength: 2 }),
  })
  .map(({ stages, withSource, variables }) => {
    const later = stages.map(([name, actions]) => stage(name, ...actions));
    return withSource ? pipeline(later, { variables }) : pipeline([], { stages: later, variables });
  });

/** Stages in which each step takes what an earlier one makes, with each name once: nothing is wrong. */
const right = fc
  .array(
    fc.array(fc.record({ kind: fc.constantFrom('build', 'deploy', 'approval'), pick: fc.nat() }), {
      minLength: 1,
      maxLength: 4,
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((stages) => {
    const made = ['Src'];
    const later = stages.map((actions, s) =>
      stage(
        `S${s}`,
        ...actions.map(({ kind, pick }, a) => {
          const more = {
            runOrder: a + 1,
            inputArtifacts: [{ name: made[pick % made.length] ?? 'Src' }],
            namespace: `n${s}-${a}`,
          };
          if (kind === 'deploy') return deploy(`A${a}`, more);
          if (kind === 'approval') {
            const CustomData = a > 0 ? `#{n${s}-${a - 1}.x}` : '#{codepipeline.PipelineExecutionId}';
            return approval(`A${a}`, { runOrder: a + 1, namespace: more.namespace, configuration: { CustomData } });
          }
          made.push(`Out${s}-${a}`);
          return build(`A${a}`, { ...more, outputArtifacts: [{ name: `Out${s}-${a}` }] });
        }),
      ),
    );
    return pipeline(later);
  });

function accepted(given: PipelineDeclaration): PipelineDeclaration | Refusal {
  try {
    return acceptDefinition(given, home);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

test('every definition is accepted or refused, and stays as it was given', () => {
  fc.assert(
    fc.property(anything, (given) => {
      const before = structuredClone(given);

      accepted(given);

      expect(given).toEqual(before);
    }),
    { numRuns: times(1000) },
  );
});

test('what is accepted is accepted again as it is, and holds all that was given', () => {
  fc.assert(
    fc.property(fc.oneof(anything, right), (given) => {
      const first = accepted(given);
      if (first instanceof Refusal) return;

      expect(accepted(first)).toEqual(first);
      expect(first).toMatchObject(given);
      expect(maskSecrets(first, findActionType)).toEqual(first);
    }),
    { numRuns: times(500) },
  );
});

test('a definition in which nothing is wrong is accepted', () => {
  fc.assert(
    fc.property(right, (given) => {
      const first = accepted(given);

      expect(first).not.toBeInstanceOf(Refusal);
    }),
    { numRuns: times(300) },
  );
});

test('it is refused when an action is taken out whose output another takes', () => {
  fc.assert(
    fc.property(right, (given) => {
      const taken = new Set(
        given.stages.flatMap(({ actions }) =>
          actions.flatMap(({ inputArtifacts = [] }) => inputArtifacts.map(({ name }) => name)),
        ),
      );
      const makes = ({ outputArtifacts = [], actionTypeId }: ActionDeclaration) =>
        actionTypeId.category !== 'Source' && outputArtifacts.some(({ name }) => taken.has(name));
      const without = given.stages.map((each) => stage(each.name, ...each.actions.filter((one) => !makes(one))));
      fc.pre(given.stages.some(({ actions }) => actions.some(makes)));
      fc.pre(
        without.some(({ actions }) =>
          actions.some(({ inputArtifacts = [] }) => inputArtifacts.some(({ name }) => name !== 'Src')),
        ),
      );

      const refused = accepted({ ...given, stages: without.filter(({ actions }) => actions.length > 0) });

      expect(refused).toBeInstanceOf(Refusal);
    }),
    { numRuns: times(200) },
  );
});
