import { validateAttributeValue, validateExpressionParams, validateExpressions } from 'dynalite/validations/index.js';
import { type Item, typeOf } from './attribute-value.ts';
import type { Condition, Operand } from './condition.ts';
import { invalid } from './errors.ts';
import type { Path } from './path.ts';
import type { Update, UpdateValue } from './update.ts';

const KINDS = [
  'UpdateExpression',
  'ConditionExpression',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
] as const;

/** The expression parameters of a request, as far as the operation has them. */
export type ExpressionParameters = Partial<Record<(typeof KINDS)[number], string>> & {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
};

/** Parsed expressions, names resolved; values are named as in `ExpressionAttributeValues`. */
export interface Expressions {
  readonly update?: readonly Update[];
  readonly condition?: Condition;
  readonly keyCondition?: Condition;
  readonly filter?: Condition;
  readonly projection?: readonly Path[];
}

/** What dynalite's parsers make: nodes with `type`, attribute paths as arrays, and the very value objects that they were given. */
interface Node {
  readonly type?: string;
  readonly name?: string;
  readonly args?: readonly Parsed[];
  readonly path?: Path;
  readonly val?: Parsed;
}
type Parsed = Node | Path;

interface ParsedRequest {
  readonly _updates?: { readonly sections: readonly Node[] };
  readonly _condition?: { readonly expression: Node };
  readonly _keyCondition?: { readonly expression: Node };
  readonly _filter?: { readonly expression: Node };
  readonly _projection?: { readonly paths: readonly (Path | string)[] };
}

const MOST_CACHED = 1000;
/** The parser looks into the values of these, so their parse holds for those values only. */
const DEPENDS_ON_VALUES = /between|attribute_type/i;

const cache = new Map<string, Expressions>();

/** Parses a request's expressions and checks its values; an application's few expressions are parsed once, not at every request. */
export function parseExpressions(
  parameters: ExpressionParameters,
  kinds: readonly (typeof KINDS)[number][],
): Expressions {
  const wrong = validateExpressionParams(parameters, kinds, []);
  if (wrong) throw invalid(wrong);
  checkValues(parameters.ExpressionAttributeValues);
  const texts = KINDS.map((kind) => parameters[kind] ?? null);
  const key = JSON.stringify([texts, parameters.ExpressionAttributeNames, types(parameters.ExpressionAttributeValues)]);
  const cached = cache.get(key);
  if (cached) return cached;
  const parsed = parse(parameters);
  if (cache.size >= MOST_CACHED) cache.clear();
  if (!DEPENDS_ON_VALUES.test(key)) cache.set(key, parsed);
  return parsed;
}

function checkValues(values: Item | undefined): void {
  for (const [name, value] of Object.entries(values ?? {})) {
    const wrong = validateAttributeValue(value);
    if (wrong) {
      throw invalid(`ExpressionAttributeValues contains invalid value: ${wrong} for key ${name}`);
    }
  }
}

function types(values: Item | undefined): object | undefined {
  return values && Object.entries(values).map(([name, value]) => [name, typeOf(value)]);
}

function parse(parameters: ExpressionParameters): Expressions {
  const request: ExpressionParameters & ParsedRequest = { ...parameters };
  const wrong = validateExpressions(request);
  if (wrong) throw invalid(wrong);
  const values = new Map<unknown, string>();
  for (const [name, value] of Object.entries(parameters.ExpressionAttributeValues ?? {})) values.set(value, name);
  const read = new Reader(values);
  const { _updates, _condition, _keyCondition, _filter, _projection } = request;
  return {
    ...(_updates && { update: _updates.sections.map((section) => read.update(section)) }),
    ...(_condition && { condition: read.condition(_condition.expression) }),
    ...(_keyCondition && { keyCondition: read.condition(_keyCondition.expression) }),
    ...(_filter && { filter: read.condition(_filter.expression) }),
    ...(_projection && {
      projection: _projection.paths.map((path) => (typeof path === 'string' ? [path] : path)),
    }),
  };
}

/** Reads the parsers' trees into ours, each value replaced by its name. */
class Reader {
  readonly #values: ReadonlyMap<unknown, string>;

  constructor(values: ReadonlyMap<unknown, string>) {
    this.#values = values;
  }

  condition({ type = '', name = '', args = [] }: Node): Condition {
    const operands = () => args.map((arg) => this.#operand(arg));
    switch (type) {
      case 'and':
      case 'or':
        return { type, left: this.condition(args[0] as Node), right: this.condition(args[1] as Node) };
      case 'not':
        return { type, of: this.condition(args[0] as Node) };
      case 'function':
        return { type: 'function', name, operands: operands() };
      default:
        return { type: 'comparison', operator: type, operands: operands() };
    }
  }

  update({ type, path = [], val }: Node): Update {
    switch (type) {
      case 'remove':
        return { type, path };
      case 'add':
      case 'delete':
        return { type, path, value: this.#nameOf(val) };
      default:
        return { type: 'set', path, value: this.#value(val as Parsed) };
    }
  }

  #operand(parsed: Parsed): Operand {
    if (isPath(parsed)) return { type: 'path', path: parsed };
    if (parsed.type === 'function') return { type: 'size', of: this.#operand(parsed.args?.[0] as Parsed) };
    return { type: 'value', name: this.#nameOf(parsed) };
  }

  #value(parsed: Parsed): UpdateValue {
    if (isPath(parsed)) return { type: 'path', path: parsed };
    if (this.#values.has(parsed)) return { type: 'value', name: this.#nameOf(parsed) };
    const [first, second] = (parsed.args ?? []) as [Parsed, Parsed];
    if (parsed.type === 'function' && parsed.name === 'if_not_exists') {
      return { type: 'if_not_exists', path: first as Path, otherwise: this.#value(second) };
    }
    const type = parsed.type === 'function' ? 'list_append' : parsed.type === 'add' ? 'plus' : 'minus';
    return { type, left: this.#value(first), right: this.#value(second) };
  }

  #nameOf(value: unknown): string {
    const name = this.#values.get(value);
    if (name === undefined) throw new TypeError('The expression parser made a value of its own.');
    return name;
  }
}

function isPath(parsed: Parsed): parsed is Path {
  return Array.isArray(parsed);
}
