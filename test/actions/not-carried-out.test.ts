import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Providers } from '../../functions/actions/run-action.ts';
import { typeName } from '../../functions/domain/action-type.ts';
import { carrier } from '../../functions/domain/action-types.ts';
import { actionTypes } from '../../functions/domain/catalogue.ts';
import { givenBy } from '../../functions/lambda/given.ts';
import { actionItem, context, openWorld, runItem, type World, written } from '../handlers/world.ts';
import { aWork } from './a-work.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

const lacking = actionTypes
  .filter((type) => type.class === undefined)
  .map((type) => ({ name: typeName(type.id), type }));
const providersOf = async (of: string): Promise<Providers> =>
  (await import(`../../functions/actions/${of}-providers.ts`)).providers;

describe('an action of a type that Sluice does not carry out', () => {
  it.each(lacking)('fails, of $name', async ({ name, type }) => {
    const { notCarriedOut } = await import('../../functions/actions/not-carried-out.ts');

    const started = notCarriedOut.start(aWork(type));

    await expect(started).rejects.toMatchObject({
      name: 'Failure',
      code: 'ConfigurationError',
      message: `Sluice does not carry out actions of the type ${name} yet: nothing was started.`,
    });
  });

  it('is recorded as failed by its task, without a role that is assumed', async () => {
    const { runAction } = await import('../../functions/actions/run-action.ts');
    world.put(runItem('Build', 1));
    world.put(
      actionItem('Source', { status: 'Succeeded', outputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'k' }] }),
    );
    const item = actionItem('Build', { type: { category: 'Deploy', owner: 'AWS', provider: 'ECS', version: '1' } });
    world.put(item);
    const token = { value: 't', order: { execution: 1, entry: 1, invocation: 0 } };

    await runAction(String(item['key']), token, await providersOf('approval'), givenBy(context));

    expect(written(world, 'ACTION#')).toMatchObject([
      { status: 'Starting' },
      {
        status: 'Failed',
        failure: { code: 'ConfigurationError', message: expect.stringContaining('Deploy/AWS/ECS/1') },
      },
    ]);
    expect(world.sts.calls()).toEqual([]);
  });
});

it('the function that a type goes to has one provider for it', async () => {
  for (const type of actionTypes) {
    const providers = await providersOf(carrier(type.id).class);

    const found = providers.filter(({ types }) => types.some(({ id }) => typeName(id) === typeName(type.id)));

    expect([typeName(type.id), found.length]).toEqual([typeName(type.id), 1]);
  }
});
