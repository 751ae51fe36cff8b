import { shapeOf } from '../api/model-inputs.ts';

/** An input with a value of the wrong type in one place, and what must be said of it. */
export interface WrongType {
  readonly input: unknown;
  readonly says: string;
}

const wrong: Readonly<Record<string, readonly [value: unknown, says: string]>> = {
  structure: [['x'], 'an object, not a list'],
  map: [['x'], 'an object, not a list'],
  list: [{}, 'a list, not an object'],
  string: [7, 'a string, not a number'],
  integer: ['7', 'a whole number, not a string'],
  timestamp: ['2026-01-01T00:00:00Z', 'a number of seconds since 1970, not a string'],
  boolean: ['true', 'true or false, not a string'],
};

/** One for each place of an input of a shape; `whole` is valid and has every member. */
export function wrongTypes(name: string, whole: unknown, path = ''): readonly WrongType[] {
  const shape = shapeOf(name);
  const [value, says = ''] = wrong[shape.type] ?? [];
  const here = { input: value, says: `${path === '' ? 'The input' : `'${path}'`} must be ${says}.` };
  return [...(path === '' ? [] : [here]), ...inside(shape, whole, path)];
}

function inside(shape: ReturnType<typeof shapeOf>, whole: unknown, path: string): readonly WrongType[] {
  const under = (key: string | number, of: string | undefined, at: string) =>
    wrongTypes(of ?? '', (whole as Record<string, unknown>)[key], at).map((each) => ({
      ...each,
      input: Array.isArray(whole) ? whole.with(Number(key), each.input) : { ...(whole as object), [key]: each.input },
    }));
  switch (shape.type) {
    case 'structure':
      return Object.entries(shape.members ?? {}).flatMap(([member, { shape: of }]) =>
        under(member, of, path === '' ? member : `${path}.${member}`),
      );
    case 'list':
      return under(0, shape.member, `${path}.1.member`);
    case 'map': {
      const [key = ''] = Object.keys(whole as object);
      return under(
        key,
        shape.value,
        shapeOf(shape.value).type === 'string' ? `${path}.${key}` : `${path}.${key}.member`,
      );
    }
    default:
      return [];
  }
}
