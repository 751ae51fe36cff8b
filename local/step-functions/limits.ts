import { AslError } from './asl-error.ts';

/** Bytes of a state's input, output or result, and of an execution's (Step Functions quotas). */
export const dataLimit = 256 * 1024;
/** Events of a history (Step Functions quotas). */
export const historyLimit = 25_000;

/** A value as JSON text of at most 256 KiB; a larger one is States.DataLimitExceeded. */
export function jsonWithin(value: unknown, what: string): string {
  const text = JSON.stringify(value) ?? 'null';
  const size = Buffer.byteLength(text);
  if (size > dataLimit)
    throw new AslError('States.DataLimitExceeded', `The ${what} has ${size} bytes; at most ${dataLimit} are allowed.`);
  return text;
}
