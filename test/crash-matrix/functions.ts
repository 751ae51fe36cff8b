import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionDefinition } from '../../local/lambda/definition.ts';

/** A function as it is deployed. */
export type Handler = (event: unknown, context: object) => Promise<unknown>;

interface Loaded {
  readonly handler: Handler;
  /** What it remembers from one call to the next, with what was in it when it was loaded. */
  readonly memories: readonly (readonly [memory: Map<unknown, unknown>, first: readonly [unknown, unknown][]])[];
}

const loaded = new Map<string, Promise<Loaded>>();

/** The built functions, loaded into this process once, each with its own variables. Whoever loads them has taken clock, randomness and wires. */
export async function load(definition: FunctionDefinition): Promise<Handler> {
  const known = loaded.get(definition.file) ?? read(definition);
  loaded.set(definition.file, known);
  return (await known).handler;
}

/** Has a function forget what it remembered: its next call is as the first in a new sandbox. */
export async function forget({ file }: Pick<FunctionDefinition, 'file'>): Promise<void> {
  for (const [memory, first] of (await loaded.get(file))?.memories ?? []) {
    memory.clear();
    for (const [key, value] of first) memory.set(key, value);
  }
}

async function read({ file, exported, variables }: FunctionDefinition): Promise<Loaded> {
  const made: Map<unknown, unknown>[] = [];
  const ordinary = globalThis.Map;
  class Remembered<K, V> extends ordinary<K, V> {
    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super(entries);
      made.push(this as Map<unknown, unknown>);
    }
  }
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name] ?? '']));
  Object.assign(process.env, variables);
  globalThis.Map = Remembered as MapConstructor;
  let module: Record<string, Handler>;
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, Handler>;
  } finally {
    globalThis.Map = ordinary;
    Object.assign(process.env, before);
  }
  const handler = module[exported];
  if (!handler) throw new Error(`${file} has no ${exported}.`);
  return { handler, memories: made.map((memory) => [memory, [...memory]]) };
}

/** Where the functions of the project are built. */
export const root = join(import.meta.dirname, '..', '..');
