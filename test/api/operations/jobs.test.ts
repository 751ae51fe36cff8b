import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionItem, now, openWorld, runItem, type World, written } from '../../handlers/world.ts';
import { call } from './calling.ts';

const jobId = '0b0b0b0b-0000-4000-8000-000000000001';
const type = { category: 'Build', owner: 'Custom', provider: 'Jenkins', version: '1' };
const definition = {
  id: type,
  settings: { executionUrlTemplate: 'https://ci.example.com/{Config:ProjectName}/{ExternalExecutionId}' },
  actionConfigurationProperties: [
    { name: 'ProjectName', required: true, key: true, secret: false, queryable: true },
    { name: 'Token', required: false, key: false, secret: true },
  ],
  inputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
};
const key = String(actionItem('Build')['key']);
const asked = { actionTypeId: type, queryParam: { ProjectName: 'hello-site' } };
const token = { value: 'task-token', order: { execution: 1, entry: 1, invocation: 0 } };

let world: World;
beforeEach(() => {
  world = openWorld();
  world.table.on(UpdateCommand).resolves({});
  world.put({
    pk: 'ACTIONTYPES',
    sk: 'Build#Jenkins#1',
    definition: JSON.stringify(definition),
    deleted: false,
    tags: [],
    rev: 1,
  });
  world.put(runItem('Build', 1));
  world.put(
    actionItem('Source', {
      status: 'Succeeded',
      outputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'hello-site/SourceOutp/0.zip', revision: 'c0ffee' }],
    }),
  );
  putAction();
  putJob('Queued');
});
afterEach(() => world.close());

function putAction(more: object = {}): void {
  world.put(actionItem('Build', { type, status: 'Running', job: jobId, token, ...more }));
}

function putJob(status: string, more: object = {}): void {
  const queue = 'JOBS#Build#Jenkins#1#hello-site';
  world.put({
    pk: `JOB#${jobId}`,
    sk: 'JOB',
    id: jobId,
    action: key,
    status,
    queue,
    ...(status === 'Queued' || status === 'Dispatched' ? { offeredFrom: now, open: queue, nextCheckAt: now } : {}),
    deadline: now + 3_600_000,
    rev: 1,
    ...more,
  });
}

const refusedAs = (code: string, says?: string) => ({
  status: 400,
  body: expect.objectContaining({ __type: code, ...(says ? { message: expect.stringContaining(says) } : {}) }),
});
const jobNow = () => world.items.get(`JOB#${jobId}\nJOB`);

describe('PollForJobs', () => {
  it('hands out a job with what its worker needs, and keys for its artifacts alone', async () => {
    const { status, body } = await call('PollForJobs', asked);

    expect(status).toBe(200);
    const output = expect.stringMatching(/^hello-site\/Site\/[0-9a-f]{12}\.zip$/);
    expect(body).toEqual({
      jobs: [
        {
          id: jobId,
          nonce: jobNow()?.['nonce'],
          accountId: '123456789012',
          data: {
            actionTypeId: type,
            actionConfiguration: { configuration: { ProjectName: 'hello-site' } },
            pipelineContext: expect.objectContaining({ pipelineName: 'hello-site', stage: { name: 'Build' } }),
            inputArtifacts: [
              {
                name: 'SourceOutput',
                revision: 'c0ffee',
                location: {
                  type: 'S3',
                  s3Location: { bucketName: 'artifacts', objectKey: 'hello-site/SourceOutp/0.zip' },
                },
              },
            ],
            outputArtifacts: [
              { name: 'Site', location: { type: 'S3', s3Location: { bucketName: 'artifacts', objectKey: output } } },
            ],
            artifactCredentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
          },
        },
      ],
    });
    expect(jobNow()).toMatchObject({ status: 'Dispatched', nextCheckAt: now + 60_000 });
  });

  it('hands one job to one of two workers who ask at once', async () => {
    const answers = await Promise.all([call('PollForJobs', asked), call('PollForJobs', asked)]);

    expect(answers.map(({ body }) => (body['jobs'] as object[]).length).sort()).toEqual([0, 1]);
  });

  it.each([
    ['is over', { status: 'Abandoned' }],
    ['goes on with another job', { job: 'another' }],
  ])('hands out nothing when the action %s, and has the job leave the queue', async (_, more) => {
    putAction(more);

    const { body } = await call('PollForJobs', asked);

    expect(body).toEqual({ jobs: [] });
    const [update] = world.table.commandCalls(UpdateCommand);
    expect(update?.args[0].input.Key).toEqual({ pk: `JOB#${jobId}`, sk: 'JOB' });
    expect(update?.args[0].input.ExpressionAttributeValues?.[':timedOut']).toBe('TimedOut');
  });

  it('fails an action whose role cannot be assumed, and hands out nothing', async () => {
    world.sts
      .on(AssumeRoleCommand)
      .rejects(Object.assign(new Error('not authorized to perform: sts:AssumeRole'), { name: 'AccessDenied' }));

    const { body } = await call('PollForJobs', asked);

    expect(body).toEqual({ jobs: [] });
    expect(written(world, 'ACTION#').at(-1)).toMatchObject({
      status: 'Failed',
      failure: { code: 'PermissionError', message: 'not authorized to perform: sts:AssumeRole' },
    });
  });

  it.each([
    ['ActionTypeNotFoundException', { actionTypeId: { ...type, provider: 'Nobody' } }],
    ['ValidationException', { actionTypeId: { ...type, owner: 'AWS' } }],
    ['ValidationException', { actionTypeId: type }],
    ['ValidationException', { ...asked, queryParam: { Token: 'x' } }],
    ['ValidationException', { ...asked, queryParam: { ProjectName: 'a#b' } }],
    ['ValidationException', { ...asked, maxBatchSize: 0 }],
  ])('refuses with %s: %j', async (code, input) => {
    expect(await call('PollForJobs', input)).toEqual(refusedAs(code));
  });
});

