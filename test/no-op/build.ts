import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions } from '../../scripts/build.ts';

/** Builds the functions with the no-op provider in them, into a folder outside the project: what is deployed has none. */
export async function buildWithNoOp(): Promise<string> {
  const out = join(tmpdir(), `sluice-no-op-${process.pid}`);
  await buildFunctions(out, {
    'functions/domain/catalogue.ts': 'test/no-op/catalogue.ts',
    'functions/actions/approval-providers.ts': 'test/no-op/approval-providers.ts',
  });
  return out;
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
