import { Refusal } from '../domain/refusal.ts';
import { modelOperation, type Shape, shapeOf } from './model.ts';

/** A breach of the service model: where, as AWS writes paths, and what is said of it. */
export interface ShapeBreach {
  readonly path: string;
  readonly message: string;
  /** Of a wrong JSON type or a missing member: what reads the value cannot go on. */
  readonly isFatal: boolean;
}

/** The breaches found so far: a body of 4 MB can have millions, of which the first are told. */
interface Breaches {
  count: number;
  readonly told: ShapeBreach[];
  /** What is done with a value of a wrong JSON type. */
  readonly wrongType: (breach: ShapeBreach) => void;
}

const mostTold = 1000;

/** Some patterns take time with the square of the length. What has one and no maximum is an id or an ARN, which are shorter. */
const longestMatched = 4096;

/**
 * Holds an input against the service model. Answers it without the members that the model does not know; refuses a wrong JSON type,
 * and all breaches of constraints at once.
 */
export function validateInput(operation: string, input: unknown): unknown {
  const breaches = noBreaches(({ message }) => {
    throw new Refusal('SerializationException', message);
  });
  const valid = checkInput(operation, input, breaches);
  if (breaches.count === 0) return valid;
  const { count } = breaches;
  const told = breaches.told.map(({ message }) => message);
  const list = count > told.length ? [...told, `and ${count - told.length} more`] : told;
  throw new Refusal(
    'ValidationException',
    `${count} validation error${count === 1 ? '' : 's'} detected: ${list.join('; ')}`,
  );
}

/**
 * Holds an input against the service model, and refuses nothing: the first thousand breaches, wrong JSON types too, and the input as
 * `validateInput` answers it, but for what is wrong.
 */
export function findShapeBreaches(
  operation: string,
  input: unknown,
): { readonly breaches: readonly ShapeBreach[]; readonly valid: unknown } {
  const breaches: Breaches = noBreaches((breach) => tell(breaches, breach));
  const valid = checkInput(operation, input, breaches);
  return { breaches: breaches.told, valid };
}

function checkInput(operation: string, input: unknown, breaches: Breaches): unknown {
  const found = modelOperation(operation);
  if (!found) throw new Refusal('UnknownOperationException', `CodePipeline has no operation ${operation}.`);
  return found.input === null ? {} : check(found.input, input, '', breaches);
}

function check(name: string, value: unknown, path: string, breaches: Breaches): unknown {
  const shape = shapeOf(name);
  const must = <T>(is: (value: unknown) => value is T, expected: string, then: (value: T) => unknown): unknown => {
    if (is(value)) return then(value);
    breaches.wrongType(wrongType(value, path, expected));
    return undefined;
  };
  switch (shape.type) {
    case 'structure':
      return must(isRecord, 'an object', (record) => checkStructure(shape, record, path, breaches));
    case 'list':
      return must(isList, 'a list', (list) => checkList(shape, list, path, breaches));
    case 'map':
      return must(isRecord, 'an object', (record) => checkMap(shape, record, path, breaches));
    case 'string':
      return must(isText, 'a string', (text) => checkText(shape, text, path, breaches));
    case 'integer':
      return must(isWhole, 'a whole number', (number) => checkNumber(shape, number, path, breaches));
    case 'timestamp':
      return must(isNumber, 'a number of seconds since 1970', (number) => number);
    case 'boolean':
      return must(isBoolean, 'true or false', (truth) => truth);
    default:
      throw new Error(`The model has a shape ${name} of type ${shape.type}.`);
  }
}

function checkStructure(shape: Shape, value: Record<string, unknown>, path: string, breaches: Breaches): object {
  const entries = Object.entries(shape.members ?? {}).flatMap(([name, { shape: of, required }]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given !== undefined && given !== null) return [[name, check(of, given, at, breaches)] as const];
    if (required) note(breaches, at, 'Member must not be null', true);
    return [];
  });
  return Object.fromEntries(entries);
}

function checkList(shape: Shape, value: readonly unknown[], path: string, breaches: Breaches): unknown[] {
  checkLength(shape, value.length, path, 'Member must', breaches);
  return value.map((each, index) => check(shape.member ?? '', each, `${path}.${index + 1}.member`, breaches));
}

