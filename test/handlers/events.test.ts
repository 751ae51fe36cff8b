import { readdirSync, readFileSync } from 'node:fs';
import { BatchGetBuildsCommand, StartBuildCommand, StopBuildCommand } from '@aws-sdk/client-codebuild';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, HeadObjectCommand, NoSuchBucket } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionFiles } from '../../scripts/build.ts';
import {
  actionItem,
  connection,
  context,
  now,
  openWorld,
  pipelineId,
  pipelineItem,
  runId,
  runItem,
  sample,
  type World,
  written,
} from './world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

// biome-ignore lint/suspicious/noExplicitAny: every handler takes an event of its own.
type Handler = (event: any, context: unknown) => Promise<any>;

/** Hands a sample to the function of its name. */
async function handle(name: string, file = name): Promise<unknown> {
  const found = functionFiles().get(name) ?? '';
  const { handler } = (await import(`../../${found}`)) as { handler: Handler };
  return handler(sample(file), context);
}

const sent = () =>
  world.sfn.commandCalls(SendTaskSuccessCommand).map(({ args }) => JSON.parse(args[0].input.output ?? '{}') as unknown);
const writes = () =>
  world.table.commandCalls(TransactWriteCommand).length + world.table.commandCalls(UpdateCommand).length;

describe('the samples in events/', () => {
  it('are there for every function, and every sample is of a function', () => {
    const names = [...functionFiles().keys()];
    const files = readdirSync(new URL('../../events', import.meta.url)).map((file) => file.replace('.json', ''));

    expect(names.filter((name) => !files.includes(name))).toEqual([]);
    expect(files.filter((file) => !names.some((name) => file === name || file.startsWith(`${name}-`)))).toEqual([]);
    for (const file of files)
      expect(() =>
        JSON.parse(readFileSync(new URL(`../../events/${file}.json`, import.meta.url), 'utf8')),
      ).not.toThrow();
  });
});

