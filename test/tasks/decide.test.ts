import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  actionItem,
  context,
  definition,
  openWorld,
  pipelineId,
  pipelineItem,
  runId,
  runItem,
  sample,
  serveDefinition,
  type World,
  written,
} from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

async function decide(more: object = {}): Promise<void> {
  const { handler } = await import('../../functions/tasks/decide.ts');
  await handler({ ...sample<Parameters<typeof handler>[0]>('decide'), ...more }, context);
}

const answers = () =>
  world.sfn.commandCalls(SendTaskSuccessCommand).map(({ args: [{ input }] }) => ({
    token: input.taskToken,
    ...JSON.parse(input.output ?? ''),
  }));
const { token } = sample<{ token: string }>('decide');

describe('Decide', () => {
  it('reads again when the run moved between its two reads', async () => {
    world.put(runItem('Source', 1));
    world.put(actionItem('Source', { status: 'Succeeded' }));
    let reads = 0;
    world.table.on(GetCommand).callsFake(({ Key }) => {
      const Item = world.items.get(`${Key.pk}\n${Key.sk}`);
      if (String(Key.sk).startsWith('RUN#') && ++reads === 1) {
        // What the run's record said is over: another Decide has brought it on, and the pipeline is read after that.
        world.put(pipelineItem('Build'));
        world.put(runItem('Build', 1, { rev: 2, decided: { execution: 1, entry: 1, invocation: 0 } }));
        world.put(actionItem('Build', { status: 'Running' }));
      }
      return { Item };
    });
    world.put(pipelineItem('Build'));

    await decide();

    expect(reads).toBe(2);
    expect(answers()).toMatchObject([{ token, next: 'Run', id: actionItem('Build')['key'] }]);
  });

  it('answers an older invocation nothing', async () => {
    world.put(pipelineItem('Source'));
    world.put(runItem('Source', 0, { decided: { execution: 1, entry: 9, invocation: 0 } }));

    await decide();

    expect([answers(), world.table.commandCalls(TransactWriteCommand)]).toEqual([[], []]);
  });

  it.each([
    ['over', '', { status: 'Failed' }],
    ['carried by another execution', 'Source', { execution: 2 }],
  ])('closes an execution whose run is %s', async (_, inside, more) => {
    world.put(pipelineItem(inside));
    world.put(runItem('Source', 0, more));

    await decide();

    expect(answers()).toEqual([{ token, next: 'Close' }]);
    expect(world.table.commandCalls(TransactWriteCommand)).toEqual([]);
  });

  it('keeps its token, and answers nothing, while the run waits before a stage', async () => {
    const gates = (pipelineItem('')['gates'] as { stage: string }[]).map(({ stage }) => ({
      stage,
      holder: 'another',
      waiting: stage === 'Build' ? [{ run: runItem('', 0)['id'], sequence: 1 }] : [],
    }));
    world.put(pipelineItem('', { gates }));
    world.put(runItem('Build', 0, { place: 'inbound' }));

    await decide();
    await decide();

    expect(answers()).toEqual([]);
    expect(written(world, 'RUN#').map(({ token: kept }) => kept)).toMatchObject([{ value: token }, { value: token }]);
  });

  it('answers with nothing when the transaction failed: the machine tries again', async () => {
    world.put(pipelineItem('Source'));
    world.put(runItem('Source', 0));
    world.table.on(TransactWriteCommand).rejects(new Error('not now'));

    await expect(decide()).rejects.toThrow('not now');

    expect(answers()).toEqual([]);
  });

  it('has all actions of a run order run at once', async () => {
    const stages = definition.stages.map((stage) => ({
      ...stage,
      actions:
        stage.name === 'Source' ? stage.actions.flatMap((each) => [each, { ...each, name: 'Other' }]) : stage.actions,
    }));
    serveDefinition(world, { ...definition, stages });
    world.put(pipelineItem('Source'));
    world.put(runItem('Source', 0));

    await decide();

    expect(answers()).toEqual([
      {
        token,
        next: 'RunAll',
        actions: ['00.000.001.00', '00.000.001.01'].map((place) => ({
          id: `${pipelineId}/${runId}/${place}`,
          class: 'git',
          timeoutSeconds: 3660,
        })),
        atOnce: expect.any(Number),
      },
    ]);
  });

  it('goes on in the next execution when the history is nearly full', async () => {
    world.put(pipelineItem('Source'));
    world.put(runItem('Source', 0, { spent: 24_000 }));

    await decide();

    expect(answers()).toEqual([{ token, next: 'Continue', name: `${runId}-2` }]);
    expect(written(world, 'RUN#')).toMatchObject([{ execution: 2, spent: 3 }]);
  });

  it('closes a run whose action has failed', async () => {
    world.put(pipelineItem('Source'));
    world.put(runItem('Source', 1));
    world.put(actionItem('Source', { status: 'Failed', failure: { code: 'JobFailed', message: 'no' } }));

    await decide();

    expect(answers()).toEqual([{ token, next: 'Close' }]);
    expect(written(world, 'RUN#')).toMatchObject([{ status: 'Failed' }]);
  });

  it('retries a stage by itself where that is to follow its failure', async () => {
    const stages = definition.stages.map((stage) =>
      stage.name === 'Build' ? { ...stage, onFailure: { result: 'RETRY' as const } } : stage,
    );
    serveDefinition(world, { ...definition, stages });
    world.put(pipelineItem('Build'));
    world.put(runItem('Build', 1));
    world.put(actionItem('Build', { status: 'Failed', failure: { code: 'JobFailed', message: 'no' } }));

    await decide();

    expect(written(world, 'RUN#')).toMatchObject([{ status: 'InProgress', execution: 2, attempt: 1 }]);
    expect(answers()).toEqual([{ token, next: 'Continue', name: `${runId}-2` }]);
  });

  it('wakes the run that enters the stage that it leaves', async () => {
    const other = '01a1fd00-0000-7000-8000-0000000000b2';
    const gates = (pipelineItem('Source')['gates'] as { stage: string }[]).map((gate) =>
      gate.stage === 'Source' ? { ...gate, waiting: [{ run: other, sequence: 2 }] } : gate,
    );
    const order = { execution: 1, entry: 1, invocation: 0 };
    world.put(pipelineItem('Source', { gates }));
    world.put(runItem('Source', 1));
    world.put(actionItem('Source', { status: 'Succeeded' }));
    const waiting = { id: other, sequence: 2, place: 'inbound', token: { value: 'O', order } };
    world.put(runItem('Source', 0, { ...waiting, sk: `RUN#${other}` }));

    await decide();

    expect(answers()).toMatchObject([
      { token: 'O', next: 'Decide' },
      { token, next: 'Run' },
    ]);
  });

  it('is not asked of a run that is not there', async () => {
    await expect(decide()).rejects.toThrow(/There is no run/);
  });
});
