import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  actionItem,
  context,
  now,
  openWorld,
  pipelineItem,
  runItem,
  sample,
  type World,
  written,
} from '../handlers/world.ts';

const due = { open: 'OPEN#3', nextCheckAt: now - 1, lastUpdateTime: now - 60_000 };
const token = { value: 'T', order: { execution: 1, entry: 1, invocation: 0 } };
const minute = 60_000;

let world: World;
beforeEach(() => {
  world = openWorld();
  vi.stubEnv('BUILD_FUNCTION', 'build');
  world.sfn.on(DescribeExecutionCommand).resolves({ status: 'RUNNING' });
});
afterEach(() => world.close());

async function sweep(given: Context = context): Promise<unknown> {
  const { handler } = await import('../../functions/listeners/sweep.ts');
  return handler(sample<object>('sweep'), given);
}

const answered = () => world.sfn.commandCalls(SendTaskSuccessCommand).map(({ args }) => args[0].input);
const sent = () => answered().map(({ taskToken }) => taskToken);
const updates = () => world.table.commandCalls(UpdateCommand).map(({ args }) => args[0].input);
const told = () => world.events.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);
const looksLater = () =>
  updates()
    .flatMap(({ ExpressionAttributeValues: values }) => values?.[':next'] ?? [])
    .map((next) => next - now);
const asked = () =>
  world.lambda
    .commandCalls(InvokeCommand)
    .map(({ args: [{ input }] }) => JSON.parse(Buffer.from((input.Payload ?? '') as Uint8Array).toString()));

