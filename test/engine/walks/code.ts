import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Made } from '../simulation/choices.ts';

/** Choices as one word of a command line. */
export function encode(made: Made): string {
  return deflateRawSync(JSON.stringify([...made])).toString('base64url');
}

/** The choices of such a word. */
export function decode(code: string): Made {
  return new Map(JSON.parse(inflateRawSync(Buffer.from(code, 'base64url')).toString()) as [string, number][]);
}
