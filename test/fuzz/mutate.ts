import type { Random } from '../engine/simulation/random.ts';

/** What programs get wrong. */
const odd: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e21,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 2,
  Number.MIN_VALUE,
  '',
  ' ',
  '*',
  '****',
  '\u0000',
  '\ud800',
  'ümläut 🚀',
  '\u202egnirts',
  '../../etc/passwd',
  '#{variables.x}',
  "'; DROP TABLE",
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'x'.repeat(101),
  'x'.repeat(1025),
  'x'.repeat(5000),
  '\n'.repeat(300),
  [],
  {},
  [[]],
  [null],
  { '': null },
  { length: 3 },
  { toJSON: 1 },
  { __type: 'x' },
];

/** A value with some places of it changed: replaced, left out, doubled, renamed, nested, or swapped for another of `known`. */
export function mutated(value: unknown, random: Random, known: readonly unknown[]): unknown {
  let changed = structuredClone(value);
  for (let times = random.below(4); times > 0; times--) changed = changeOne(changed, random, known);
  return changed;
}

function changeOne(value: unknown, random: Random, known: readonly unknown[]): unknown {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.length === 0 || random.chance(0.25)) return replaced(value, random, known);
  const key = random.pick(keys);
  const inside = (value as Record<string, unknown>)[key];
  const copy: unknown[] | Record<string, unknown> = Array.isArray(value)
    ? [...value]
    : { ...(value as Record<string, unknown>) };
  const set = (at: string, to: unknown) =>
    Object.defineProperty(copy, at, { value: to, enumerable: true, configurable: true, writable: true });
  const kind = random.next();
  if (kind < 0.1) Reflect.deleteProperty(copy, key);
  else if (kind < 0.2 && Array.isArray(copy)) copy.push(...Array.from({ length: random.below(200) }, () => inside));
  else if (kind < 0.3 && !Array.isArray(copy))
    set(random.pick(['__proto__', 'constructor', key.toUpperCase(), `${key} `, '']), inside);
  else set(key, changeOne(inside, random, known));
  return Array.isArray(copy) ? Array.from(copy) : copy;
}

function replaced(value: unknown, random: Random, known: readonly unknown[]): unknown {
  const kind = random.next();
  if (kind < 0.4) return random.pick(known);
  if (kind < 0.8) return random.pick(odd);
  if (kind < 0.9) return nested(value, random.below(300));
  return typeof value === 'string' ? text(value, random) : [value];
}

function nested(value: unknown, depth: number): unknown {
  let all = value;
  for (let level = 0; level < depth; level++) all = level % 2 === 0 ? [all] : { a: all };
  return all;
}

/** A text with one character changed, doubled or left out. */
export function text(value: string, random: Random): string {
  const at = random.below(value.length + 1);
  return (
    value.slice(0, at) + random.pick(['', 'x', '#', '\u0000', '/', value, '%']) + value.slice(at + random.below(2))
  );
}

/** Bytes of which some were flipped, left out, doubled or added. */
export function mutatedBytes(bytes: Buffer, random: Random): Buffer {
  let changed = Buffer.from(bytes);
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(changed.length + 1);
    const kind = random.next();
    if (kind < 0.4 && at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    else if (kind < 0.6) changed = changed.subarray(0, at);
    else if (kind < 0.8)
      changed = Buffer.concat([changed.subarray(0, at), Buffer.from([random.below(256)]), changed.subarray(at)]);
    else changed = Buffer.concat([changed.subarray(0, at), changed.subarray(Math.max(0, at - random.below(50)))]);
  }
  return changed;
}
