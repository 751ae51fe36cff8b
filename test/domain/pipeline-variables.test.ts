import { expect, test } from 'vitest';
import { resolveVariables } from '../../functions/domain/pipeline-variables.ts';
import { aDefinition } from './given.ts';

const definition = {
  ...aDefinition({}),
  variables: [{ name: 'stage', defaultValue: 'beta' }, { name: 'tag' }],
};

test.each([
  {
    name: 'the default where none is given',
    given: [{ name: 'tag', value: 'v1' }],
    values: { stage: 'beta', tag: 'v1' },
  },
  {
    name: 'what is given, in the order of declaration',
    given: [
      { name: 'tag', value: 'v1' },
      { name: 'stage', value: 'prod' },
    ],
    values: { stage: 'prod', tag: 'v1' },
  },
  {
    name: 'the first where one is given twice',
    given: [
      { name: 'tag', value: 'v1' },
      { name: 'tag', value: 'v2' },
    ],
    values: { stage: 'beta', tag: 'v1' },
  },
])('a run has $name', ({ given, values }) => {
  const resolved = resolveVariables(definition, given);

  expect(Object.entries(resolved)).toEqual(Object.entries(values));
});

test('a run of a pipeline without variables has none', () => {
  const resolved = resolveVariables(aDefinition({}), []);

  expect(resolved).toEqual({});
});

test.each(['__proto__', 'constructor', 'toString'])('a variable may have the name %s', (name) => {
  const resolved = resolveVariables({ ...definition, variables: [{ name }] }, [{ name, value: 'mine' }]);

  expect(Object.entries(resolved)).toEqual([[name, 'mine']]);
  expect(Object.getPrototypeOf(resolved)).toBe(Object.prototype);
});

test.each([
  {
    name: 'one that is not declared',
    given: [
      { name: 'tag', value: 'v1' },
      { name: '__proto__', value: 'x' },
    ],
    says: "Pipeline 'web' declares no variable '__proto__'.",
  },
  {
    name: 'none for one without a default',
    given: [],
    says: "Pipeline variable 'tag' has no default value: a value must be given at the start.",
  },
])('a start that gives $name is refused', ({ given, says }) => {
  const resolve = () => resolveVariables(definition, given);

  expect(resolve).toThrow(expect.objectContaining({ code: 'ValidationException', message: says }));
});
