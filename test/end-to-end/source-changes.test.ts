import {
  CreatePipelineCommand,
  type ExecutionMode,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  ListPipelineExecutionsCommand,
  type PipelineExecutionSummary,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import {
  DisableRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { AddPermissionCommand, CreateAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { administrator } from '../../local/sample/connection.ts';
import { policy } from '../../local/sample/roles.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { explain, readArguments, shown } from '../../scripts/why.ts';
import { buildWithNoOp, noOpAction } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const day = 24 * 60 * 60_000;
const clock = new TurnableClock();
let test: TestStack;
let s3: S3Client;
let events: EventBridgeClient;
let lambda: LambdaClient;
let startFunction: string;
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp(), clock });
  const { endpoint, region, outputs } = test.stack;
  const options = { endpoint, region, credentials: administrator };
  s3 = new S3Client({ ...options, forcePathStyle: true });
  events = new EventBridgeClient(options);
  lambda = new LambdaClient(options);
  startFunction = outputs['StartFunctionArn'] ?? '';
}, 60_000);
afterAll(async () => {
  for (const client of [s3, events, lambda]) client?.destroy();
  await test?.close();
});

/** A versioned bucket `<name>-source` that tells EventBridge of its objects. */
async function makeBucket(name: string): Promise<string> {
  const Bucket = `${name}-source`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  return Bucket;
}

/** Puts the object of a bucket; answers its version. */
async function upload(Bucket: string, Body: string): Promise<string> {
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'app.zip', Body }));
  return VersionId ?? '';
}

interface Made {
  readonly polls?: 'true' | 'false';
  readonly executionMode?: ExecutionMode;
}

/** A pipeline of an object and an action that does nothing; its first run, which creating it starts, is over. */
async function makePipeline(name: string, { polls, executionMode = 'SUPERSEDED' }: Made = {}): Promise<void> {
  const flag = polls === undefined ? {} : { PollForSourceChanges: polls };
  const stages = [
    {
      name: 'Source',
      actions: [
        {
          name: 'Fetch',
          actionTypeId: { category: 'Source' as const, owner: 'AWS' as const, provider: 'S3', version: '1' },
          configuration: { S3Bucket: `${name}-source`, S3ObjectKey: 'app.zip', ...flag },
          outputArtifacts: [{ name: 'Zip' }],
        },
      ],
    },
    { name: 'Do', actions: [noOpAction('Do')] },
  ];
  const pipeline = { ...declare(test.stack, name, stages), pipelineType: 'V2' as const, executionMode };
  await test.client.send(new CreatePipelineCommand({ pipeline }));
  const [first] = await runsOf(name);
  await endOf(test.client, name, first?.pipelineExecutionId ?? '');
}

/** The newest first. */
async function runsOf(pipelineName: string): Promise<readonly PipelineExecutionSummary[]> {
  const { pipelineExecutionSummaries = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries;
}

/** The newest run once there are so many, and is over. */
async function newest(name: string, count: number): Promise<PipelineExecutionSummary> {
  await waitFor(`run ${count} of ${name}`, async () => ((await runsOf(name)).length >= count ? true : undefined));
  const [run] = await runsOf(name);
  expect(await endOf(test.client, name, run?.pipelineExecutionId ?? '')).toBe('Succeeded');
  const [over, ...others] = await runsOf(name);
  expect(others).toHaveLength(count - 1);
  return over ?? {};
}

async function fetched(pipelineName: string, pipelineExecutionId: string | undefined): Promise<string | undefined> {
  const { pipelineExecution } = await test.client.send(
    new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
  );
  return pipelineExecution?.artifactRevisions?.[0]?.revisionId;
}

/** The alias by which a rule starts a pipeline, which the rule may call. */
async function makeAlias(pipeline: string, rule: string): Promise<string> {
  const { AliasArn } = await lambda.send(
    new CreateAliasCommand({ FunctionName: startFunction, Name: pipeline, FunctionVersion: '$LATEST' }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: startFunction,
      Qualifier: pipeline,
      StatementId: rule,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf(rule),
    }),
  );
  return AliasArn ?? '';
}

function arnOf(rule: string): string {
  const { account, region } = test.stack;
  return `arn:aws:events:${region}:${account}:rule/${rule}`;
}

async function makeRule(Name: string, rule: Partial<PutRuleCommandInput>, target: Omit<Target, 'Id'>): Promise<void> {
  await events.send(new PutRuleCommand({ Name, ...rule }));
  await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'start', ...target }] }));
}

function pattern(bucket: string): Partial<PutRuleCommandInput> {
  const detail = { bucket: { name: [bucket] }, object: { key: ['app.zip'] } };
  return { EventPattern: JSON.stringify({ source: ['aws.s3'], 'detail-type': ['Object Created'], detail }) };
}

const why = async (subject: string) =>
  shown(await explain(readArguments([subject, '--endpoint-url', test.stack.endpoint])));

