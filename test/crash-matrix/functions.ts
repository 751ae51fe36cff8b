import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionDefinition } from '../../local/lambda/definition.ts';

/** A function as it is deployed. */
export type Handler = (event: unknown, context: object) => Promise<unknown>;

/** A module in this process, and what it remembers from one call to the next with what was in it at first. */
interface Loaded<Module> {
  readonly module: Module;
  readonly memories: readonly (readonly [memory: Map<unknown, unknown>, first: readonly [unknown, unknown][]])[];
}

const functions = new Map<string, Promise<Loaded<Record<string, Handler>>>>();

/** The built functions, loaded into this process once, each with its own variables. Whoever loads them has taken clock, randomness and wires. */
export async function load(definition: FunctionDefinition): Promise<Handler> {
  const { file, exported } = definition;
  const known = functions.get(file) ?? read(definition);
  functions.set(file, known);
  const handler = (await known).module[exported];
  if (!handler) throw new Error(`${file} has no ${exported}.`);
  return handler;
}

/** Has a function forget what it remembered: its next call is as the first in a new sandbox. */
export async function forget({ file }: Pick<FunctionDefinition, 'file'>): Promise<void> {
  const known = await functions.get(file);
  if (known) clear(known);
}

/** Loads a module, and notes what it remembers. */
export async function remembering<Module>(importIt: () => Promise<Module>): Promise<Loaded<Module>> {
  const made: Map<unknown, unknown>[] = [];
  const ordinary = globalThis.Map;
  class Remembered<K, V> extends ordinary<K, V> {
    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super(entries);
      made.push(this as Map<unknown, unknown>);
    }
  }
  globalThis.Map = Remembered as MapConstructor;
  try {
    const module = await importIt();
    return { module, memories: made.map((memory) => [memory, [...memory]]) };
  } finally {
    globalThis.Map = ordinary;
  }
}

/** Has a module forget what it remembered since it was loaded. */
export function clear({ memories }: Loaded<unknown>): void {
  for (const [memory, first] of memories) {
    memory.clear();
    for (const [key, value] of first) memory.set(key, value);
  }
}

async function read({ file, variables }: FunctionDefinition): Promise<Loaded<Record<string, Handler>>> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name] ?? '']));
  Object.assign(process.env, variables);
  try {
    return await remembering(() => import(pathToFileURL(file).href) as Promise<Record<string, Handler>>);
  } finally {
    Object.assign(process.env, before);
  }
}

/** Where the functions of the project are built. */
export const root = join(import.meta.dirname, '..', '..');
