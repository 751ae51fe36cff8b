/**
 * A reflected cyclic redundancy check whose register starts and ends inverted (CRC-32, CRC-32C, CRC-64/NVME).
 * `polynomial` is reflected.
 */
export interface Crc {
  readonly width: 32 | 64;
  readonly polynomial: bigint;
}

export const CRC32: Crc = { width: 32, polynomial: 0xedb88320n };
export const CRC32C: Crc = { width: 32, polynomial: 0x82f63b78n };
export const CRC64NVME: Crc = { width: 64, polynomial: 0x9a6c9329ac4bc9b5n };

/** Feeds bytes into a running check; `value()` may be read at any time. */
interface CrcRegister {
  update(bytes: Uint8Array): void;
  value(): bigint;
}

/** A register fed byte by byte from two tables of 32 bits, so that 64 bits need no big integers. */
export function crcRegister({ width, polynomial }: Crc): CrcRegister {
  const [low, high] = table(polynomial);
  let lowBits = -1;
  let highBits = width === 64 ? -1 : 0;
  return {
    update(bytes) {
      for (let at = 0; at < bytes.length; at += 1) {
        const index = (lowBits ^ (bytes[at] as number)) & 0xff;
        lowBits = ((lowBits >>> 8) | (highBits << 24)) ^ (low[index] as number);
        highBits = (highBits >>> 8) ^ (high[index] as number);
      }
    },
    value() {
      const lowValue = BigInt(~lowBits >>> 0);
      return width === 64 ? (BigInt(~highBits >>> 0) << 32n) | lowValue : lowValue;
    },
  };
}

/** The check of two runs of bytes together, from the check of each and the length of the second. */
export function combineCrcs(crc: Crc, first: bigint, second: bigint, secondLength: number): bigint {
  return multiply(crc, powerOfX(crc, BigInt(secondLength) * 8n), first) ^ second;
}

const tables = new Map<bigint, readonly [Uint32Array, Uint32Array]>();

function table(polynomial: bigint): readonly [Uint32Array, Uint32Array] {
  const known = tables.get(polynomial);
  if (known) return known;
  const made = [new Uint32Array(256), new Uint32Array(256)] as const;
  for (let index = 0; index < 256; index += 1) {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    made[0][index] = Number(value & 0xffffffffn);
    made[1][index] = Number(value >> 32n);
  }
  tables.set(polynomial, made);
  return made;
}

function multiply({ width, polynomial }: Crc, left: bigint, right: bigint): bigint {
  let product = 0n;
  let factor = right;
  for (let mask = 1n << BigInt(width - 1); mask > 0n; mask >>= 1n) {
    if (left & mask) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

function powerOfX(crc: Crc, exponent: bigint): bigint {
  let power = 1n << BigInt(crc.width - 1);
  let square = 1n << BigInt(crc.width - 2);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = multiply(crc, power, square);
    square = multiply(crc, square, square);
  }
  return power;
}
