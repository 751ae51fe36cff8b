import fc from 'fast-check';
import { expect, test } from 'vitest';
import model from '../../../functions/api/codepipeline-model.json' with { type: 'json' };
import { validateInput } from '../../../functions/api/validate.ts';
import type { PipelineDeclaration } from '../../../functions/domain/declaration.ts';
import { acceptDefinition } from '../../../functions/domain/definition.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { approval, build, deploy, home, pipeline, source, stage } from '../definitions.ts';
import { times } from '../times.ts';

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string; readonly required: boolean }>>;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

const shapes = model.shapes as unknown as Readonly<Record<string, Shape>>;
const names = ['a', 'Src', '__proto__', 'constructor', 'codepipeline', 'variables'];
const texts = [
  ...names.map((name) => `#{${name}.x}`),
  'true',
  '****',
  '#{',
  'eu-west-1',
  'us-east-1',
  'S3',
  'CodeBuild',
];
const typeIds = [source(), build(), deploy(), approval()].map(({ actionTypeId }) => actionTypeId);

/** A random value of a shape of the model; few names, so that they meet. */
function randomOf(name = ''): fc.Arbitrary<unknown> {
  const shape = shapes[name];
  if (name === 'ActionTypeId') return fc.constantFrom(...typeIds);
  switch (shape?.type) {
    case 'structure': {
      const members = Object.entries(shape.members ?? {});
      const values = Object.fromEntries(members.map(([member, { shape: of }]) => [member, randomOf(of)]));
      return fc.record(values, { requiredKeys: members.filter(([, { required }]) => required).map(([key]) => key) });
    }
    case 'list':
      return fc.array(randomOf(shape.member), { minLength: shape.min ?? 0, maxLength: Math.min(shape.max ?? 3, 3) });
    case 'map':
      return fc.dictionary(randomOf(shape.key) as fc.Arbitrary<string>, randomOf(shape.value), { maxKeys: 3 });
    case 'integer':
      return fc.integer({ min: shape.min ?? 0, max: Math.min(shape.max ?? 9, (shape.min ?? 0) + 2) });
    default:
      return textOf(shape ?? { type: 'string' });
  }
}

function textOf({ enum: values, pattern = '[^]*', min = 0, max = 1000 }: Shape): fc.Arbitrary<string> {
  if (values) return fc.constantFrom(...values);
  const fits = new RegExp(`^(?:${pattern})$`);
  const known = [...names, ...texts, 'arn:aws:iam::111122223333:role/web', '1'].filter(
    (text) => fits.test(text) && text.length >= min && text.length <= max,
  );
  return fc.constantFrom(...known);
}

function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

const accept = (given: unknown) => outcome(() => acceptDefinition(given as PipelineDeclaration, home));
const create = (given: unknown) =>
  outcome(() => {
    const valid = validateInput('CreatePipeline', { pipeline: given }) as { pipeline: PipelineDeclaration };
    return acceptDefinition(valid.pipeline, home);
  });

test('every value of the shape is accepted or refused', () => {
  fc.assert(
    fc.property(randomOf('PipelineDeclaration'), (given) => {
      const valid = outcome(() => validateInput('CreatePipeline', { pipeline: given }));

      accept(given);

      expect(valid).not.toBeInstanceOf(Refusal);
    }),
    { numRuns: times(1000) },
  );
});

test('stages of every shape, in a pipeline that is right, are accepted or refused', () => {
  const later = fc.array(randomOf('StageDeclaration'), { minLength: 1, maxLength: 3 });
  const more = fc.record({ variables: randomOf('PipelineVariableDeclarationList') }, { requiredKeys: [] });
  fc.assert(
    fc.property(later, more, (stages, others) => {
      const first = accept({ ...pipeline(stages as PipelineDeclaration['stages']), ...(others as object) });

      if (!(first instanceof Refusal)) expect(accept(first)).toEqual(first);
    }),
    { numRuns: times(1000) },
  );
});

test('garbage is refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.object()), (given) => {
      const refused = create(given);

      expect(refused).toBeInstanceOf(Refusal);
    }),
    { numRuns: times(500) },
  );
});

test('garbage in the place of any part of a definition is accepted or refused', () => {
  const right = pipeline([stage('Make', build('Make', { namespace: 'made', runOrder: 2 })), stage('Ship', deploy())]);
  const parts = pathsOf(right);
  fc.assert(
    fc.property(
      fc.constantFrom(...parts),
      fc.oneof(fc.jsonValue(), fc.constantFrom(...names, ...texts)),
      (path, garbage) => {
        const given = replaced(right, path, garbage);

        const first = create(given);

        if (!(first instanceof Refusal)) expect(create(first)).toEqual(first);
      },
    ),
    { numRuns: times(1000) },
  );
});

type Path = readonly string[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === key ? replaced(each, rest, by) : each));
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) };
}
