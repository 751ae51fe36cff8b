import { createHash } from 'node:crypto';

/** Hexadecimal digits that are the same for the same parts, at every start and on every machine. */
export function digest(length: number, ...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex').slice(0, length);
}

/** The id of an IAM entity, e.g. `AROA…` (21 characters) of a role, drawn from its ARN. */
export function uniqueId(prefix: 'AROA' | 'ANPA' | 'AIDA', arn: string): string {
  const bytes = createHash('sha256').update(arn).digest();
  const letters = [...bytes.subarray(0, 17)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(byte % 32));
  return prefix + letters.join('');
}

/** A UUID that stays the same for the same parts. */
export function stableUuid(...parts: readonly string[]): string {
  const hex = digest(32, ...parts);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