describe('AcknowledgeJob', () => {
  it('claims a job with the nonce that was given out last, and no other', async () => {
    putJob('Dispatched', { nonce: 'n2' });

    const stale = await call('AcknowledgeJob', { jobId, nonce: 'n1' });
    const first = await call('AcknowledgeJob', { jobId, nonce: 'n2' });
    const again = await call('AcknowledgeJob', { jobId, nonce: 'n2' });

    expect(stale).toEqual(refusedAs('InvalidNonceException'));
    expect([first.body, again.body]).toEqual([{ status: 'InProgress' }, { status: 'InProgress' }]);
    expect(jobNow()).not.toHaveProperty('open');
  });

  it('finds no job of an unknown id', async () => {
    const unknown = { jobId: jobId.replaceAll('b', 'c'), nonce: 'n' };

    expect(await call('AcknowledgeJob', unknown)).toEqual(refusedAs('JobNotFoundException'));
  });
});

describe('GetJobDetails', () => {
  it.each([
    ['Dispatched', true],
    ['InProgress', true],
    ['Queued', false],
    ['Succeeded', false],
  ])('of a job that is %s answers keys: %s', async (status, has) => {
    putJob(status);

    const { body } = await call('GetJobDetails', { jobId });

    expect('artifactCredentials' in (body['jobDetails'] as { data: object }).data).toBe(has);
  });
});

