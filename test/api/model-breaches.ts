import { shapeOf } from './model-inputs.ts';

/** An input that breaks one constraint of the model, and what must be said of it. */
export interface Breach {
  readonly kind: 'required' | 'length' | 'pattern' | 'enum' | 'range' | 'keys' | 'values';
  readonly input: unknown;
  readonly says: string;
}

type Wrong = readonly [kind: Breach['kind'], value: unknown, constraint: string];

/** Every breach of one constraint that an input of a shape can have; `whole` is valid and has every member. */
export function breaches(name: string | undefined, whole: unknown, path = ''): readonly Breach[] {
  const shape = shapeOf(name);
  const here = wrongs(name, whole).map(([kind, input, constraint]) => ({ kind, input, says: told(path, constraint) }));
  switch (shape.type) {
    case 'structure':
      return Object.entries(shape.members ?? {}).flatMap(([member, { shape: of, required }]) => {
        const { [member]: value, ...others } = whole as Record<string, unknown>;
        const at = path === '' ? member : `${path}.${member}`;
        const inside = breaches(of, value, at).map((each) => ({ ...each, input: { ...others, [member]: each.input } }));
        const absent: Breach = { kind: 'required', input: others, says: told(at, 'Member must not be null') };
        return required ? [absent, ...inside] : inside;
      });
    case 'list': {
      const [first, ...rest] = whole as readonly unknown[];
      const inside = breaches(shape.member, first, `${path}.1.member`);
      return [...here, ...inside.map((each) => ({ ...each, input: [each.input, ...rest] }))];
    }
    case 'map':
      return [...here, ...inMap(shape, whole as Record<string, unknown>, path)];
    default:
      return here;
  }
}

function inMap(shape: ReturnType<typeof shapeOf>, whole: Record<string, unknown>, path: string): readonly Breach[] {
  const [[key, value] = ['', undefined]] = Object.entries(whole);
  const keys = wrongs(shape.key, key).map(([, wrong]) => ({
    kind: 'keys' as const,
    input: { [String(wrong)]: value },
    says: told(path, `Map keys must satisfy constraint: [${constraints(shape.key)}]`),
  }));
  if (shapeOf(shape.value).type === 'structure') {
    const inside = breaches(shape.value, value, `${path}.${key}.member`);
    return [...keys, ...inside.map((each) => ({ ...each, input: { [key]: each.input } }))];
  }
  const values = wrongs(shape.value, value).map(([, wrong]) => ({
    kind: 'values' as const,
    input: { [key]: wrong },
    says: told(path, `Map value must satisfy constraint: [${constraints(shape.value)}]`),
  }));
  return [...keys, ...values];
}

function wrongs(name: string | undefined, valid: unknown): readonly Wrong[] {
  const { type, min, max, pattern, enum: values } = shapeOf(name);
  if (type === 'integer')
    return [
      ...(min === undefined
        ? []
        : [['range', min - 1, `Member must have value greater than or equal to ${min}`] as const]),
      ...(max === undefined
        ? []
        : [['range', max + 1, `Member must have value less than or equal to ${max}`] as const]),
    ];
  return [
    ...(min
      ? [['length', ofLength(type, valid, min - 1), `Member must have length greater than or equal to ${min}`] as const]
      : []),
    ...(max === undefined
      ? []
      : [['length', ofLength(type, valid, max + 1), `Member must have length less than or equal to ${max}`] as const]),
    ...(pattern ? [['pattern', '\n', `Member must satisfy regular expression pattern: ${pattern}`] as const] : []),
    ...(values
      ? [['enum', 'None of these', `Member must satisfy enum value set: [${values.join(', ')}]`] as const]
      : []),
  ];
}

function ofLength(type: string, valid: unknown, length: number): unknown {
  const places = Array.from({ length }, (_, index) => index);
  if (type === 'string') return 'x'.repeat(length);
  if (type === 'list') return places.map(() => (valid as readonly unknown[])[0]);
  const [value] = Object.values(valid as object);
  return Object.fromEntries(places.map((index) => [`key${index}`, value]));
}

function constraints(name: string | undefined): string {
  const { min, max, pattern } = shapeOf(name);
  return [
    max === undefined ? '' : `Member must have length less than or equal to ${max}`,
    min === undefined ? '' : `Member must have length greater than or equal to ${min}`,
    pattern === undefined ? '' : `Member must satisfy regular expression pattern: ${pattern}`,
  ]
    .filter((text) => text !== '')
    .join(', ');
}

function told(path: string, constraint: string): string {
  return `Value at '${path}' failed to satisfy constraint: ${constraint}`;
}
