import {
  AcknowledgeJobCommand,
  DeletePipelineCommand,
  GetJobDetailsCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  PutJobFailureResultCommand,
  RetryStageExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import {
  carryOutSource,
  claim,
  makeTypes,
  placeOf,
  poll,
  pollUntilOffered,
  refusalOf,
  startRun,
  stateOf,
  storeOf,
  succeed,
} from './job-worker.ts';
import { endOf, startTestStack, type TestStack } from './stack.ts';

const minute = 60_000;
const clock = new TurnableClock();
let test: TestStack;
beforeAll(async () => {
  test = await startTestStack({ clock });
  await makeTypes(test.client);
}, 120_000);
afterAll(() => test?.close());

it('carries a run of custom actions from a worker’s source to its build', { timeout: 120_000 }, async () => {
  const { client } = test;
  const run = await startRun(test, 'all-custom');
  const source = await carryOutSource(test);

  const job = await pollUntilOffered(client, 'all-custom');
  const status = await claim(client, job);
  const read = await storeOf(job, test).send(new GetObjectCommand(placeOf(job, 'inputArtifacts')));
  await storeOf(job, test).send(new PutObjectCommand({ ...placeOf(job, 'outputArtifacts'), Body: 'package' }));
  await succeed(client, job, {
    outputVariables: { Number: '7' },
    executionDetails: { externalExecutionId: '7', summary: 'Build 7', percentComplete: 100 },
  });

  expect(status).toBe('InProgress');
  expect(await read.Body?.transformToString()).toBe('source');
  expect(await endOf(client, 'all-custom', run)).toBe('Succeeded');
  expect(job.data).toMatchObject({
    actionConfiguration: { configuration: { ProjectName: 'all-custom', Password: 'hunter2' } },
    pipelineContext: {
      pipelineName: 'all-custom',
      stage: { name: 'Build' },
      action: { name: 'Build0' },
      pipelineArn: `arn:aws:codepipeline:${test.stack.region}:${test.stack.account}:all-custom`,
      pipelineExecutionId: run,
    },
    inputArtifacts: [{ name: 'Source', revision: 'r42' }],
  });
  expect(source.data?.inputArtifacts).toEqual([]);
  const { pipelineExecution } = await client.send(
    new GetPipelineExecutionCommand({ pipelineName: 'all-custom', pipelineExecutionId: run }),
  );
  expect(pipelineExecution?.artifactRevisions).toMatchObject([{ name: 'Source', revisionId: 'r42' }]);
  expect((await stateOf(client, 'all-custom', 'Build0'))?.latestExecution).toMatchObject({
    status: 'Succeeded',
    summary: 'Build 7',
    externalExecutionId: '7',
    externalExecutionUrl: 'https://ci.example.com/job/all-custom/7/',
    percentComplete: 100,
  });
  const { actionExecutionDetails: [built] = [] } = await client.send(
    new ListActionExecutionsCommand({ pipelineName: 'all-custom' }),
  );
  expect(built?.output?.outputVariables).toEqual({ Number: '7' });
  expect(JSON.stringify(built)).not.toContain('hunter2');
});

it('gives a worker keys for the artifacts of its job alone', { timeout: 120_000 }, async () => {
  const { client } = test;
  await startRun(test, 'fenced');
  const source = await carryOutSource(test);
  const job = await pollUntilOffered(client, 'fenced');
  const store = storeOf(job, test);
  const input = placeOf(job, 'inputArtifacts');
  const output = placeOf(job, 'outputArtifacts');
  const tryTo = (command: GetObjectCommand | PutObjectCommand | ListObjectsV2Command) =>
    refusalOf(store.send(command as GetObjectCommand));

  expect(await tryTo(new GetObjectCommand(input))).toBe('done');
  expect(await tryTo(new PutObjectCommand({ ...output, Body: 'mine' }))).toBe('done');
  expect(await tryTo(new PutObjectCommand({ ...input, Body: 'forged' }))).toBe('AccessDenied');
  expect(await tryTo(new GetObjectCommand({ ...input, Key: 'all-custom/Source/other.zip' }))).toBe('AccessDenied');
  expect(await tryTo(new PutObjectCommand({ ...input, Key: 'all-custom/other.zip', Body: 'x' }))).toBe('AccessDenied');
  expect(await tryTo(new PutObjectCommand({ Bucket: 'web-site', Key: 'index.html', Body: 'x' }))).toBe('AccessDenied');
  expect(await tryTo(new ListObjectsV2Command({ Bucket: input.Bucket }))).toBe('AccessDenied');
  expect(await refusalOf(storeOf(source, test).send(new GetObjectCommand(output)))).toBe('AccessDenied');
  await claim(client, job);
  await succeed(client, job);
});

it('fails an action whose worker has not put its output', { timeout: 120_000 }, async () => {
  const { client } = test;
  const run = await startRun(test, 'empty-handed');
  await carryOutSource(test);
  const job = await pollUntilOffered(client, 'empty-handed');
  await claim(client, job);

  await succeed(client, job);

  expect(await endOf(client, 'empty-handed', run)).toBe('Failed');
  const { latestExecution } = (await stateOf(client, 'empty-handed', 'Build0')) ?? {};
  expect(latestExecution?.errorDetails).toMatchObject({
    code: 'JobFailed',
    message: expect.stringContaining('has no output artifact Package'),
  });
});

it('never gives a job to two workers who race for twenty', { timeout: 240_000 }, async () => {
  const { client } = test;
  const run = await startRun(test, 'raced', 20);
  await carryOutSource(test);
  const done: string[][] = [];
  const all = () => done.flat();
  const work = async () => {
    const mine: string[] = [];
    done.push(mine);
    for (let asked = 0; asked < 400 && all().length < 20; asked++) {
      for (const job of await poll(client, 3, 'raced')) {
        await claim(client, job);
        const output = placeOf(job, 'outputArtifacts');
        if (output.Key !== '') await storeOf(job, test).send(new PutObjectCommand({ ...output, Body: 'x' }));
        await succeed(client, job);
        mine.push(job.id ?? '');
      }
    }
  };

  await Promise.all([work(), work()]);

  expect(all()).toHaveLength(20);
  expect(new Set(all()).size).toBe(20);
  expect(await endOf(client, 'raced', run)).toBe('Succeeded');
});

it('offers a job again whose worker died before it acknowledged, with another nonce', {
  timeout: 120_000,
}, async () => {
  const { client } = test;
  const run = await startRun(test, 'dead-worker');
  await carryOutSource(test);
  const first = await pollUntilOffered(client, 'dead-worker');
  const meanwhile = await poll(client, 10, 'dead-worker');

  clock.turn(minute);
  const second = await pollUntilOffered(client, 'dead-worker');

  expect(meanwhile).toEqual([]);
  expect(second.id).toBe(first.id);
  expect(second.nonce).not.toBe(first.nonce);
  expect(await refusalOf(claim(client, first))).toBe('InvalidNonceException');
  expect(await claim(client, second)).toBe('InProgress');
  expect(await claim(client, second)).toBe('InProgress');
  clock.turn(minute);
  expect(await poll(client, 10, 'dead-worker')).toEqual([]);
  await client.send(
    new PutJobFailureResultCommand({
      jobId: second.id,
      failureDetails: { type: 'RevisionUnavailable', message: 'Gone.' },
    }),
  );
  expect(await endOf(client, 'dead-worker', run)).toBe('Failed');
  expect((await stateOf(client, 'dead-worker', 'Build0'))?.latestExecution?.errorDetails).toEqual({
    code: 'RevisionUnavailable',
    message: 'Gone.',
  });
  expect(await refusalOf(succeed(client, second))).toBe('InvalidJobStateException');
});

it('offers a new job when the stage of one that failed is retried', { timeout: 120_000 }, async () => {
  const { client } = test;
  const run = await startRun(test, 'retried');
  await carryOutSource(test);
  const first = await pollUntilOffered(client, 'retried');
  await claim(client, first);
  await client.send(
    new PutJobFailureResultCommand({ jobId: first.id, failureDetails: { type: 'JobFailed', message: 'Red.' } }),
  );
  await endOf(client, 'retried', run);

  await client.send(
    new RetryStageExecutionCommand({
      pipelineName: 'retried',
      stageName: 'Build',
      pipelineExecutionId: run,
      retryMode: 'FAILED_ACTIONS',
    }),
  );
  const second = await pollUntilOffered(client, 'retried');

  expect(second.id).not.toBe(first.id);
  await claim(client, second);
  await storeOf(second, test).send(new PutObjectCommand({ ...placeOf(second, 'outputArtifacts'), Body: 'x' }));
  await succeed(client, second);
  expect(await endOf(client, 'retried', run)).toBe('Succeeded');
});

it('goes on with a new job after a continuation token', { timeout: 120_000 }, async () => {
  const { client } = test;
  const run = await startRun(test, 'continued');
  await carryOutSource(test);
  const first = await pollUntilOffered(client, 'continued');
  await claim(client, first);
  await succeed(client, first, {
    continuationToken: 'half-way',
    executionDetails: { externalExecutionId: '8', summary: 'Compiling', percentComplete: 50 },
  });
  const shown = await stateOf(client, 'continued', 'Build0');

  const second = await pollUntilOffered(client, 'continued');

  expect(shown?.latestExecution).toMatchObject({
    status: 'InProgress',
    externalExecutionId: '8',
    summary: 'Compiling',
    percentComplete: 50,
  });
  expect(second.id).not.toBe(first.id);
  expect(second.data?.continuationToken).toBe('half-way');
  expect(second.data?.pipelineContext).toEqual(first.data?.pipelineContext);
  expect(await refusalOf(succeed(client, first))).toBe('InvalidJobStateException');
  expect(await refusalOf(succeed(client, second))).toBe('InvalidJobStateException');
  await claim(client, second);
  await storeOf(second, test).send(new PutObjectCommand({ ...placeOf(second, 'outputArtifacts'), Body: 'x' }));
  await succeed(client, second);
  expect(await endOf(client, 'continued', run)).toBe('Succeeded');
});

it('takes no result for a pipeline that was deleted under the job, and offers the job to nobody', {
  timeout: 120_000,
}, async () => {
  const { client } = test;
  await startRun(test, 'deleted', 2);
  await carryOutSource(test);
  const job = await pollUntilOffered(client, 'deleted');
  await claim(client, job);

  await client.send(new DeletePipelineCommand({ name: 'deleted' }));
  const status = await waitFor('the job to be over', async () => {
    clock.turn(minute);
    const { status } = await client.send(new AcknowledgeJobCommand({ jobId: job.id, nonce: job.nonce }));
    return status === 'TimedOut' ? status : undefined;
  });

  expect(status).toBe('TimedOut');
  expect(await refusalOf(succeed(client, job))).toBe('InvalidJobStateException');
  expect(await poll(client, 10, 'deleted')).toEqual([]);
});

it('times an action out after a day, and takes no late result', { timeout: 120_000 }, async () => {
  const { client } = test;
  const run = await startRun(test, 'forgotten');
  await carryOutSource(test);
  const job = await pollUntilOffered(client, 'forgotten');
  await claim(client, job);

  clock.turn(24 * 60 * minute);
  const late = await refusalOf(succeed(client, job));
  clock.turn(2 * minute);
  const end = await endOf(client, 'forgotten', run);

  expect(late).toBe('InvalidJobStateException');
  expect(end).toBe('Failed');
  expect(await refusalOf(succeed(client, job))).toBe('InvalidJobStateException');
  const { latestExecution } = (await stateOf(client, 'forgotten', 'Build0')) ?? {};
  expect(latestExecution?.errorDetails?.message).toBe('Action timed out after 1440 minutes');
  const { status } = await client.send(new AcknowledgeJobCommand({ jobId: job.id, nonce: job.nonce }));
  expect(status).toBe('TimedOut');
  const { jobDetails } = await client.send(new GetJobDetailsCommand({ jobId: job.id }));
  expect(jobDetails?.data?.artifactCredentials).toBeUndefined();
  expect(jobDetails?.data?.actionConfiguration?.configuration?.['Password']).toBe('****');
});