describe('PutJobSuccessResult', () => {
  beforeEach(() => {
    putJob('InProgress', { nonce: 'n' });
    putAction({ resolvedConfiguration: JSON.stringify({ ProjectName: 'hello-site' }) });
    world.s3.on(HeadObjectCommand).resolves({ VersionId: 'v1' });
  });

  it('ends job and action in one transaction, with the version of the output, and answers the token', async () => {
    const executionDetails = { externalExecutionId: '7', summary: 'Built' };

    const { status } = await call('PutJobSuccessResult', { jobId, executionDetails, outputVariables: { Number: '7' } });

    expect(status).toBe(200);
    expect(written(world, 'ACTION#').at(-1)).toMatchObject({
      status: 'Succeeded',
      externalId: '7',
      summary: 'Built',
      url: 'https://ci.example.com/hello-site/7',
      outputs: [{ name: 'Site', versionId: 'v1' }],
      outputVariables: '{"Number":"7"}',
    });
    expect(jobNow()?.['status']).toBe('Succeeded');
    expect(world.sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input.taskToken).toBe('task-token');
  });

  it('records one result of two that come at once', async () => {
    const failure = { jobId, failureDetails: { type: 'JobFailed', message: 'No.' } };

    const answers = await Promise.all([
      call('PutJobSuccessResult', { jobId }),
      call('PutJobFailureResult', failure),
      call('PutJobSuccessResult', { jobId }),
    ]);

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status !== 200)).toEqual(
      Array(2).fill(refusedAs('InvalidJobStateException')),
    );
    expect(written(world, 'ACTION#')).toHaveLength(1);
  });

  it('fails the action when an output artifact is not there', async () => {
    world.s3
      .on(HeadObjectCommand)
      .rejects(Object.assign(new Error(), { name: 'NotFound', $metadata: { httpStatusCode: 404 } }));

    const { status } = await call('PutJobSuccessResult', { jobId });

    expect(status).toBe(200);
    expect(written(world, 'ACTION#').at(-1)).toMatchObject({
      status: 'Failed',
      failure: { code: 'JobFailed', message: expect.stringContaining('no output artifact Site') },
    });
    expect(jobNow()?.['status']).toBe('Failed');
  });

  it('closes the job and queues another with the token', async () => {
    const executionDetails = { percentComplete: 50, summary: 'Half' };

    const { status } = await call('PutJobSuccessResult', { jobId, continuationToken: 'half', executionDetails });

    expect(status).toBe(200);
    const [, next] = written(world, 'JOB');
    expect(jobNow()?.['status']).toBe('Succeeded');
    expect(next).toMatchObject({ status: 'Queued', continuationToken: 'half', nextCheckAt: now });
    expect(written(world, 'ACTION#')).toMatchObject([
      { status: 'Running', job: next?.['id'], percentComplete: 50, summary: 'Half' },
    ]);
  });

  it.each([
    ['ValidationException', { continuationToken: 't', outputVariables: { a: 'b' } }],
    ['OutputVariablesSizeExceededException', { outputVariables: { a: 'b'.repeat(122_880) } }],
  ])('refuses with %s, and changes nothing', async (code, more) => {
    expect(await call('PutJobSuccessResult', { jobId, ...more })).toEqual(refusedAs(code));
    expect(written(world, '')).toEqual([]);
  });

  it.each(['Queued', 'Dispatched', 'Succeeded', 'Failed', 'TimedOut'])('refuses a job that is %s', async (status) => {
    putJob(status, { nonce: 'n' });

    const answers = [
      await call('PutJobSuccessResult', { jobId }),
      await call('PutJobSuccessResult', { jobId, continuationToken: 't' }),
      await call('PutJobFailureResult', { jobId, failureDetails: { type: 'JobFailed', message: 'm' } }),
    ];

    expect(answers).toEqual(Array(3).fill(refusedAs('InvalidJobStateException')));
    expect(written(world, '')).toEqual([]);
  });

  it('refuses a result that comes after the run was closed, and changes nothing', async () => {
    putAction({ status: 'Abandoned' });

    expect(await call('PutJobSuccessResult', { jobId })).toEqual(refusedAs('InvalidJobStateException', 'TimedOut'));
    expect(written(world, '')).toEqual([]);
  });
});

describe('the operations of partners', () => {
  const partner = { clientToken: 'c' };
  const failureDetails = { type: 'JobFailed', message: 'm' };

  it.each([
    ['GetThirdPartyJobDetails', {}, 'InvalidJobException'],
    ['AcknowledgeThirdPartyJob', { nonce: 'n' }, 'InvalidClientTokenException'],
    ['PutThirdPartyJobSuccessResult', {}, 'InvalidClientTokenException'],
    ['PutThirdPartyJobFailureResult', { failureDetails }, 'InvalidClientTokenException'],
  ])('%s finds no job of a partner', async (operation, more, code) => {
    const unknown = await call(operation, { ...partner, ...more, jobId: 'none' });
    const custom = await call(operation, { ...partner, ...more, jobId });

    expect(unknown).toEqual(refusedAs('JobNotFoundException'));
    expect(custom).toEqual(refusedAs(code));
  });

  it.each([
    ['ActionTypeNotFoundException', 'ThirdParty'],
    ['ValidationException', 'Custom'],
  ])('PollForThirdPartyJobs refuses with %s for the owner %s', async (code, owner) => {
    expect(await call('PollForThirdPartyJobs', { actionTypeId: { ...type, owner } })).toEqual(refusedAs(code));
  });
});
