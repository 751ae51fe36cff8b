import { BlockList, isIP } from 'node:net';

/** A scalar of an event, or what JSON has there. */
export type Test = (value: unknown) => boolean;

/** An expression of a pattern is not one that EventBridge takes; the message says why. */
export class PatternError extends Error {}

type Expression = (operand: unknown) => Test;

/** The test that a match expression such as `{"prefix": "a"}` stands for; throws a PatternError. `exists` is the pattern's own. */
export function expressionTest(expression: object): Test {
  const [[name, operand] = ['', undefined], ...more] = Object.entries(expression);
  if (more.length > 0) throw new PatternError('Only one key allowed in match expression');
  const make = EXPRESSIONS[name];
  if (make === undefined) throw new PatternError(`Unrecognized match type ${name}`);
  return make(operand);
}

const EXPRESSIONS: Readonly<Record<string, Expression>> = {
  prefix: (operand) => affix('prefix', operand, (value, part) => value.startsWith(part)),
  suffix: (operand) => affix('suffix', operand, (value, part) => value.endsWith(part)),
  'equals-ignore-case': (operand) => {
    const wanted = text('equals-ignore-case', operand).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  },
  wildcard: (operand) => wildcard(text('wildcard', operand)),
  numeric,
  cidr,
  'anything-but': anythingBut,
};

function text(name: string, operand: unknown): string {
  if (typeof operand !== 'string') throw new PatternError(`${name} match pattern must be a string`);
  return operand;
}

function affix(name: string, operand: unknown, holds: (value: string, part: string) => boolean): Test {
  if (typeof operand !== 'object' || operand === null) {
    const part = text(name, operand);
    return (value) => typeof value === 'string' && holds(value, part);
  }
  const [[key, inner] = ['', undefined], ...more] = Object.entries(operand);
  if (key !== 'equals-ignore-case' || more.length > 0) throw new PatternError(`${name} match pattern must be a string`);
  const part = text(name, inner).toLowerCase();
  return (value) => typeof value === 'string' && holds(value.toLowerCase(), part);
}

function anythingBut(operand: unknown): Test {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [[name, inner] = ['', undefined], ...more] = Object.entries(operand);
    const make = EXPRESSIONS[name];
    if (
      more.length > 0 ||
      make === undefined ||
      !['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name)
    ) {
      throw new PatternError(`Unsupported anything-but pattern: ${name}`);
    }
    const tests = some(inner).map(make);
    return (value) => !tests.some((test) => test(value));
  }
  const values = some(operand);
  const type = typeof values[0];
  if ((type !== 'string' && type !== 'number') || values.some((value) => typeof value !== type)) {
    throw new PatternError('Inside anything but list, start|null|boolean is not supported: give strings or numbers');
  }
  return (value) => !values.includes(value);
}

function some(operand: unknown): unknown[] {
  const values = Array.isArray(operand) ? operand : [operand];
  if (values.length === 0) throw new PatternError('Empty arrays are not allowed');
  return values;
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** `[op, n]`, or a range `[">" or ">=", low, "<" or "<=", high]`. */
function numeric(operand: unknown): Test {
  if (!Array.isArray(operand)) throw new PatternError('Value of numeric must be an array.');
  const [first, low, second, high] = operand;
  const parts = [[first, low] as const, ...(operand.length > 2 ? [[second, high] as const] : [])];
  const tests = parts.map(([operator, limit]) => {
    const holds = COMPARISONS[String(operator)];
    if (holds === undefined) throw new PatternError(`Unrecognized numeric range operator: ${operator}`);
    if (typeof limit !== 'number' || Math.abs(limit) > 5e9) {
      throw new PatternError('Numeric values must be between -5.0E9 and +5.0E9, inclusive');
    }
    return (value: number) => holds(value, limit);
  });
  if (operand.length !== 2 && operand.length !== 4)
    throw new PatternError('Numeric match needs an operator and a value');
  if (operand.length === 4 && !(/^>/.test(first) && /^</.test(second) && low < high)) {
    throw new PatternError('Bottom must be less than top');
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function cidr(operand: unknown): Test {
  const [address = '', bits = '', ...more] = text('cidr', operand).split('/');
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  if (family === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > width) {
    throw new PatternError(`Malformed CIDR: ${operand}`);
  }
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (value) =>
    typeof value === 'string' && isIP(value) === family && block.check(value, family === 4 ? 'ipv4' : 'ipv6');
}

/** `*` stands for any run of characters, `\*` and `\\` for themselves. Matched piece by piece, so no event can make it slow. */
function wildcard(pattern: string): Test {
  const pieces = [''];
  for (const [token] of pattern.matchAll(/\\.?|\*+|[^\\*]+/gs)) {
    if (token === '*') pieces.push('');
    else if (token.startsWith('*')) throw new PatternError('Consecutive wildcard characters');
    else if (token.startsWith('\\') && token !== '\\*' && token !== '\\\\')
      throw new PatternError('Invalid escape character');
    else pieces[pieces.length - 1] += token.startsWith('\\') ? token.slice(1) : token;
  }
  const first = pieces.shift() ?? '';
  const last = pieces.pop();
  if (last === undefined) return (value) => value === first;
  return (value) => {
    if (typeof value !== 'string' || !value.startsWith(first) || value.length < first.length + last.length)
      return false;
    const end = value.length - last.length;
    let from = first.length;
    for (const piece of pieces) {
      const found = value.indexOf(piece, from);
      if (found < 0 || found + piece.length > end) return false;
      from = found + piece.length;
    }
    return value.endsWith(last);
  };
}
