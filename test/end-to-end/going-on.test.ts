import {
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import type { ObservedCall } from '../../local/gateway/options.ts';
import { administrator } from '../../local/sample/connection.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildPipeline, objectSourceStage, putObjectSource } from './build-pipeline.ts';
import { startChangedStack } from './changed-template.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function statusOf({ client }: TestStack, pipelineName: string, run: string, action: string) {
  const { actionExecutionDetails = [] } = await client.send(
    new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId: run } }),
  );
  const found = actionExecutionDetails.find(({ actionName }) => actionName === action);
  return { status: found?.status, summary: found?.output?.executionResult?.externalExecutionSummary };
}

it('carries on a deployment that the time of one call is too short for', { timeout: 120_000 }, async () => {
  const clock = new TurnableClock();
  const timeout =
    'CodeUri: dist/s3\n      LoggingConfig: { LogGroup: !Ref S3Logs, LogFormat: JSON }\n      MemorySize: 1024\n';
  // The function keeps the last minute of its time back: it has three seconds, and the first puts take as long.
  let slow: Promise<void> | undefined;
  const observe = ({ caller, operation, phase }: ObservedCall) => {
    if (phase !== 'before' || operation !== 'PutObject' || !caller.arn.includes('/pipelines/')) return;
    slow ??= new Promise((resolve) => setTimeout(resolve, 3100));
    return slow;
  };
  const test = await startChangedStack(
    { [`${timeout}      Timeout: 900`]: `${timeout}      Timeout: 63` },
    { clock, observe },
  );
  undo.push(test.close);
  const { client, stack } = test;
  const { endpoint, region } = stack;
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`file-${index}.txt`, `text ${index}`]));
  await putObjectSource(test, 'long', files);
  const s3 = new S3Client({ endpoint, region, credentials: administrator, forcePathStyle: true });
  undo.push(async () => s3.destroy());
  await s3.send(new CreateBucketCommand({ Bucket: 'long-site' }));
  const publish = {
    name: 'Publish',
    actionTypeId: { category: 'Deploy' as const, owner: 'AWS' as const, provider: 'S3', version: '1' },
    configuration: { BucketName: 'long-site', Extract: 'true' },
    inputArtifacts: [{ name: 'Code' }],
  };
  const stages = [objectSourceStage('long'), { name: 'Deploy', actions: [publish] }];
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, 'long', stages) }));
  const { pipelineExecutionSummaries: [{ pipelineExecutionId: run = '' } = {}] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'long' }),
  );

  const halfway = await waitFor('the end of the first call', async () => {
    const { summary } = await statusOf(test, 'long', run, 'Publish');
    return summary;
  });
  const published = await waitFor('the end of the deployment', async () => {
    const found = await statusOf(test, 'long', run, 'Publish');
    if (found.status !== 'InProgress') return found;
    clock.turn(60_000);
    await new Promise((resolve) => setTimeout(resolve, 400));
    return undefined;
  });

  expect(halfway).toMatch(/^(0|16) of 40 objects$/);
  expect(published).toEqual({ status: 'Succeeded', summary: 'Deployed 40 objects to long-site' });
  expect((await s3.send(new ListObjectsV2Command({ Bucket: 'long-site' }))).KeyCount).toBe(40);
});

it('finds, among the builds of a project, the one whose start it did not live to record', {
  timeout: 120_000,
}, async () => {
  const clock = new TurnableClock();
  const asked: string[] = [];
  let isDown = false;
  const observe = ({ caller, operation, phase }: ObservedCall) => {
    if (phase === 'after' && operation === 'StartBuild') isDown = true;
    if (caller.arn.includes('/forgotten-pipeline/') && phase === 'before') asked.push(operation);
    if (!isDown || phase !== 'before' || !caller.arn.includes('BuildFunctionRole') || !operation.includes('Item'))
      return;
    throw new Error('the table is out of reach');
  };
  const test = await startTestStack({ clock, observe });
  undo.push(test.close);

  const run = await buildPipeline(test, 'forgotten', 'echo built');
  await waitFor('the start of the build', async () => (isDown ? true : undefined));
  // By the next call CodeBuild has forgotten the idempotency token.
  clock.turn(5 * 60_000);
  const machine = new SFNClient({
    endpoint: test.stack.endpoint,
    region: test.stack.region,
    credentials: administrator,
  });
  undo.push(async () => machine.destroy());
  const stateMachineArn = test.stack.outputs['StateMachineArn'];
  const { executions: [{ executionArn } = {}] = [] } = await machine.send(
    new ListExecutionsCommand({ stateMachineArn }),
  );
  await waitFor('the failure of the call that started the build', async () => {
    const { events = [] } = await machine.send(new GetExecutionHistoryCommand({ executionArn }));
    return events.some(({ type }) => type === 'TaskFailed') ? true : undefined;
  });
  isDown = false;

  expect(await endOf(test.client, 'forgotten', run, 60)).toBe('Succeeded');
  expect(asked.filter((operation) => operation === 'StartBuild')).toHaveLength(1);
  expect(asked).toContain('ListBuildsForProject');
});
