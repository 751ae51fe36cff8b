import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionItem, context, openWorld, sample, type World, written } from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

async function settle(more: object): Promise<void> {
  const { handler } = await import('../../functions/tasks/settle-action.ts');
  await handler({ ...sample<Parameters<typeof handler>[0]>('settle-action'), ...more }, context);
}

const token = { value: 'T', order: { execution: 1, entry: 1, invocation: 0 } };

describe('Settle action', () => {
  it.each([
    [{ error: 'RangeError', cause: 'never' }, 'The action could not be carried on: RangeError: never'],
    [{ error: 'RangeError', cause: undefined }, 'The action could not be carried on: RangeError'],
  ])('fails an action whose function gave up, and says why: %j', async (given, message) => {
    world.put(actionItem('Approve', { status: 'Running', token }));

    await settle(given);

    expect(written(world, 'ACTION#')).toMatchObject([
      { status: 'Failed', failure: { code: 'SystemUnavailable', message } },
    ]);
    expect(world.sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toMatchObject({ taskToken: 'T' });
  });

  it('says of an action that was being started that nobody knows whether it was', async () => {
    world.put(actionItem('Approve', { status: 'Starting', token }));

    await settle({ error: 'Lambda.Unknown' });

    expect(written(world, 'ACTION#')).toMatchObject([{ status: 'StartOutcomeUnknown' }]);
  });

  it('leaves an action alone whose result came first', async () => {
    world.put(actionItem('Approve', { status: 'Succeeded', token }));

    await settle({ error: 'States.Timeout' });

    expect(written(world, 'ACTION#')).toEqual([]);
  });

  it('is a fault for an action that is not there', async () => {
    await expect(settle({ error: 'x' })).rejects.toThrow(/There is no action execution .*\/02\.000\.001\.00\./);
  });
});
