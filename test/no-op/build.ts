import { createHash } from 'node:crypto';
import { existsSync, globSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Builds the functions with the no-op provider in them, into a folder outside the project: what is deployed has none. Test files of one
 * run share what is built first, as long as no source changes; two may build at once.
 */
export async function buildWithNoOp(): Promise<string> {
  const out = join(tmpdir(), `sluice-no-op-${stampOfSources()}`);
  const built = `${out}.built`;
  if (existsSync(built)) return out;
  await buildFunctions(out, {
    'functions/domain/catalogue.ts': 'test/no-op/catalogue.ts',
    'functions/actions/approval-providers.ts': 'test/no-op/approval-providers.ts',
  });
  writeFileSync(built, '');
  return out;
}

function stampOfSources(): string {
  const files = globSync(['template.yaml', '{functions,test/no-op}/**/*.ts'], { cwd: root }).toSorted();
  const times = files.map((file) => `${file} ${statSync(join(root, file)).mtimeMs}`);
  return createHash('sha256')
    .update([root, ...times].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

/** An action that does nothing. */
export function noOpAction(name: string, runOrder = 1, configuration: Record<string, string> = {}) {
  return {
    name,
    runOrder,
    actionTypeId: { category: 'Invoke' as const, owner: 'AWS' as const, provider: 'NoOp', version: '1' },
    configuration,
  };
}

/** A first stage that does nothing. */
export const noOpSourceStage = {
  name: 'Source',
  actions: [
    {
      name: 'Begin',
      actionTypeId: { category: 'Source' as const, owner: 'AWS' as const, provider: 'NoOp', version: '1' },
    },
  ],
};
