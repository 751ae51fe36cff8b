import { describe, expect, it } from 'vitest';
import { changing } from '../../functions/api/changing.ts';
import model from '../../functions/api/codepipeline-model.json' with { type: 'json' };
import { modelOperation, type Shape, shapeOf } from '../../functions/api/model.ts';

/** The shape of a member by its path; undefined where the model has none. */
function shapeAt(of: string | null | undefined, path: string): (Shape & { readonly sensitive?: boolean }) | undefined {
  let name = of ?? '';
  for (const part of path.split('.')) {
    const next = name === '' ? undefined : shapeOf(name).members?.[part]?.shape;
    if (next === undefined) return undefined;
    name = next;
  }
  return shapeOf(name);
}

const each = Object.entries(changing).map(([operation, change]) => ({ operation, change }));

describe('the list of changing operations', () => {
  it('has every operation of the model but those that only read', () => {
    const names = Object.keys(model.operations).filter((name) => !/^(?:Get|List)[A-Z]/.test(name));

    expect(Object.keys(changing).sort()).toEqual(names.sort());
    expect(names).toHaveLength(29);
  });

  it.each(each)('tells of $operation only what the model has, in plain members', ({ operation, change }) => {
    const { resource, input = [], output = [], handsOut } = change;
    const found = modelOperation(operation);
    const told = [
      ...[...resource, ...input].map((path) => [path, shapeAt(found?.input, path)] as const),
      ...output.map((path) => [path, shapeAt(found?.output, path)] as const),
    ];

    expect(resource.length).toBeGreaterThan(0);
    for (const [path, shape] of told)
      expect([path, shape?.type, shape?.sensitive ?? false]).toEqual([
        path,
        expect.stringMatching(/^(?:string|integer|boolean)$/),
        false,
      ]);
    if (handsOut) expect(shapeAt(found?.output, handsOut)?.type).toBe('list');
  });

  it.each(each)('tells of $operation no token, nonce, configuration or value of a variable', ({ change }) => {
    const paths = [...change.resource, ...(change.input ?? []), ...(change.output ?? [])];

    expect(paths.filter((path) => /token|nonce|configuration|variables|secret/i.test(path))).toEqual([]);
  });
});
