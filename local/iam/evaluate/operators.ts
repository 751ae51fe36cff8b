import { glob, matches, plain } from './glob.ts';
import { inRange, ipRange } from './ip-range.ts';

/** How a condition operator compares one value of the request with one of the policy. */
export interface Operator {
  /** A negated operator is met when none of the policy's values matches, also when the request lacks the key. */
  readonly negated: boolean;
  /** Whether the policy's values may have variables. */
  readonly variables: boolean;
  /** What the policy's value, which has no variables, must be, as the end of `is not …`; undefined for a value that is. */
  readonly problem: (expected: string) => string | undefined;
  readonly matches: (given: string, expected: string) => boolean;
}

type Comparison = (given: number, expected: number) => boolean;

const anything = (): undefined => undefined;
const equals = (given: string, expected: string): boolean => given === plain(expected);
const same = (given: string, expected: string): boolean => given.toLowerCase() === plain(expected).toLowerCase();
const like = (given: string, expected: string): boolean => matches(glob(expected), given);
const string = (match: Operator['matches'], negated: boolean): Operator => {
  return { negated, variables: true, problem: anything, matches: match };
};

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  Equals: (given, expected) => given === expected,
  LessThan: (given, expected) => given < expected,
  LessThanEquals: (given, expected) => given <= expected,
  GreaterThan: (given, expected) => given > expected,
  GreaterThanEquals: (given, expected) => given >= expected,
};

/** The operators of numbers or dates; `read` answers undefined for what is neither. */
function ordered(type: string, read: (text: string) => number | undefined, what: string): [string, Operator][] {
  const operator = (compare: Comparison, negated: boolean): Operator => ({
    negated,
    variables: false,
    problem: (expected) => (read(expected) === undefined ? what : undefined),
    matches(given, expected) {
      const [left, right] = [read(given), read(expected)];
      return left !== undefined && right !== undefined && compare(left, right);
    },
  });
  const plainly = Object.entries(COMPARISONS).map(([name, compare]): [string, Operator] => [
    `${type}${name}`,
    operator(compare, false),
  ]);
  return [...plainly, [`${type}NotEquals`, operator((given, expected) => given === expected, true)]];
}

function readNumber(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const W3C_DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

/** Milliseconds of a date in a W3C form of ISO 8601, or in seconds of the epoch. */
function readDate(text: string): number | undefined {
  if (/^\d{5,}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const time = W3C_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const bool: Operator = {
  negated: false,
  variables: true,
  problem: (expected) => (/^(true|false)$/i.test(expected) ? undefined : 'true or false'),
  matches: same,
};

const binary: Operator = {
  negated: false,
  variables: false,
  problem(expected) {
    const well = /^[A-Za-z0-9+/]*={0,2}$/.test(expected) && expected.length % 4 === 0;
    return well ? undefined : 'text in base64';
  },
  matches: (given, expected) => Buffer.from(given, 'base64').equals(Buffer.from(expected, 'base64')),
};

const ip = (negated: boolean): Operator => ({
  negated,
  variables: false,
  problem: (expected) => (ipRange(expected) === undefined ? 'an IP address or a CIDR range' : undefined),
  matches(given, expected) {
    const range = ipRange(expected);
    return range !== undefined && inRange(given, range);
  },
});

const arn = (negated: boolean): Operator => ({
  negated,
  variables: true,
  problem: (expected) => (arnParts(expected).length === 6 ? undefined : 'an ARN of six parts'),
  matches(given, expected) {
    const [parts, patterns] = [arnParts(given), arnParts(expected)];
    if (parts.length !== 6 || patterns.length !== 6) return false;
    return patterns.every((pattern, index) => like(parts[index] ?? '', pattern));
  },
});

/** The parts that the first five colons divide; the sixth keeps its own. */
function arnParts(text: string): readonly string[] {
  const parts = text.split(':');
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
}

/** The condition operators by their names, without Null, which compares nothing. IAM User Guide, "Condition operators". */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', string(equals, false)],
  ['StringNotEquals', string(equals, true)],
  ['StringEqualsIgnoreCase', string(same, false)],
  ['StringNotEqualsIgnoreCase', string(same, true)],
  ['StringLike', string(like, false)],
  ['StringNotLike', string(like, true)],
  ...ordered('Numeric', readNumber, 'a number'),
  ...ordered('Date', readDate, 'a date of ISO 8601 or seconds of the epoch'),
  ['Bool', bool],
  ['BinaryEquals', binary],
  ['IpAddress', ip(false)],
  ['NotIpAddress', ip(true)],
  ['ArnEquals', arn(false)],
  ['ArnLike', arn(false)],
  ['ArnNotEquals', arn(true)],
  ['ArnNotLike', arn(true)],
]);
