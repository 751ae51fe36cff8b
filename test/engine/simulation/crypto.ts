import { Random } from './random.ts';

/** As Node has it, but for what is random: ids are the same in the same world. */
export * from 'node:crypto';

let random = new Random(0);

/** From now on. */
export function seedIds(seed: number): void {
  random = new Random(seed);
}

export function randomUUID(): string {
  return random.uuid();
}

export function randomBytes(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, () => random.below(256)));
}
