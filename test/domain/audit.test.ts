import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceOf, tell } from '../../functions/domain/audit.ts';

describe('what a record tells', () => {
  it.each([
    ['a text', { a: { b: 'x' } }, { 'a.b': 'x' }],
    ['a number', { a: { b: 0 } }, { 'a.b': 0 }],
    ['a number that is too large, as text', { a: { b: 1e21 } }, { 'a.b': '1e+21' }],
    ['a number that is none, as text', { a: { b: Number.NaN } }, { 'a.b': 'NaN' }],
    ['half a character, replaced', { a: { b: '\ud83d' } }, { 'a.b': '\ufffd' }],
    ['a truth value', { a: { b: false } }, { 'a.b': false }],
    ['no list', { a: { b: ['x'] } }, {}],
    ['no object', { a: { b: { c: 'x' } } }, {}],
    ['nothing of null', { a: null }, {}],
    ['nothing of a text', { a: 'b' }, {}],
    ['nothing of no input', undefined, {}],
  ])('of an input is %s at its path', (_, input, told) => {
    expect(tell(input, ['a.b'])).toEqual(told);
  });

  it('is nothing that the input only inherits', () => {
    expect(tell({}, ['constructor.name', '__proto__.x'])).toEqual({});
  });

  it('is short, whatever the input is', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        const told = tell({ name: input }, ['name']);
        expect(String(told['name'] ?? '').length).toBeLessThanOrEqual(256);
      }),
    );
    expect(tell({ name: 'x'.repeat(10_000) }, ['name'])['name']).toHaveLength(256);
  });

  it('names pipeline, stage and action as far as they are there', () => {
    const paths = ['pipelineName', 'stageName', 'actionName'];

    expect(resourceOf({ pipelineName: 'p', stageName: 's', actionName: 'a' }, paths)).toBe('p/s/a');
    expect(resourceOf({ pipelineName: 'p' }, paths)).toBe('p');
    expect(resourceOf({}, paths)).toBe('');
  });
});
