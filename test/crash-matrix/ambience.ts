import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { Random } from '../engine/simulation/random.ts';

/** What a world decides for all that runs in the process. */
export interface Ambience {
  readonly random: Random;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether a function of the world asks. */
  readonly isInside: boolean;
  /** Calls back after some time of the world. */
  sleep(callback: () => void, milliseconds: number): { cancel(): void };
}

interface Timeout {
  cancel(): void;
}

const realDate = globalThis.Date;
const realTimers = { set: globalThis.setTimeout, clear: globalThis.clearTimeout };

/** From now on clock, randomness and the functions' timers in this process are those of the world of the moment. */
export function takeOver(current: () => Ambience | undefined): void {
  takeClock(current);
  takeRandomness(current);
  takeTimers(current);
}

function takeClock(current: () => Ambience | undefined): void {
  const now = () => current()?.now ?? realDate.now();
  globalThis.Date = new Proxy(realDate, {
    construct: (target, given: unknown[], made) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, made),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
}

function takeRandomness(current: () => Ambience | undefined): void {
  const real = { random: Math.random, bytes: crypto.randomBytes, uuid: crypto.randomUUID, int: crypto.randomInt };
  Math.random = () => current()?.random.next() ?? real.random();
  const randomBytes = (size: number) => {
    const random = current()?.random;
    return random ? Buffer.from(Array.from({ length: size }, () => random.below(256))) : real.bytes(size);
  };
  const randomUUID = () => current()?.random.uuid() ?? real.uuid();
  const randomInt = (...given: [number, number?]) => {
    const random = current()?.random;
    const [from, to] = given[1] === undefined ? [0, given[0]] : [given[0], given[1]];
    return random ? from + random.below(to - from) : real.int(from, to);
  };
  Object.assign(crypto, { randomBytes, randomUUID, randomInt });
  Object.assign(globalThis.crypto, { randomUUID });
  globalThis.crypto.getRandomValues = ((array: Uint8Array) => {
    array.set(randomBytes(array.length));
    return array;
  }) as typeof globalThis.crypto.getRandomValues;
  syncBuiltinESMExports();
}

function takeTimers(current: () => Ambience | undefined): void {
  const set = (callback: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]): unknown => {
    const world = current();
    if (!world?.isInside) return realTimers.set(callback, milliseconds, ...given);
    const timer = world.sleep(() => callback(...given), milliseconds);
    return Object.assign(timer, { ref: () => timer, unref: () => timer, hasRef: () => true });
  };
  const clear = (timer: Timeout | NodeJS.Timeout | undefined): void => {
    if (typeof timer === 'object' && 'cancel' in timer) timer.cancel();
    else realTimers.clear(timer);
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
}
