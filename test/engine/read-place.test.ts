import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openWorld, pipelineId, pipelineItem, runId, runItem, type World } from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

it.each(['Failed', 'InProgress'])(
  'reads a run and its pipeline again when the run, which is %s, moved between the two reads',
  async (status) => {
    const isOver = status === 'Failed';
    const [then, now] = [pipelineItem(isOver ? 'Build' : 'Source'), pipelineItem(isOver ? '' : 'Build')];
    world.put(runItem('Build', 1, { status }));
    world.put(now);
    const key = { TableName: 'table', Key: { pk: pipelineId, sk: 'PIPELINE' }, ConsistentRead: true };
    world.table.on(GetCommand, key).resolvesOnce({ Item: then }).resolves({ Item: now });
    const { readPlace } = await import('../../functions/engine/commit.ts');
    const { untilUnchanged } = await import('../../functions/aws/table.ts');

    const { run, pipeline } = await untilUnchanged(() => readPlace(pipelineId, runId));

    expect(run.run.status).toBe(status);
    expect(pipeline.pipeline.gates).toEqual(now['gates']);
  },
);