function checkMap(shape: Shape, value: Record<string, unknown>, path: string, breaches: Breaches): object {
  const entries = Object.entries(value);
  checkLength(shape, entries.length, path, 'Member must', breaches);
  const inKeys = noBreaches(breaches.wrongType);
  const inValues = noBreaches(breaches.wrongType);
  const checked = entries.map(([key, each]) => {
    check(shape.key ?? '', key, '', inKeys);
    const at = `${path}.${plainKey.test(key) ? key : '(key)'}`;
    if (shapeOf(shape.value ?? '').type === 'string')
      return [key, check(shape.value ?? '', each, at, inValues)] as const;
    return [key, check(shape.value ?? '', each, `${at}.member`, breaches)] as const;
  });
  if (inKeys.count > 0) note(breaches, path, `Map keys must satisfy constraint: [${constraints(shape.key)}]`);
  if (inValues.count > 0) note(breaches, path, `Map value must satisfy constraint: [${constraints(shape.value)}]`);
  return Object.fromEntries(checked);
}

function checkText(shape: Shape, value: string, path: string, breaches: Breaches): string {
  checkLength(shape, value.length, path, 'Member must', breaches);
  const isLong = value.length > longestMatched;
  if (shape.pattern && (isLong ? shape.max === undefined : !whole(shape.pattern).test(value)))
    note(breaches, path, `Member must satisfy regular expression pattern: ${shape.pattern}`);
  if (shape.enum && !shape.enum.includes(value))
    note(breaches, path, `Member must satisfy enum value set: [${shape.enum.join(', ')}]`);
  return value;
}

function checkNumber({ min, max }: Shape, value: number, path: string, breaches: Breaches): number {
  if (min !== undefined && value < min) note(breaches, path, `Member must have value greater than or equal to ${min}`);
  if (max !== undefined && value > max) note(breaches, path, `Member must have value less than or equal to ${max}`);
  return value;
}

function checkLength({ min, max }: Shape, length: number, path: string, must: string, breaches: Breaches): void {
  if (min !== undefined && length < min) note(breaches, path, `${must} have length greater than or equal to ${min}`);
  if (max !== undefined && length > max) note(breaches, path, `${must} have length less than or equal to ${max}`);
}

/** The constraints of a map's keys or values, as AWS lists them. */
function constraints(name = ''): string {
  const { min, max, pattern } = shapeOf(name);
  return [
    ...(max === undefined ? [] : [`Member must have length less than or equal to ${max}`]),
    ...(min === undefined ? [] : [`Member must have length greater than or equal to ${min}`]),
    ...(pattern === undefined ? [] : [`Member must satisfy regular expression pattern: ${pattern}`]),
  ].join(', ');
}

function noBreaches(wrongType: Breaches['wrongType']): Breaches {
  return { count: 0, told: [], wrongType };
}

function note(breaches: Breaches, path: string, constraint: string, isFatal = false): void {
  tell(breaches, { path, message: `Value at '${path}' failed to satisfy constraint: ${constraint}`, isFatal });
}

function tell(breaches: Breaches, breach: ShapeBreach): void {
  breaches.count += 1;
  if (breaches.told.length < mostTold) breaches.told.push(breach);
}

/** A key that can be shown in a path. */
const plainKey = /^[A-Za-z0-9@._:/ -]{1,50}$/;

const patterns = new Map<string, RegExp>();

/** A pattern that matches the whole value; compiled once. */
function whole(pattern: string): RegExp {
  const compiled = patterns.get(pattern) ?? new RegExp(`^(?:${pattern})$`);
  patterns.set(pattern, compiled);
  return compiled;
}

function wrongType(value: unknown, path: string, expected: string): ShapeBreach {
  const found =
    value === null ? 'null' : Array.isArray(value) ? 'a list' : isRecord(value) ? 'an object' : `a ${typeof value}`;
  const message = `${path === '' ? 'The input' : `'${path}'`} must be ${expected}, not ${found}.`;
  return { path, message, isFatal: true };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
