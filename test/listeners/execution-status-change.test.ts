import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { context, openWorld, pipelineItem, runItem, sample, type World, written } from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put(pipelineItem('Approve'));
  world.put(runItem('Approve', 0));
});
afterEach(() => world.close());

async function change(detail: object): Promise<void> {
  const { handler } = await import('../../functions/listeners/execution-status-change.ts');
  const event = sample<Parameters<typeof handler>[0]>('execution-status-change');
  await handler({ ...event, detail: { ...event.detail, ...detail } }, context);
}

describe('an execution that changes its status', () => {
  it.each(['RUNNING', 'SUCCEEDED'])('to %s closes no run', async (status) => {
    await change({ status });

    expect(written(world, 'RUN#')).toEqual([]);
  });

  it.each([
    [{ status: 'ABORTED' }, 'ABORTED'],
    [{ status: 'TIMED_OUT' }, 'TIMED_OUT'],
    [{ status: 'FAILED', error: 'E' }, 'FAILED (E)'],
    [{ status: 'FAILED', error: 'E', cause: 'why' }, 'FAILED (E: why)'],
    [{ status: 'FAILED', cause: 'x'.repeat(3000) }, `FAILED (${'x'.repeat(3000)})`],
  ])('to another closes its run and says why', async (detail, why) => {
    await change(detail);

    const statusSummary = `The execution that carried the run has ended: ${why}`.slice(0, 2048);
    expect(written(world, 'RUN#')).toMatchObject([{ status: 'Failed', statusSummary }]);
  });
});
