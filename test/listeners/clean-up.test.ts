import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  actionItem,
  context,
  now,
  openWorld,
  pipelineId,
  pipelineItem,
  runId,
  runItem,
  sample,
  type World,
} from '../handlers/world.ts';

const day = 24 * 60 * 60_000;
const old = { status: 'Succeeded', open: 'ARTIFACTS#3', nextCheckAt: now - 1, lastUpdateTime: now - 30 * day };
const ours = (versionId: string, more: object = {}) => ({
  name: 'Site',
  bucket: 'bucket',
  key: 'a/b/c.zip',
  versionId,
  ...more,
});

let world: World;
beforeEach(() => {
  world = openWorld();
  vi.stubEnv('ARTIFACT_DAYS', '30');
  world.s3.on(DeleteObjectsCommand).resolves({});
  world.table.on(UpdateCommand).resolves({});
  world.put(pipelineItem('Source', { gates: [{ stage: 'Build', waiting: [] }] }));
  world.put(
    actionItem('Build', {
      status: 'Succeeded',
      inputs: [ours('copy', { copied: true }), ours('of-another')],
      outputs: [ours('made'), ours('elsewhere', { bucket: 'of-a-user' }), { ...ours(''), versionId: undefined }],
    }),
  );
});
afterEach(() => world.close());

async function cleanUp(given: Context = context): Promise<unknown> {
  const { handler } = await import('../../functions/listeners/clean-up.ts');
  return handler(sample<object>('clean-up'), given);
}

const removed = () =>
  world.s3
    .commandCalls(DeleteObjectsCommand)
    .flatMap(({ args }) => args[0].input.Delete?.Objects?.map(({ VersionId }) => VersionId) ?? []);
const transactions = () =>
  world.table.commandCalls(TransactWriteCommand).map(({ args }) => args[0].input.TransactItems);
const updates = () => world.table.commandCalls(UpdateCommand).map(({ args }) => args[0].input.UpdateExpression);

describe('Clean up', () => {
  it('removes what an old run wrote into our own bucket, and not what it took from others, or put elsewhere', async () => {
    world.put(runItem('Build', 1, old));

    expect(await cleanUp()).toEqual({ removed: 1, kept: 0, failed: 0 });

    expect(removed()).toEqual(['made', 'copy']);
    expect(updates()).toEqual(['REMOVE #open, nextCheckAt']);
  });

  it('gives the run up first, if it and its pipeline are as they were read', async () => {
    world.put(runItem('Build', 1, old));

    await cleanUp();

    expect(transactions()).toMatchObject([
      [
        { Update: { Key: { sk: `RUN#${runId}` }, ConditionExpression: 'rev = :rev' } },
        { ConditionCheck: { Key: { pk: pipelineId, sk: 'PIPELINE' }, ConditionExpression: 'rev = :rev' } },
      ],
    ]);
  });

  it.each<[string, object, object]>([
    [
      'entered a stage last',
      {},
      { gates: [{ stage: 'Build', waiting: [], last: { run: runId, sequence: 1, status: 'Failed' } }] },
    ],
    ['goes on', { status: 'InProgress' }, {}],
    ['is not old, as artifacts are kept for longer by now', { lastUpdateTime: now - 29 * day }, {}],
  ])('leaves what a run made that %s, and looks again a day later', async (_, run, pipeline) => {
    world.put(runItem('Build', 1, { ...old, ...run }));
    world.put(pipelineItem('Source', { gates: [{ stage: 'Build', waiting: [] }], ...pipeline }));

    expect(await cleanUp()).toEqual({ removed: 0, kept: 1, failed: 0 });

    expect([removed(), transactions()]).toEqual([[], []]);
    expect(world.table.commandCalls(UpdateCommand)[0]?.args[0].input.ExpressionAttributeValues).toMatchObject({
      ':later': now + day,
    });
  });

  it.each([
    ['succeeded in a stage last', { pk: pipelineId, sk: `PASSED#Build#000001#${runId}` }],
    ['was approved last', { pk: pipelineId, sk: 'APPROVED#Approve#Review', run: runId }],
  ])('leaves what a run made that %s', async (_, item) => {
    world.put(runItem('Build', 1, old));
    world.put(item);

    expect(await cleanUp()).toEqual({ removed: 0, kept: 1, failed: 0 });
  });

  it('leaves what somebody rolls back to', async () => {
    const rollback = '01a1fd00-0000-7000-8000-0000000000b2';
    world.put(runItem('Build', 1, old));
    world.put({ ...runItem('Build', 1, { id: rollback, rollback: { target: runId } }), sk: `RUN#${rollback}` });
    const last = { run: rollback, sequence: 2, rollback: true, status: 'InProgress' };
    world.put(pipelineItem('Source', { gates: [{ stage: 'Build', waiting: [], last }] }));

    expect(await cleanUp()).toEqual({ removed: 0, kept: 1, failed: 0 });
  });

  it('removes the rest of a run that it gave up and did not live to clean, whatever there is by now', async () => {
    world.put(runItem('Build', 1, { ...old, artifactsRemovedAt: now - day }));
    world.put({ pk: pipelineId, sk: `PASSED#Build#000001#${runId}` });

    expect(await cleanUp()).toEqual({ removed: 1, kept: 0, failed: 0 });
    expect([removed(), transactions()]).toEqual([['made', 'copy'], []]);
  });

  it('keeps a run in the index whose objects could not be removed', async () => {
    world.put(runItem('Build', 1, old));
    world.s3.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'a/b/c.zip', Code: 'InternalError' }] });

    expect(await cleanUp()).toEqual({ removed: 0, kept: 0, failed: 1 });
    expect(updates()).toEqual([]);
  });

  it('does nothing when artifacts are kept for good', async () => {
    vi.stubEnv('ARTIFACT_DAYS', '0');
    world.put(runItem('Build', 1, old));

    expect(await cleanUp()).toEqual({ removed: 0, kept: 0, failed: 0 });
  });

  it.each([
    [29_999, 0],
    [30_000, 1],
  ])(
    'stops in time, and leaves the rest to the next hour: with %i milliseconds left it cleans %i',
    async (left, runs) => {
      world.put(runItem('Build', 1, old));

      const answer = await cleanUp({ ...context, getRemainingTimeInMillis: () => left });

      expect(answer).toEqual({ removed: runs, kept: 0, failed: 0 });
      expect(transactions()).toHaveLength(runs);
    },
  );
});
