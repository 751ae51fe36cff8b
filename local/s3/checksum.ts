import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CRC32, CRC32C, CRC64NVME, type Crc, combineCrcs, crcRegister } from './crc.ts';
import { invalidRequest, notThere } from './errors.ts';
import { leaf } from './xml.ts';

/** The checksums that the local stack computes, as in `x-amz-checksum-<algorithm>`. */
export const ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** COMPOSITE: a checksum of the parts' checksums, written with `-` and their number. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: Algorithm;
  readonly type: ChecksumType;
  /** Base64. */
  readonly value: string;
}

/** Feeds bytes into a checksum. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Base64; read once, at the end. */
  digest(): string;
}

const CRCS: Readonly<Partial<Record<Algorithm, Crc>>> = { crc32: CRC32, crc32c: CRC32C, crc64nvme: CRC64NVME };
const BYTES: Readonly<Record<Algorithm, number>> = { crc32: 4, crc32c: 4, crc64nvme: 8, sha1: 20, sha256: 32 };

/** The algorithm that a header or element names, in any case; refuses those that cannot be computed here. */
export function algorithmNamed(name: string): Algorithm {
  const algorithm = ALGORITHMS.find((known) => known === name.toLowerCase());
  if (!algorithm) throw notThere(`checksum algorithm ${name}`);
  return algorithm;
}

/** Refuses a value that cannot be a checksum of that algorithm. */
export function checkShape(algorithm: Algorithm, value: string): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== BYTES[algorithm] || bytes.toString('base64') !== value) {
    throw invalidRequest(`Value for x-amz-checksum-${algorithm} header is invalid.`);
  }
}

export function hasher(algorithm: Algorithm): Hasher {
  if (algorithm === 'crc32') return nativeCrc32();
  const crc = CRCS[algorithm];
  if (!crc) {
    const hash = createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
  }
  const register = crcRegister(crc);
  return { update: (bytes) => register.update(bytes), digest: () => toBase64(register.value(), crc.width) };
}

/** The type that an upload has when its request names none (S3 User Guide, "Checking object integrity"). */
export function defaultType(algorithm: Algorithm): ChecksumType {
  return algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE';
}

/** Refuses what S3 does not offer: full-object SHA checksums, composite CRC-64. */
export function checkType(algorithm: Algorithm, type: string): ChecksumType {
  const offered = type === 'FULL_OBJECT' ? algorithm in CRCS : type === 'COMPOSITE' && algorithm !== 'crc64nvme';
  if (!offered) {
    throw invalidRequest(`The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
  }
  return type as ChecksumType;
}

/** The checksum of an object made of parts. */
export function checksumOfParts(
  algorithm: Algorithm,
  type: ChecksumType,
  parts: readonly { readonly size: number; readonly value: string }[],
): Checksum {
  if (type === 'COMPOSITE') {
    const whole = hasher(algorithm);
    for (const { value } of parts) whole.update(Buffer.from(value, 'base64'));
    return { algorithm, type, value: `${whole.digest()}-${parts.length}` };
  }
  const crc = CRCS[algorithm];
  if (!crc) throw invalidRequest(`The FULL_OBJECT checksum type cannot be used with ${algorithm}.`);
  const value = parts.reduce((sum, part) => combineCrcs(crc, sum, fromBase64(part.value), part.size), 0n);
  return { algorithm, type, value: toBase64(value, crc.width) };
}

/** The headers that tell a checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The elements that tell a checksum, e.g. `<ChecksumCRC32>`. */
export function checksumElements(checksum: Checksum | undefined): string {
  if (!checksum) return '';
  return leaf(`Checksum${checksum.algorithm.toUpperCase()}`, checksum.value) + leaf('ChecksumType', checksum.type);
}

function nativeCrc32(): Hasher {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    digest: () => toBase64(BigInt(value), 32),
  };
}

function toBase64(value: bigint, width: number): string {
  return Buffer.from(value.toString(16).padStart(width / 4, '0'), 'hex').toString('base64');
}

function fromBase64(value: string): bigint {
  return BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`);
}