describe('a rule of a user', { timeout: 60_000 }, () => {
  it('starts a pipeline by an object that is uploaded, with the version that the event tells of', async () => {
    const bucket = await makeBucket('told');
    await makePipeline('told', { polls: 'false' });
    await makeRule('told-uploads', pattern(bucket), { Arn: await makeAlias('told', 'told-uploads') });

    const version = await upload(bucket, 'one');
    const run = await newest('told', 2);

    expect(run.trigger).toEqual({ triggerType: 'CloudWatchEvent', triggerDetail: `${startFunction}:told` });
    expect(await fetched('told', run.pipelineExecutionId)).toBe(version);
    const [said] = await why(version);
    expect(said).toContain(`told (Fetch): started ${run.pipelineExecutionId}. the event 'Object Created' of s3://`);
    expect(await why(run.pipelineExecutionId ?? '')).toEqual([expect.stringContaining('CloudWatchEvent'), said]);
  });

  it('has the run named after it, and variables and revision of its own, by an input transformer', async () => {
    const bucket = await makeBucket('shaped');
    await makePipeline('shaped', { polls: 'false' });
    const revision = { actionName: 'Fetch', revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: '<version>' };
    const shape = { rule: '<aws.events.rule-arn>', id: '<id>', sourceRevisions: [revision] };
    await makeRule('shaped-uploads', pattern(bucket), {
      Arn: await makeAlias('shaped', 'shaped-uploads'),
      InputTransformer: {
        InputPathsMap: { version: '$.detail.object.version-id', id: '$.id' },
        InputTemplate: JSON.stringify(shape),
      },
    });

    const version = await upload(bucket, 'one');
    const run = await newest('shaped', 2);

    expect(run.trigger).toEqual({ triggerType: 'CloudWatchEvent', triggerDetail: arnOf('shaped-uploads') });
    expect(await fetched('shaped', run.pipelineExecutionId)).toBe(version);
  });

  it('starts no pipeline whose alias it may not call', async () => {
    await makeRule('not-allowed', pattern('told-source'), { Arn: `${startFunction}:shaped` });
    await makeRule('unqualified', pattern('told-source'), { Arn: startFunction, Input: '{"pipeline":"shaped"}' });

    await upload('told-source', 'two');
    await newest('told', 3);

    expect(await runsOf('shaped')).toHaveLength(2);
  });

  it('starts by a schedule', async () => {
    await makeRule(
      'nightly',
      { ScheduleExpression: 'cron(0 3 * * ? *)' },
      { Arn: await makeAlias('nightly', 'nightly') },
    );
    const bucket = await makeBucket('nightly');
    await upload(bucket, 'one');
    await makePipeline('nightly', { polls: 'false' });

    clock.turn(day);
    const run = await newest('nightly', 2);

    expect(run.trigger).toEqual({ triggerType: 'CloudWatchEvent', triggerDetail: arnOf('nightly') });
  });

  it('may be a schedule of EventBridge Scheduler, whose role may call one alias', async () => {
    const { stack } = test;
    const alias = `${startFunction}:nightly`;
    const allowed = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: alias };
    const trust = policyOfService('scheduler.amazonaws.com');
    stack.putRole({ name: 'starts-weekly', trust, policies: { start: policy(allowed) } });
    const scheduler = new SchedulerClient({
      endpoint: stack.endpoint,
      region: stack.region,
      credentials: administrator,
    });
    const RoleArn = `arn:aws:iam::${stack.account}:role/starts-weekly`;
    await scheduler.send(
      new CreateScheduleCommand({
        Name: 'weekly',
        ScheduleExpression: 'rate(7 days)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: alias, RoleArn },
      }),
    );
    scheduler.destroy();

    await events.send(new DisableRuleCommand({ Name: 'nightly' }));
    clock.turn(7 * day);
    const run = await newest('nightly', 3);

    const { account, region } = stack;
    expect(run.trigger).toEqual({
      triggerType: 'CloudWatchEvent',
      triggerDetail: `arn:aws:scheduler:${region}:${account}:schedule/default/weekly`,
    });
  });
});

describe('polling', { timeout: 60_000 }, () => {
  const minute = 60_000;

  /** Lets the sweeper come by, and waits for what it leads to. */
  function sweptUntil<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    clock.turn(2 * minute);
    return waitFor(what, ask);
  }

  it('starts a pipeline by a new version within a minute, where its definition says nothing of it', async () => {
    const bucket = await makeBucket('polled');
    const first = await upload(bucket, 'one');
    await makePipeline('polled');
    expect(await fetched('polled', (await runsOf('polled'))[0]?.pipelineExecutionId)).toBe(first);

    const version = await upload(bucket, 'two');
    await sweptUntil('the second run', async () => ((await runsOf('polled')).length > 1 ? true : undefined));
    const run = await newest('polled', 2);

    expect(run.trigger).toEqual({ triggerType: 'PollForSourceChanges', triggerDetail: 'Fetch' });
    expect(await fetched('polled', run.pipelineExecutionId)).toBe(version);
    expect((await why(version))[0]).toContain(
      `polled (Fetch): started ${run.pipelineExecutionId}. a new version of s3://`,
    );
  });

  it('ends when nothing has run for 30 days, and begins again by an update', async () => {
    const metadata = async () => (await test.client.send(new GetPipelineCommand({ name: 'polled' }))).metadata;
    clock.turn(31 * day);
    const disabledAt = await sweptUntil('the end of polling', async () => (await metadata())?.pollingDisabledAt);
    expect(disabledAt).toBeInstanceOf(Date);
    const { pipeline } = await test.client.send(new GetPipelineCommand({ name: 'polled' }));

    await test.client.send(new UpdatePipelineCommand({ pipeline }));
    expect(await metadata()).not.toHaveProperty('pollingDisabledAt');
    await upload('polled-source', 'three');

    await sweptUntil('the third run', async () => ((await runsOf('polled')).length > 2 ? true : undefined));
    await newest('polled', 3);
  });
});

function policyOfService(Service: string): object {
  return policy({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' });
}
