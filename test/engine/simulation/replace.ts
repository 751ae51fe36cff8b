import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A text of a file of `functions/` that is to be another: it must be there, once. */
export interface Patch {
  /** From `functions/` on. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const functions = new URL('../../../functions/', import.meta.url).href;
/** What the functions import, and what they get instead. */
const replaced: ReadonlyMap<string, string> = new Map([
  [`${functions}domain/catalogue.ts`, new URL('catalogue.ts', import.meta.url).href],
  [`${functions}domain/history-budget.ts`, new URL('history-budget.ts', import.meta.url).href],
  ['node:crypto', new URL('crypto.ts', import.meta.url).href],
]);

Object.assign(process.env, {
  TABLE: 'sluice',
  STATE_MACHINE: 'arn:aws:states:eu-west-1:000000000000:stateMachine:pipeline-run',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  BUCKET: 'bucket',
  S3_FUNCTION: 's3',
  BUILD_FUNCTION: 'build',
  RULE_FUNCTION: 'rule',
  LINK_KEY: 'key',
  API_URL: 'https://api',
});

/** Functions that are loaded from now on are those of the simulation, with patches. */
export function replaceModules(patches: readonly Patch[] = []): void {
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const other = context.parentURL?.startsWith(functions) ? replaced.get(found.url) : undefined;
      return other === undefined ? found : { ...found, url: other, format: 'module-typescript', shortCircuit: true };
    },
    load(url, context, next) {
      const mine = patches.filter(({ file }) => url === functions + file);
      if (mine.length === 0) return next(url, context);
      const source = mine.reduce(patched, readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}

function patched(source: string, { file, from, to }: Patch): string {
  if (source.split(from).length !== 2) throw new Error(`functions/${file} does not have this once: ${from}`);
  return source.replace(from, () => to);
}
