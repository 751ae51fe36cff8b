import { shapeOf } from '../api/model-inputs.ts';
import { type ProtocolName, Tagged } from './wire.ts';

/** What is wrong with an answer of an operation, by its output shape: each place once. None: nothing is. */
export function faultsOf(shape: string | null, value: unknown, protocol: ProtocolName): readonly string[] {
  if (shape !== null) return faults(shape, value, '', protocol);
  return JSON.stringify(value) === '{}' ? [] : [`: an operation without output answers ${JSON.stringify(value)}`];
}

function faults(name: string, value: unknown, path: string, protocol: ProtocolName): readonly string[] {
  const shape = shapeOf(name);
  const { type } = shape;
  switch (type) {
    case 'structure': {
      if (!isRecord(value)) return [`${path}: not an object`];
      const members = shape.members ?? {};
      const missing = Object.entries(members)
        .filter(([member, { required }]) => required && !Object.hasOwn(value, member))
        .map(([member]) => `${path}.${member}: missing`);
      const inside = Object.entries(value).flatMap(([member, each]) => {
        const of = members[member]?.shape;
        return of === undefined
          ? [`${path}.${member}: not in ${name}`]
          : faults(of, each, `${path}.${member}`, protocol);
      });
      return [...missing, ...inside];
    }
    case 'list':
      if (!Array.isArray(value)) return [`${path}: not a list`];
      return [
        ...lengthOf(shape, value.length, path),
        ...value.flatMap((each, index) => faults(shape.member ?? '', each, `${path}[${index}]`, protocol)),
      ];
    case 'map':
      if (!isRecord(value)) return [`${path}: not an object`];
      return [
        ...lengthOf(shape, Object.keys(value).length, path),
        ...Object.entries(value).flatMap(([key, each]) => [
          ...faults(shape.key ?? '', key, `${path}{${key}}`, protocol),
          ...faults(shape.value ?? '', each, `${path}.${key}`, protocol),
        ]),
      ];
    case 'string':
      return typeof value === 'string' ? textFaults(shape, value, path) : [`${path}: not a string`];
    case 'integer':
      if (!Number.isSafeInteger(value)) return [`${path}: not a whole number`];
      return rangeOf(shape, Number(value), path);
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: not true or false`];
    case 'timestamp':
      return isTime(value, protocol) ? [] : [`${path}: not a time of ${protocol}`];
    default:
      return [`${path}: ${type} is not known`];
  }
}

type Shape = ReturnType<typeof shapeOf>;

function textFaults(shape: Shape, value: string, path: string): readonly string[] {
  const { pattern, enum: values } = shape;
  return [
    ...lengthOf(shape, value.length, path),
    ...(pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value) ? [`${path}: not like ${pattern}`] : []),
    ...(values && !values.includes(value) ? [`${path}: ${value} is none of ${values.join(', ')}`] : []),
  ];
}

function lengthOf({ min = 0, max = Number.POSITIVE_INFINITY }: Shape, length: number, path: string): readonly string[] {
  return length < min || length > max ? [`${path}: length ${length} is not within ${min} to ${max}`] : [];
}

function rangeOf({ min, max }: Shape, value: number, path: string): readonly string[] {
  return value < (min ?? value) || value > (max ?? value) ? [`${path}: ${value} is out of range`] : [];
}

/** Between 2000 and 2100, in seconds: milliseconds would be far off. */
function isTime(value: unknown, protocol: ProtocolName): boolean {
  const seconds = protocol === 'JSON' ? value : value instanceof Tagged ? value.seconds : undefined;
  return typeof seconds === 'number' && seconds > 946_684_800 && seconds < 4_102_444_800;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Tagged);
}
