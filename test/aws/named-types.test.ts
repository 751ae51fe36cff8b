import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findActionType } from '../../functions/domain/action-types.ts';
import type { ActionTypeId, PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { maskSecrets } from '../../functions/domain/definition.ts';
import { forge } from '../domain/custom-type.ts';
import { build, pipeline, stage } from '../domain/definitions.ts';
import { openWorld, type World } from '../handlers/world.ts';

let world: World;
let types: typeof import('../../functions/aws/named-types.ts');
beforeEach(async () => {
  world = openWorld();
  types = await import('../../functions/aws/named-types.ts');
  put('Forge', false);
  put('Gone', true);
});
afterEach(() => world.close());

const idOf = (provider: string): ActionTypeId => ({ category: 'Build', owner: 'Custom', provider, version: '1' });

function put(provider: string, deleted: boolean): void {
  const definition = JSON.stringify({ ...forge, id: idOf(provider) });
  world.put({ pk: 'ACTIONTYPES', sk: `Build#${provider}#1`, definition, deleted, tags: [], rev: 1 });
}

/** A pipeline of actions of these custom types, each with a secret. */
const made = (...providers: readonly string[]): PipelineDeclaration => {
  const configuration = { Project: 'web', Token: 'hush' };
  return pipeline([
    stage('Make', ...providers.map((each, index) => build(`A${index}`, { actionTypeId: idOf(each), configuration }))),
  ]);
};
const reads = () => world.table.commandCalls(BatchGetCommand);

describe('the types that a definition may name', () => {
  it('are Sluice’s and the custom ones that are not deleted', async () => {
    const find = await types.usableTypes(made('Forge', 'Gone', 'Never'));

    expect(find(idOf('Forge'))).toMatchObject({ class: 'job', id: idOf('Forge') });
    expect([find(idOf('Gone')), find(idOf('Never'))]).toEqual([undefined, undefined]);
    const s3: ActionTypeId = { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' };
    expect(find(s3)).toBe(findActionType(s3));
  });

  it('are read together, each once', async () => {
    await types.usableTypes(made('Forge', 'Gone', 'Forge'));

    const asked = reads().flatMap(({ args }) => Object.values(args[0].input.RequestItems ?? {}));
    expect(asked.map(({ Keys }) => Keys?.map(({ sk }) => sk))).toEqual([['Build#Forge#1', 'Build#Gone#1']]);
  });

  it('are not read when it names none of the account', async () => {
    await types.usableTypes(pipeline([stage('Make', build())]));

    expect(reads()).toHaveLength(0);
  });
});

describe('the types of accepted definitions', () => {
  it('are also those that were deleted since: their secrets stay secret', async () => {
    const [first, second] = [made('Gone'), made('Forge')];

    const find = await types.typesOf(first, second);

    for (const definition of [first, second])
      expect(maskSecrets(definition, find).stages[1]?.actions[0]?.configuration).toEqual({
        Project: 'web',
        Token: '****',
      });
  });

  it('are found for one action, too', async () => {
    const find = await types.typeOf(idOf('Gone'));

    expect(find(idOf('Gone'))?.properties.filter(({ secret }) => secret)).toMatchObject([{ name: 'Token' }]);
  });
});