describe('the functions', () => {
  it('Decide opens the next action and answers Run; the same event again opens nothing', async () => {
    world.put(pipelineItem('Source'));
    world.put(runItem('Source', 0));

    await handle('decide');
    await handle('decide');

    expect(written(world, 'ACTION#').map(({ status, action }) => [action, status])).toEqual([['Fetch', 'Pending']]);
    expect(sent()).toEqual([
      expect.objectContaining({ next: 'Run', class: 'git', timeoutSeconds: 3660 }),
      expect.objectContaining({ next: 'Run', class: 'git' }),
    ]);
  });

  it('Settle action times out what is over its deadline, once', async () => {
    world.put(
      actionItem('Approve', {
        status: 'Running',
        deadline: now - 1,
        startTime: now - 7 * 24 * 3_600_000 - 1,
        token: { value: 'T', order: { execution: 1, entry: 1, invocation: 0 } },
      }),
    );

    await handle('settle-action');
    await handle('settle-action');

    expect(written(world, 'ACTION#')).toMatchObject([
      { status: 'TimedOut', failure: { code: 'JobFailed', message: 'Action timed out after 10080 minutes' } },
    ]);
    expect(sent()).toHaveLength(1);
  });

  it('Close run fails the run, abandons its open action and frees the stage, once', async () => {
    world.put(pipelineItem('Approve'));
    world.put(runItem('Approve', 1));
    world.put(actionItem('Approve', { status: 'Running' }));

    await handle('close-run');
    await handle('close-run');

    expect(written(world, 'RUN#')).toMatchObject([
      { status: 'Failed', statusSummary: expect.stringContaining('States.DataLimitExceeded') },
    ]);
    expect(written(world, 'ACTION#')).toMatchObject([{ status: 'Abandoned' }]);
    expect(written(world, 'PIPELINE')[0]?.['gates']).toContainEqual(expect.not.objectContaining({ holder: runId }));
  });

  it('Execution status change closes the run of an aborted execution', async () => {
    world.put(pipelineItem('Approve'));
    world.put(runItem('Approve', 0));

    await handle('execution-status-change');

    expect(written(world, 'RUN#')).toMatchObject([
      { status: 'Failed', statusSummary: expect.stringContaining('ABORTED') },
    ]);
  });

  it('Execution status change leaves a run alone that another execution carries by now', async () => {
    world.put(pipelineItem('Approve'));
    world.put(runItem('Approve', 0, { execution: 2 }));

    await handle('execution-status-change');

    expect(writes()).toBe(0);
  });

  it('Approval opens: its token is kept with the action, which then runs', async () => {
    world.put(pipelineItem('Approve'));
    world.put(runItem('Approve', 1));
    world.put(actionItem('Approve'));

    await handle('approval');
    await handle('approval');

    expect(written(world, 'APPROVAL#')).toHaveLength(1);
    expect(written(world, 'ACTION#').map(({ status }) => status)).toEqual(['Starting', 'Running', 'Running']);
    expect(sent()).toEqual([]);
  });

  it('Approval that is asked to look again at a waiting approval does nothing', async () => {
    world.put(runItem('Approve', 1));
    world.put(actionItem('Approve', { status: 'Running' }));

    await handle('approval', 'approval-look-again');

    expect(writes()).toBe(0);
  });

  it('Git fails an action whose connection is not there, with its ARN', async () => {
    world.put(runItem('Source', 1));
    world.put(actionItem('Source'));

    await handle('git');

    expect(written(world, 'ACTION#').at(-1)).toMatchObject({
      status: 'Failed',
      failure: { code: 'ConfigurationError', message: expect.stringContaining(connection) },
    });
    expect(sent()).toEqual([{}]);
  });

  it('S3 fails an action whose artifact cannot be read, in the reader’s terms', async () => {
    world.put(runItem('Deploy', 1));
    world.put(
      actionItem('Build', {
        status: 'Succeeded',
        outputs: [{ name: 'Site', bucket: 'gone', key: 'k', versionId: 'v' }],
      }),
    );
    world.put(actionItem('Deploy'));
    world.s3.on(GetObjectCommand, { Bucket: 'gone' }).rejects(new NoSuchBucket({ message: 'x', $metadata: {} }));

    await handle('s3');

    expect(written(world, 'ACTION#').at(-1)).toMatchObject({
      status: 'Failed',
      failure: { code: 'ConfigurationError', message: 'No bucket with the name gone was found' },
    });
  });

  it('Build starts a build with the artifact as its source, by the action’s id', async () => {
    world.put(runItem('Build', 1));
    world.put(
      actionItem('Source', {
        status: 'Succeeded',
        outputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'a/b/c.zip', versionId: 'v1', revision: 'abc' }],
      }),
    );
    world.put(actionItem('Build'));
    world.builds.on(StartBuildCommand).resolves({ build: { id: 'hello-site:1', buildStatus: 'IN_PROGRESS' } });

    await handle('build');

    const [call] = world.builds.commandCalls(StartBuildCommand);
    expect(call?.args[0].input).toMatchObject({
      projectName: 'hello-site',
      sourceTypeOverride: 'S3',
      sourceLocationOverride: 'artifacts/a/b/c.zip',
      sourceVersion: 'v1',
      idempotencyToken: '9b0d2c44-7f31-4a52-8a0e-1d2e3f405161',
    });
    expect(written(world, 'ACTION#').at(-1)).toMatchObject({ status: 'Running', externalId: 'hello-site:1' });
  });

  it('Build asks CodeBuild when an event says that a build has ended, and believes nothing else; twice is once', async () => {
    world.put(runItem('Build', 1));
    world.put(
      actionItem('Source', {
        status: 'Succeeded',
        outputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'k.zip' }],
      }),
    );
    world.put(
      actionItem('Build', {
        status: 'Running',
        externalId: 'hello-site:1',
        token: { value: 'T', order: { execution: 1, entry: 2, invocation: 0 } },
      }),
    );
    world.builds.on(BatchGetBuildsCommand).resolves({
      builds: [
        {
          id: 'hello-site:1',
          buildStatus: 'SUCCEEDED',
          artifacts: { location: 'x', sha256sum: 'd' },
          exportedEnvironmentVariables: [{ name: 'PAGES', value: '2' }],
        },
      ],
    });
    world.s3.on(HeadObjectCommand).resolves({ VersionId: 'v2' });

    await handle('build', 'build-event');
    await handle('build', 'build-event');

    expect(written(world, 'ACTION#')).toMatchObject([
      {
        status: 'Succeeded',
        outputVariables: '{"PAGES":"2"}',
        outputs: [{ name: 'Site', versionId: 'v2', sha256: 'd' }],
      },
    ]);
    expect(sent()).toEqual([{}]);
  });

  it('Build stops a build that is to be cancelled', async () => {
    world.put(runItem('Build', 1));
    world.put(
      actionItem('Source', {
        status: 'Succeeded',
        outputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'k.zip' }],
      }),
    );
    world.put(actionItem('Build', { status: 'Abandoned', externalId: 'hello-site:1' }));

    await handle('build', 'build-cancel');

    expect(world.builds.commandCalls(StopBuildCommand).map(({ args }) => args[0].input)).toEqual([
      { id: 'hello-site:1' },
    ]);
  });

  it('Webhook starts the pipeline that follows the branch; the same push again is the same run', async () => {
    world.put({
      pk: `CONNECTION#${connection}`,
      sk: 'CONNECTION',
      id: connection,
      arn: `arn:aws:codeconnections:us-east-1:123456789012:connection/${connection}`,
      kind: 'GitHub',
      host: 'https://git.example.com',
      webhookSecret: 's',
    });
    world.put({
      pk: `SOURCE#${connection}#sample/hello-site`,
      sk: `${pipelineId}#Fetch`,
      pipelineId,
      pipelineName: 'hello-site',
      action: 'Fetch',
      branch: 'main',
    });
    world.put({ ...pipelineItem(''), sequence: 0 });

    const first = (await handle('webhook')) as { statusCode: number; body: string };
    const second = (await handle('webhook')) as { statusCode: number; body: string };

    expect([first.statusCode, second.statusCode]).toEqual([202, 202]);
    expect(second.body).toBe(first.body);
    expect(written(world, 'RUN#')).toHaveLength(1);
    const names = world.sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name);
    expect(new Set(names).size).toBe(1);
  });

  it('Approval link shows, and writes nothing', async () => {
    world.put(runItem('Approve', 1));
    world.put(
      actionItem('Approve', {
        status: 'Running',
        approvalToken: sample<{ queryStringParameters: { token: string } }>('approval-link').queryStringParameters
          .token,
        deadline: now + 1000,
      }),
    );
    world.put({
      pk: pipelineId,
      sk: `APPROVAL#${sample<{ queryStringParameters: { token: string } }>('approval-link').queryStringParameters.token}`,
      key: `${pipelineId}/${runId}/02.000.001.00`,
    });

    const { statusCode, body } = (await handle('approval-link')) as { statusCode: number; body: string };

    expect(statusCode).toBe(200);
    expect(body).toContain('<button class="approve" name="status" value="Approved">');
    expect(writes()).toBe(0);
  });

  it('Approval link takes an answer, once', async () => {
    const { token } = sample<{ queryStringParameters: { token: string } }>('approval-link').queryStringParameters;
    world.put(runItem('Approve', 1));
    world.put(
      actionItem('Approve', {
        status: 'Running',
        approvalToken: token,
        deadline: now + 1000,
        token: { value: 'T', order: { execution: 1, entry: 4, invocation: 0 } },
      }),
    );
    world.put({ pk: pipelineId, sk: `APPROVAL#${token}`, key: `${pipelineId}/${runId}/02.000.001.00` });

    const first = (await handle('approval-link', 'approval-link-answer')) as { statusCode: number };
    const second = (await handle('approval-link', 'approval-link-answer')) as { statusCode: number };

    expect([first.statusCode, second.statusCode]).toEqual([200, 409]);
    expect(written(world, 'ACTION#')).toMatchObject([{ status: 'Succeeded', updatedBy: 'email-link' }]);
    expect(sent()).toEqual([{}]);
  });

  it('Publish puts events in order and starts the execution of a new run', async () => {
    const answer = await handle('publish');

    const entries = world.events.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(entries.map(({ DetailType, Detail }) => `${DetailType}: ${JSON.parse(Detail ?? '{}').state}`)).toEqual([
      'CodePipeline Pipeline Execution State Change: STARTED',
      'CodePipeline Stage Execution State Change: STARTED',
      'CodePipeline Action Execution State Change: SUCCEEDED',
    ]);
    expect(world.sfn.commandCalls(StartExecutionCommand)).toHaveLength(1);
  });

  it('Publish names the first record whose event was not taken', async () => {
    world.events
      .on(PutEventsCommand)
      .resolves({ Entries: [{ EventId: 'e' }, { EventId: 'e' }, { ErrorCode: 'InternalFailure' }] });

    const answer = await handle('publish');

    const [, second] = sample<{ Records: { dynamodb: { SequenceNumber: string } }[] }>('publish').Records;
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: second?.dynamodb.SequenceNumber }] });
  });

  it('Sweep starts the missing execution of a run, and looks again later', async () => {
    world.put(runItem('Source', 0, { open: 'OPEN#3', nextCheckAt: now - 1 }));
    world.put(pipelineItem('Source'));
    world.sfn.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist({ message: 'x', $metadata: {} }));

    const looked = await handle('sweep');

    expect(looked).toEqual({ looked: 1, failed: 0 });
    expect(world.sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name)).toEqual([runId]);
    expect(
      world.table.commandCalls(UpdateCommand).map(({ args }) => args[0].input.ExpressionAttributeValues?.[':next']),
    ).toEqual([now + 60_000]);
  });

  it('Sweep closes a run whose execution has ended', async () => {
    world.put(runItem('Source', 0, { open: 'OPEN#3', nextCheckAt: now - 1 }));
    world.put(pipelineItem('Source'));
    world.sfn.on(DescribeExecutionCommand).resolves({ status: 'ABORTED' });

    await handle('sweep');

    expect(written(world, 'RUN#')).toMatchObject([
      { status: 'Failed', statusSummary: 'The execution that carried the run has ended.' },
    ]);
  });

  it('API answers GetPipelineState by its path', async () => {
    world.put(pipelineItem('Approve'));
    world.put(runItem('Approve', 1));

    const { statusCode, body, headers } = (await handle('api')) as {
      statusCode: number;
      body: string;
      headers: Record<string, string>;
    };

    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('application/x-amz-json-1.1');
    expect(JSON.parse(body).stageStates[2]).toMatchObject({
      stageName: 'Approve',
      latestExecution: { pipelineExecutionId: runId, status: 'InProgress' },
    });
  });
});
