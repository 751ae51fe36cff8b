import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  actionItem,
  context,
  openWorld,
  pipelineItem,
  runItem,
  sample,
  type World,
  written,
} from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put(pipelineItem('Approve'));
  world.put(actionItem('Approve', { status: 'Running' }));
});
afterEach(() => world.close());

async function close(more: object = {}): Promise<void> {
  const { handler } = await import('../../functions/tasks/close-run.ts');
  await handler({ ...sample<Parameters<typeof handler>[0]>('close-run'), ...more }, context);
}

describe('Close run', () => {
  it.each([
    [{ error: 'RangeError', cause: 'never' }, 'The run could not be carried on: RangeError: never'],
    [{ error: 'States.Timeout', cause: '' }, 'The run could not be carried on: States.Timeout'],
    [{ error: 'E', cause: 'x'.repeat(3000) }, `The run could not be carried on: E: ${'x'.repeat(2012)}`],
  ])('fails the run and says why', async (given, statusSummary) => {
    world.put(runItem('Approve', 1));

    await close(given);

    expect(written(world, 'RUN#')).toMatchObject([{ status: 'Failed', statusSummary }]);
  });

  it('leaves a run alone that another execution carries by now', async () => {
    world.put(runItem('Approve', 1, { execution: 2 }));

    await close();

    expect(written(world, 'RUN#')).toEqual([]);
  });
});
