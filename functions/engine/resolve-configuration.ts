import type { ActionDeclaration } from '../domain/declaration.ts';
import type { Run } from '../domain/run.ts';
import { type Reference, references, replaceInConfiguration } from '../domain/variables.ts';
import type { Producers } from './producers.ts';
import { Failure } from './work.ts';

/** CodePipeline's limit for the resolved configuration of an action (quotas), in bytes. */
const resolvedLimit = 100 * 1024;

/** An action's configuration with its variables resolved: once, so that a value which looks like a reference stays as it is. */
export async function resolveConfiguration(
  declaration: ActionDeclaration,
  run: Run,
  producers: Producers,
): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(declaration.configuration ?? {});
  const values = await valuesOf(
    entries.map(([, value]) => value),
    run,
    producers,
  );
  let added = 0;
  // Refused before it is put together: thousands of references to a long value are more than memory holds.
  const valueFor = ({ text }: Reference) => {
    const value = values.get(text);
    added += value?.length ?? 0;
    if (added > resolvedLimit) throw tooLarge(`over ${resolvedLimit}`);
    return value;
  };
  const resolved = entries.map(([key, value]) => [key, replaceInConfiguration(value, valueFor)] as const);
  const size = resolved.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (size > resolvedLimit) throw tooLarge(size);
  return Object.fromEntries(resolved);
}

/** The values of the variables that some texts refer to, by the text of the reference. */
export async function valuesOf(
  texts: readonly string[],
  run: Run,
  producers: Producers,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const { text, namespace, key } of texts.flatMap(references))
    values.set(text, await variableOf(namespace, key, run, producers));
  return values;
}

function tooLarge(size: number | string): Failure {
  return new Failure(
    'ConfigurationError',
    `The resolved configuration has ${size} bytes; at most ${resolvedLimit} are allowed.`,
  );
}

async function variableOf(namespace: string, key: string, run: Run, producers: Producers): Promise<string> {
  const values =
    namespace === 'codepipeline'
      ? { PipelineExecutionId: run.id }
      : namespace === 'variables'
        ? run.variables
        : await producers.variables(namespace);
  if (values && Object.hasOwn(values, key)) return values[key as keyof typeof values] ?? '';
  throw new Failure(
    'ConfigurationError',
    `The variable #{${namespace}.${key}} has no value: namespace ${namespace} gave no variable ${key} in this run.`,
  );
}
