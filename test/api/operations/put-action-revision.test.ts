import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { context, now, openWorld, pipelineItem, sample, type World, written } from '../../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put({ ...pipelineItem(''), sequence: 0 });
});
afterEach(() => world.close());

const revision = { revisionId: 'a'.repeat(40), revisionChangeId: 'change', created: 1_795_244_400 };

async function put(more: Partial<typeof revision> = {}): Promise<object> {
  const { handler } = await import('../../../functions/api/api.ts');
  const pathParameters = { operation: 'PutActionRevision', pipeline: 'hello-site', stage: 'Source', action: 'Fetch' };
  const body = JSON.stringify({ actionRevision: { ...revision, ...more } });
  const event = { ...sample<APIGatewayProxyEventV2>('api'), headers: {}, pathParameters, body, isBase64Encoded: false };
  const answered = await handler(event, context);
  return JSON.parse(answered.body || '{}');
}

const started = () => world.sfn.commandCalls(StartExecutionCommand).length;

describe('PutActionRevision', () => {
  it('opens a run that fetches the revision, and remembers it for a year in the same transaction', async () => {
    const answer = await put();

    const [run] = written(world, 'RUN#');
    const [start] = written(world, 'START#');
    expect(answer).toEqual({ newRevision: true, pipelineExecutionId: run?.['id'] });
    expect(run).toMatchObject({ trigger: { type: 'PutActionRevision' } });
    expect(JSON.parse(String(run?.['sourceOverrides']))).toEqual([
      { actionName: 'Fetch', revisionType: 'COMMIT_ID', revisionValue: revision.revisionId },
    ]);
    expect(start).toMatchObject({ run: run?.['id'], expires: now / 1000 + 365 * 24 * 60 * 60 });
    expect(started()).toBe(1);
  });

  it('answers with that run for the same revision of another change, and executes it no second time', async () => {
    const first = await put();

    const again = await put({ revisionChangeId: 'another', created: revision.created + 1 });

    expect(again).toEqual({ ...first, newRevision: false });
    expect(written(world, 'RUN#')).toHaveLength(1);
    expect(started()).toBe(1);
  });

  it('opens another run for another revision', async () => {
    await put();

    const other = await put({ revisionId: 'b'.repeat(40) });

    expect(other).toMatchObject({ newRevision: true });
    expect(written(world, 'RUN#')).toHaveLength(2);
  });
});