describe('Sweep', () => {
  it('looks again later at a record that it could not mend, so that others have their turn', async () => {
    world.put(runItem('Source', 0, due));
    world.put(pipelineItem('Source'));
    world.sfn.on(DescribeExecutionCommand).rejects(new Error('not now'));

    expect(await sweep()).toEqual({ looked: 1, failed: 1 });
    expect(looksLater()).toEqual([minute]);
  });

  it('looks later at a record that is still the same open work, and puts off no other', async () => {
    const item = runItem('Source', 0, { ...due, rev: 7 });
    world.put(item);
    world.put(pipelineItem('Source'));

    await sweep();

    expect(updates()).toMatchObject([
      {
        Key: { pk: item.pk, sk: item.sk },
        ConditionExpression: 'rev = :rev AND begins_with(#open, :partitions)',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: { ':rev': 7, ':partitions': 'OPEN#' },
      },
    ]);
  });

  it.each(['inside', 'inbound'])(
    'ends a run %s a pipeline that was deleted, when its deleter did not live to',
    async (place) => {
      const gates = pipelineItem('Approve')['gates'] as { stage: string }[];
      const waiting = gates.map(({ stage }) => ({
        stage,
        waiting: stage === 'Approve' ? [{ run: runItem('', 0)['id'], sequence: 1 }] : [],
      }));
      world.put({ ...pipelineItem('Approve'), ...(place === 'inside' ? {} : { gates: waiting }), deleted: true });
      world.put(runItem('Approve', place === 'inside' ? 1 : 0, { ...due, place }));
      world.put(
        actionItem('Approve', { status: 'Running', token, mailed: true, open: 'OPEN#4', nextCheckAt: now + minute }),
      );

      await sweep();

      expect(written(world, 'RUN#')).toMatchObject([
        { status: 'Cancelled', statusSummary: 'The pipeline was deleted.' },
      ]);
      expect(written(world, 'ACTION#').map(({ status }) => status)).toEqual(place === 'inside' ? ['Abandoned'] : []);
      expect(sent()).toEqual(place === 'inside' ? ['T'] : []);
    },
  );

  it('wakes a run that may go on, and leaves one alone that waits', async () => {
    world.put(runItem('Source', 0, { ...due, token }));
    world.put(pipelineItem('Source'));
    await sweep();
    expect(answered()).toEqual([{ taskToken: 'T', output: JSON.stringify({ next: 'Decide' }) }]);

    world.sfn.resetHistory();
    world.put(runItem('Source', 0, { ...due, token, place: 'inbound' }));
    await sweep();
    expect(sent()).toEqual([]);
  });

  it('has the provider asked about an action that runs', async () => {
    world.put(actionItem('Build', { ...due, status: 'Running', externalId: 'b:1' }));

    await sweep();

    expect(asked()).toEqual([{ lookAgain: actionItem('Build')['key'] }]);
  });

  it('asks less often the longer nothing happens: after a minute, then a quarter of an hour at most', async () => {
    for (const age of [0, 8 * minute, 20 * 60 * minute]) {
      world.put(actionItem('Build', { ...due, status: 'Running', externalId: 'b:1', lastUpdateTime: now - age }));
      await sweep();
    }

    expect(looksLater()).toEqual([minute, 2 * minute, 15 * minute]);
  });

  it('has long work go on', async () => {
    world.put(actionItem('Build', { ...due, status: 'Running', cursor: '7' }));

    await sweep();

    expect(asked()).toEqual([{ lookAgain: actionItem('Build')['key'] }]);
  });

  it.each(['Pending', 'Starting'])('leaves an action that is %s to its task', async (status) => {
    world.put(actionItem('Build', { ...due, status, externalId: 'b:1', deadline: now }));

    await sweep();

    expect([asked(), sent(), written(world, '')]).toEqual([[], [], []]);
  });

  it('times an action out at its deadline, and answers its task', async () => {
    world.put(
      actionItem('Build', {
        ...due,
        status: 'Running',
        externalId: 'b:1',
        deadline: now,
        startTime: now - 20 * minute,
        token,
      }),
    );

    await sweep();

    expect(written(world, 'ACTION#')).toMatchObject([
      { status: 'TimedOut', failure: { message: 'Action timed out after 20 minutes' } },
    ]);
    expect(sent()).toEqual(['T']);
  });

  it('leaves an action a millisecond before its deadline, of which nobody can be asked', async () => {
    world.put(
      actionItem('Approve', { ...due, status: 'Running', deadline: now + 1, approvalToken: 't', mailed: true }),
    );

    expect(await sweep()).toEqual({ looked: 1, failed: 0 });
    expect([written(world, 'ACTION#'), asked()]).toEqual([[], []]);
  });

  it('mails an approval that nobody was told of', async () => {
    world.put(actionItem('Approve', { ...due, status: 'Running', approvalToken: 't' }));

    await sweep();

    expect(world.sns.commandCalls(PublishCommand)).toHaveLength(1);
  });

  it.each([
    ['an action', () => actionItem('Build', { ...due, status: 'Succeeded', token }), ['SUCCEEDED']],
    ['a run', () => runItem('Build', 1, { ...due, status: 'Failed', token }), ['FAILED', 'FAILED']],
  ])(
    'tells of the end of %s that is still open work, answers its token, and lets it leave',
    async (_, item, states) => {
      world.put({ ...item(), rev: 7 });

      await sweep();

      expect(told().map(({ Detail }) => JSON.parse(Detail ?? '{}').state)).toEqual(states);
      expect(sent()).toEqual(['T']);
      const [left] = updates();
      expect(left).toMatchObject({
        UpdateExpression: 'REMOVE #open, nextCheckAt, #token',
        ExpressionAttributeValues: { ':rev': 7 },
      });
    },
  );

  it('keeps as open work whose end EventBridge did not take', async () => {
    world.put(actionItem('Build', { ...due, status: 'Succeeded', token }));
    world.events.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: 'InternalFailure' }] });

    expect(await sweep()).toEqual({ looked: 1, failed: 1 });
    expect(updates().map(({ UpdateExpression }) => UpdateExpression)).toEqual(['SET nextCheckAt = :next']);
  });

  it.each([
    ['open work no more', actionItem('Build', { status: 'Succeeded', token })],
    ['kept for its artifacts', actionItem('Build', { status: 'Succeeded', token, open: 'ARTIFACTS#3' })],
    ['gone', undefined],
  ])('acts on what a record is now, not on what the index says: it is %s', async (_, item) => {
    world.put(actionItem('Build', { ...due, status: 'Running', externalId: 'b:1' }));
    world.table.on(GetCommand).resolves(item ? { Item: item } : {});

    expect(await sweep()).toEqual({ looked: 1, failed: 0 });
    expect([asked(), sent(), told(), updates()]).toEqual([[], [], [], []]);
  });

  it.each([
    [9_999, 0],
    [10_000, 1],
  ])(
    'stops in time, and leaves the rest to the next minute: with %i milliseconds left it looks at %i',
    async (left, looked) => {
      world.put(actionItem('Build', { ...due, status: 'Running', externalId: 'b:1' }));

      expect(await sweep({ ...context, getRemainingTimeInMillis: () => left })).toEqual({ looked, failed: 0 });
      expect(asked()).toHaveLength(looked);
    },
  );
});
