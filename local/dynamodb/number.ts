import { invalid } from './errors.ts';

const NEGATIVE = 0x40;
const ZERO = 0x80;
const POSITIVE = 0xc0;
/** DynamoDB's exponents go from -130 to 125, so one byte holds them. */
const EXPONENT_BIAS = 130;
const PRECISION = 38;

interface Decimal {
  /** The number is `digits` × 10^-`scale`. */
  readonly digits: bigint;
  readonly scale: number;
}

/** Encodes a number in plain decimal notation as bytes that sort as the numbers do. */
export function encodeNumber(text: string): Buffer {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = (negative ? text.slice(1) : text).split('.');
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  if (first === -1) return Buffer.from([ZERO]);
  const digits = all.slice(first).replace(/0+$/, '');
  const bytes = Buffer.alloc(digits.length + (negative ? 3 : 2));
  bytes[1] = whole.length - first - 1 + EXPONENT_BIAS;
  for (let i = 0; i < digits.length; i++) bytes[i + 2] = digits.charCodeAt(i) - 47;
  if (negative) for (let i = 1; i < bytes.length; i++) bytes[i] = 0xff - (bytes[i] ?? 0);
  bytes[0] = negative ? NEGATIVE : POSITIVE;
  return bytes;
}

export function compareNumbers(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(encodeNumber(a), encodeNumber(b));
}

/** Adds exactly; refuses what needs more than DynamoDB's 38 digits or leaves its range. */
export function add(a: string, b: string): string {
  return combine(a, b, (left, right) => left + right);
}

export function subtract(a: string, b: string): string {
  return combine(a, b, (left, right) => left - right);
}

function combine(a: string, b: string, operate: (left: bigint, right: bigint) => bigint): string {
  const left = parse(a);
  const right = parse(b);
  const scale = Math.max(left.scale, right.scale);
  return format({ digits: operate(align(left, scale), align(right, scale)), scale });
}

function parse(text: string): Decimal {
  const [whole = '', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

function align({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}

function format({ digits, scale }: Decimal): string {
  const negative = digits < 0n;
  const text = (negative ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  const significant = text.replace(/^0+/, '').replace(/0+$/, '');
  if (significant.length > PRECISION) {
    throw invalid('Attempting to store more than 38 significant digits in a Number');
  }
  if (whole.length > 126) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}
