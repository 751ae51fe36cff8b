import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { context, now, openWorld, pipelineItem, sample, type World } from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put({ ...pipelineItem(''), sequence: 0 });
});
afterEach(() => {
  vi.doUnmock('../../functions/api/operations.ts');
  world.close();
});

/** Calls an operation as IAM's caller of the sample. */
async function call(operation: string, input: unknown, more: Partial<APIGatewayProxyEventV2> = {}) {
  const { handler } = await import('../../functions/api/api.ts');
  const event = sample<APIGatewayProxyEventV2>('api');
  const headers = { ...event.headers, 'x-amz-target': `CodePipeline_20150709.${operation}` };
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  return handler({ ...event, headers, pathParameters: {}, body, isBase64Encoded: false, ...more }, context);
}

/** Puts an operation in the place of one of ours. */
function standIn(operation: string, run: () => Promise<object | undefined>): void {
  vi.doMock('../../functions/api/operations.ts', () => ({ operations: { [operation]: run } }));
}

const records = () => [...world.items.values()].filter(({ pk }) => pk.startsWith('AUDIT#'));
const puts = () => world.table.commandCalls(PutCommand).map(({ args }) => args[0].input);

describe('a changing call', () => {
  it('is one record: who, what, on what, from where, when, and the result', async () => {
    const answer = await call('StartPipelineExecution', { name: 'hello-site' });
    const { pipelineExecutionId } = JSON.parse(answer.body ?? '') as { pipelineExecutionId: string };

    expect(records()).toEqual([
      {
        pk: 'AUDIT#2026-11-21',
        sk: '2026-11-21T07:00:00.000Z#request',
        time: now,
        requestId: 'request',
        caller: 'arn:aws:iam::123456789012:root',
        sourceIp: '203.0.113.7',
        userAgent: expect.stringContaining('aws-sdk-js'),
        operation: 'StartPipelineExecution',
        resource: 'hello-site',
        input: {},
        result: 'Succeeded',
        output: { pipelineExecutionId },
        expires: now / 1000 + 365 * 24 * 60 * 60,
      },
    ]);
    expect(answer.headers?.['x-amzn-requestid']).toBe('request');
  });

  it('is written before it is carried out, and nothing is done when that fails', async () => {
    const run = vi.fn(async () => ({}));
    standIn('DeletePipeline', run);
    world.table.on(PutCommand).rejects(new Error('no table'));

    const answer = await call('DeletePipeline', { name: 'hello-site' });

    expect(answer.statusCode).toBe(500);
    expect(run).not.toHaveBeenCalled();
  });

  it('leaves a record without a result when its function dies', async () => {
    let recorded: unknown[] = [];
    standIn('DeletePipeline', async () => {
      recorded = records();
      return {};
    });

    await call('DeletePipeline', { name: 'hello-site' });

    expect(recorded).toEqual([expect.objectContaining({ operation: 'DeletePipeline', resource: 'hello-site' })]);
    expect(recorded[0]).not.toHaveProperty('result');
  });

  it('is answered as it went when the result cannot be written', async () => {
    standIn('DeletePipeline', async () => {
      world.table.on(PutCommand).rejects(new Error('no table'));
      return {};
    });

    const answer = await call('DeletePipeline', { name: 'hello-site' });

    expect(answer.statusCode).toBe(200);
    expect(records()[0]).not.toHaveProperty('result');
  });

  it.each([
    ['a rule', 'StartPipelineExecution', { name: 'none' }, 'PipelineNotFoundException', 'none'],
    ['its shape', 'StartPipelineExecution', { name: 'no name' }, 'ValidationException', 'no name'],
    ['a wrong type', 'DeletePipeline', { name: ['x'] }, 'SerializationException', ''],
    ['a body that cannot be read', 'DeletePipeline', '{', 'SerializationException', ''],
    [
      'what is not there',
      'RollbackStage',
      { pipelineName: 'p', stageName: 's', targetPipelineExecutionId: '00000000-0000-4000-8000-000000000000' },
      'PipelineNotFoundException',
      'p/s',
    ],
  ])('that is refused for %s is recorded with the code', async (_, operation, input, errorCode, resource) => {
    await call(operation, input);

    expect(records()).toEqual([expect.objectContaining({ operation, resource, result: 'Failed', errorCode })]);
  });

  it('that is refused by its path is recorded', async () => {
    const pathParameters = { operation: 'DeletePipeline', pipeline: 'mine' };
    const headers = { 'content-type': 'application/x-amz-json-1.1' };

    await call('DeletePipeline', { name: 'other' }, { pathParameters, headers });

    expect(records()).toEqual([
      expect.objectContaining({ operation: 'DeletePipeline', errorCode: 'ValidationException' }),
    ]);
  });

  it('that fails for a reason of our own is recorded so', async () => {
    standIn('DeletePipeline', async () => {
      throw new Error('secret of ours');
    });

    await call('DeletePipeline', { name: 'hello-site' });

    expect(records()).toEqual([expect.objectContaining({ result: 'Failed', errorCode: 'InternalFailure' })]);
    expect(JSON.stringify(records())).not.toContain('secret');
  });

  it('keeps no secret of its input', async () => {
    await call('PutApprovalResult', {
      pipelineName: 'hello-site',
      stageName: 'Approve',
      actionName: 'Review',
      result: { status: 'Approved', summary: 'hidden-summary' },
      token: 'hidden-token',
    });
    await call('StartPipelineExecution', { name: 'hello-site', variables: [{ name: 'a', value: 'hidden-value' }] });

    expect(records().length).toBeGreaterThan(0);
    expect(JSON.stringify(puts())).not.toContain('hidden');
  });

  it('does not change a record that has its result when it is written twice', async () => {
    await call('DeletePipeline', { name: 'hello-site' });
    const [first] = records();

    await call('StartPipelineExecution', { name: 'hello-site' });

    expect(records()).toEqual([first]);
  });
});

describe('no record', () => {
  it('is of a call that only reads', async () => {
    await call('GetPipelineState', { name: 'hello-site' });
    await call('GetPipelineState', { name: 'none' });

    expect(puts()).toEqual([]);
    expect(world.table.commandCalls(GetCommand).length).toBeGreaterThan(0);
  });

  it('is of a name that is no operation', async () => {
    for (const name of ['constructor', 'DeleteEverything', '']) await call(name, { name: 'hello-site' });

    expect(puts()).toEqual([]);
  });

  it('C48 is of a request that nobody signed', async () => {
    const { requestContext } = sample<APIGatewayProxyEventV2>('api');
    const { authorizer: _, ...unsigned } = requestContext as typeof requestContext & { authorizer?: unknown };

    await call('DeletePipeline', { name: 'no name' }, { requestContext: unsigned });

    expect(puts()).toEqual([]);
  });

  it('stays of a poll that hands out no job; one that does is kept', async () => {
    const actionTypeId = { category: 'Build', owner: 'Custom', provider: 'Mine', version: '1' };
    let jobs: object[] = [];
    standIn('PollForJobs', async () => ({ jobs }));

    await call('PollForJobs', { actionTypeId });
    const after = records();
    jobs = [{ id: 'job' }];
    await call('PollForJobs', { actionTypeId });

    expect(after).toEqual([]);
    expect(world.table.commandCalls(DeleteCommand)).toHaveLength(1);
    expect(records()).toEqual([
      expect.objectContaining({ operation: 'PollForJobs', resource: 'Build/Custom/Mine/1', result: 'Succeeded' }),
    ]);
  });
});
