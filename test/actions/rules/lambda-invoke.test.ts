import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { givenBy } from '../../../functions/lambda/given.ts';
import { actionItem, context, now, openWorld, redeclare, runItem, type World, written } from '../../handlers/world.ts';

const type = { category: 'Rule', owner: 'AWS', provider: 'LambdaInvoke', version: '1' } as const;
const token = { value: 't', order: { execution: 1, entry: 1, invocation: 0 } };
const minute = 60_000;

let world: World;
let key: string;
beforeEach(() => {
  world = openWorld();
  redeclare(world, 'Build', {
    actionTypeId: type,
    configuration: { FunctionName: 'judge', UserParameters: '#{codepipeline.PipelineExecutionId}' },
    outputArtifacts: [],
  });
  world.put(runItem('Build', 1));
  world.put(
    actionItem('Source', { status: 'Succeeded', outputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'k' }] }),
  );
  const item = actionItem('Build', { type, deadline: now + 24 * 60 * minute });
  world.put(item);
  key = String(item['key']);
});
afterEach(() => world.close());

const at = (time: number) => ({ ...givenBy(context), now: time });
const run = async (given = at(now)) => {
  const { runAction } = await import('../../../functions/actions/run-action.ts');
  const { providers } = await import('../../../functions/actions/rule-providers.ts');
  await runAction(key, token, providers, given);
};
const lookAgain = async (time: number) => {
  const actions = await import('../../../functions/actions/run-action.ts');
  const { providers } = await import('../../../functions/actions/rule-providers.ts');
  await actions.lookAgain(key, providers, at(time));
};
const jobs = async () => import('../../../functions/engine/finish-job.ts');
const invoked = () =>
  world.lambda
    .commandCalls(InvokeCommand)
    .map(({ args }) => JSON.parse(Buffer.from(args[0].input.Payload as Uint8Array).toString())['CodePipeline.job']);
const action = () => written(world, 'ACTION#').at(-1);
const answers = (answer: (id: string) => Promise<object>) =>
  world.lambda.on(InvokeCommand).callsFake(async () => answer(String(invoked().at(-1).id)));

describe('a rule LambdaInvoke', () => {
  it('invokes its function once with a job that is in progress, and runs until that is answered', async () => {
    const then: unknown[] = [];
    answers(async () => {
      then.push(written(world, 'JOB').at(-1)?.['status'], action()?.['status']);
      return {};
    });

    await run();
    await run();

    const [job] = invoked();
    expect(then).toEqual(['InProgress', 'Running']);
    expect(job).toEqual({
      id: action()?.['job'],
      accountId: '123456789012',
      data: {
        actionConfiguration: {
          configuration: { FunctionName: 'judge', UserParameters: '01a1fd00-0000-7000-8000-0000000000a1' },
        },
        inputArtifacts: [
          { name: 'SourceOutput', location: { type: 'S3', s3Location: { bucketName: 'artifacts', objectKey: 'k' } } },
        ],
        outputArtifacts: [],
        artifactCredentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
      },
    });
    expect(invoked()).toHaveLength(1);
    expect(action()).toMatchObject({ status: 'Running', lookAt: now + 20 * minute, nextCheckAt: now + 20 * minute });
  });

  it('passes when its function has said so, though it still runs', async () => {
    answers(async (id) => {
      const { succeedJob } = await jobs();
      await succeedJob(id, { details: { summary: 'fine' }, outputVariables: {} }, at(now));
      return {};
    });

    await run();

    expect(action()).toMatchObject({ status: 'Succeeded', summary: 'fine', resolvedConfiguration: expect.any(String) });
    expect(written(world, 'JOB').at(-1)).toMatchObject({ status: 'Succeeded' });
  });

  it('fails with what its function says', async () => {
    answers(async (id) => {
      const { failJob } = await jobs();
      await failJob(id, { code: 'JobFailed', message: 'too many errors' }, undefined, at(now));
      return {};
    });

    await run();

    expect(action()).toMatchObject({ status: 'Failed', failure: { code: 'JobFailed', message: 'too many errors' } });
  });

  it('fails when its function throws', async () => {
    const error = { errorType: 'TypeError', errorMessage: 'x is undefined' };
    answers(async () => ({ FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify(error)) }));

    await run();

    expect(action()).toMatchObject({
      status: 'Failed',
      failure: { code: 'JobFailed', message: expect.stringContaining('TypeError: x is undefined') },
    });
  });

  it('fails when its function is silent for 20 minutes, and not before', async () => {
    answers(async () => ({}));
    await run();

    await lookAgain(now + 20 * minute - 1);
    const before = action()?.['status'];
    await lookAgain(now + 20 * minute);

    expect(before).toBe('Running');
    expect(action()).toMatchObject({
      status: 'Failed',
      failure: { message: 'The function judge has not answered within 20 minutes.' },
    });
  });

  it('invokes its function again with its token, once, and waits for that as long', async () => {
    answers(async (id) => {
      const { continueJob } = await jobs();
      if (invoked().length === 1) await continueJob(id, 'part 2', {}, { ...at(now), newId: () => 'next' });
      return {};
    });
    await run();
    const between = action();

    await lookAgain(now + minute);
    await lookAgain(now + 2 * minute);

    expect(between).toMatchObject({ status: 'Running', job: 'next', nextCheckAt: now + 30_000 });
    expect(invoked().map(({ id, data }) => [id, data.continuationToken])).toEqual([
      [expect.any(String), undefined],
      ['next', 'part 2'],
    ]);
    expect(action()).toMatchObject({ status: 'Running', job: 'next', lookAt: now + 21 * minute });
  });

  it('tries a throttled function again after a minute', async () => {
    const throttled = Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
    world.lambda.on(InvokeCommand).rejectsOnce(throttled).resolves({});
    await run();
    const between = action();

    await lookAgain(now + minute);

    expect(between).toMatchObject({ status: 'Running', nextCheckAt: now + minute });
    expect(invoked()).toHaveLength(2);
    expect(written(world, 'JOB').at(-1)).toMatchObject({ status: 'InProgress' });
  });

  it('does not invoke again when it is not known whether it did', async () => {
    world.lambda.on(InvokeCommand).rejects(new Error('socket hang up'));

    await expect(run()).rejects.toThrow('socket hang up');
    await run();
    await lookAgain(now + minute);

    expect(invoked()).toHaveLength(1);
    expect(action()).toMatchObject({ status: 'Running' });
  });

  it('fails when there is no such function', async () => {
    const missing = { name: 'ResourceNotFoundException', $fault: 'client', $metadata: { httpStatusCode: 404 } };
    world.lambda.on(InvokeCommand).rejects(Object.assign(new Error('Function not found: judge'), missing));

    await run();

    expect(action()).toMatchObject({ status: 'Failed', failure: { code: 'ConfigurationError' } });
  });

  it('is not offered to workers', async () => {
    answers(async () => ({}));

    await run();

    for (const job of written(world, 'JOB')) expect(job).not.toHaveProperty('open');
  });
});
