import { join } from 'node:path';
import { GetPipelineExecutionCommand, PutApprovalResultCommand } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  DeleteMessageCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { administrator } from '../../local/sample/connection.ts';
import type { Stack } from '../../local/stack.ts';
import { readTemplate } from '../../local/template/template.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp } from '../no-op/build.ts';
import { type WaitingRun, waitingRun } from './approval-run.ts';
import { startChangedStack } from './changed-template.ts';
import { endOf, startTestStack, type TestStack } from './stack.ts';

const minute = 60_000;
/** Functions that are invoked with an event and no one to answer to, and read it. */
const asynchronous = ['S3Function', 'BuildFunction', 'RuleFunction', 'ExecutionStatusChangeFunction'];
/** No action's keys, nor events: the functions break on them each time. */
const poisons = ['{"cancel":5}', '{"lookAgain":7}', '{"token":1}', 'null', '5', '"x"'];

/** What a rule or a schedule of the template calls. */
interface Target {
  readonly Arn: { readonly 'Fn::GetAtt': readonly [string, string] };
  readonly DeadLetterConfig?: object;
}

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', stackName: 'sluice' };
const root = join(import.meta.dirname, '..', '..');
const { resources } = readTemplate(join(root, 'template.yaml'), { ...place, parameters: {} });
const ofType = (type: string) => resources.filter((each) => each.type === type);
const arn = { 'Fn::GetAtt': ['DeadLetters', 'Arn'] };
/** The functions whose dead letters are kept. */
const keepers = ofType('AWS::Lambda::Function')
  .filter(({ properties }) => JSON.stringify(properties['DeadLetterConfig']) === JSON.stringify({ TargetArn: arn }))
  .map(({ logicalId }) => logicalId);

let test: TestStack;
const clock = new TurnableClock();
let aws: ReturnType<typeof clientsOf>;
let names: ReadonlyMap<string, string>;
let letters: readonly Message[];
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp(), clock });
  aws = clientsOf(test.stack);
  const { Functions = [] } = await aws.lambda.send(new ListFunctionsCommand({}));
  names = new Map(Functions.map(({ FunctionName = '' }) => [FunctionName.split('-')[1] ?? '', FunctionName]));
});
afterAll(async () => {
  for (const client of Object.values(aws ?? {})) client.destroy();
  await test?.close();
});

function clientsOf({ endpoint, region }: Stack) {
  const given = { endpoint, region, credentials: administrator };
  return {
    lambda: new LambdaClient(given),
    sqs: new SQSClient(given),
    s3: new S3Client({ ...given, forcePathStyle: true }),
    sfn: new SFNClient(given),
    table: DynamoDBDocumentClient.from(new DynamoDBClient(given)),
  };
}

/** Where the code of a function is built. */
function folderOf(logicalId: string): string {
  return logicalId
    .replace(/Function$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
}

const nameOf = (logicalId: string) => names.get(logicalId) ?? '';
const invoke = (logicalId: string, Payload: string, InvocationType: 'Event' | 'RequestResponse') =>
  aws.lambda.send(new InvokeCommand({ FunctionName: nameOf(logicalId), Payload, InvocationType }));

/** Turns the clock on, minute by minute, with a moment for all that is due after each turn, until `done` holds. */
async function turnUntil(what: string, done: () => Promise<boolean>): Promise<void> {
  for (let turns = 0; turns < 400; turns += 1) {
    if (await done()) return;
    clock.turn(minute);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Turned the clock in vain for ${what}.`);
}

/** Takes what is in the queue of dead letters. */
async function takeFrom(sqs: SQSClient): Promise<readonly Message[]> {
  const { QueueUrls: [QueueUrl, ...others] = [] } = await sqs.send(new ListQueuesCommand({}));
  if (others.length > 0) throw new Error('There is more than one queue.');
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages;
}

async function failures(): Promise<readonly string[]> {
  const Bucket = test.stack.outputs['BucketName'] ?? '';
  const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'aws/lambda/' }));
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    }),
  );
}

async function approve({ pipeline, token, run }: WaitingRun): Promise<string> {
  const place = { pipelineName: pipeline, stageName: 'Approve', actionName: 'Review' };
  await test.client.send(
    new PutApprovalResultCommand({ ...place, token, result: { status: 'Approved', summary: '' } }),
  );
  return endOf(test.client, pipeline, run);
}

/** The execution that carries a run: its name and input. */
async function executionOf(run: string): Promise<{ name: string; input: string; stateMachineArn: string }> {
  const stateMachineArn = test.stack.outputs['StateMachineArn'] ?? '';
  const { executions = [] } = await aws.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  for (const { executionArn } of executions) {
    const { name = '', input = '' } = await aws.sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (input.includes(run)) return { name, input, stateMachineArn };
  }
  throw new Error(`No execution carries run ${run}.`);
}

async function tableState(): Promise<string> {
  const { Items = [] } = await aws.table.send(new ScanCommand({ TableName: test.stack.outputs['TableName'] }));
  return JSON.stringify(Items.sort((a, b) => (`${a['pk']} ${a['sk']}` < `${b['pk']} ${b['sk']}` ? -1 : 1)));
}

const causeOf = ({ MessageAttributes }: Message) => MessageAttributes?.['ErrorMessage']?.StringValue ?? '';

describe('C37 an event that can never be handled', () => {
  it('is tried three times and is then a dead letter with its cause, while runs go on', {
    timeout: 120_000,
  }, async () => {
    const healthy = await waitingRun(test, 'healthy');
    const before = new Map(
      asynchronous.map((name) => [name, test.stack.lambda.metrics.get(nameOf(name))?.errors ?? 0]),
    );

    for (const name of asynchronous) {
      for (const poison of poisons) await invoke(name, poison, 'Event');
    }
    // An execution of nobody's: its end is told by EventBridge's rule.
    await aws.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: test.stack.outputs['StateMachineArn'],
        name: 'poison',
        input: '{"run":7}',
      }),
    );
    const status = await approve(healthy);
    const found: Message[] = [];
    await turnUntil('the dead letters', async () => {
      found.push(...(await takeFrom(aws.sqs)));
      return found.length >= asynchronous.length * poisons.length + 1;
    });
    letters = found;

    expect(status).toBe('Succeeded');
    const bodies = letters.map(({ Body }) => Body ?? '');
    for (const poison of poisons) {
      expect(bodies.filter((body) => body === poison)).toHaveLength(asynchronous.length);
    }
    const told = bodies
      .filter((body) => !poisons.includes(body))
      .map((body) => JSON.parse(body) as { source: string; detail: { name: string } });
    expect(told).toMatchObject([{ source: 'aws.states', detail: { name: 'poison', status: 'FAILED' } }]);
    expect(
      letters.map(causeOf).filter((cause) => !/not a function|undefined|'in' operator|Cannot destructure/.test(cause)),
    ).toEqual([]);
    for (const name of asynchronous) {
      const events = poisons.length + (name === 'ExecutionStatusChangeFunction' ? 1 : 0);
      expect(test.stack.lambda.metrics.get(nameOf(name))?.errors).toBe((before.get(name) ?? 0) + 3 * events);
    }
  });

  it('in the stream ends in the bucket after its retries, and what comes after it is published', {
    timeout: 120_000,
  }, async () => {
    const Item = { pk: 'nobody', sk: 'RUN#poison', variables: 'not JSON', id: 'poison' };
    await aws.table.send(new PutCommand({ TableName: test.stack.outputs['TableName'], Item }));

    await turnUntil('the failure of the stream', async () => (await failures()).length > 0);
    const after = await waitingRun(test, 'after-the-poison');
    const status = await approve(after);

    const [failure = ''] = await failures();
    expect(JSON.parse(failure)).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 21 },
      responseContext: { functionError: 'Unhandled' },
      DDBStreamBatchInfo: { batchSize: 1 },
    });
    expect(status).toBe('Succeeded');
  });

  it('is none for the sweeper, which reads nothing of what it is invoked with', async () => {
    const answers = await Promise.all(
      ['[]', ...poisons].map((event) => invoke('SweepFunction', event, 'RequestResponse')),
    );

    expect(answers.map(({ FunctionError }) => FunctionError)).toEqual(answers.map(() => undefined));
  });

  it('changes nothing when it is sent again as it was', async () => {
    const before = await tableState();

    for (const { Body = '' } of letters) {
      const to = poisons.includes(Body) ? 'BuildFunction' : 'ExecutionStatusChangeFunction';
      const { FunctionError } = await invoke(to, Body, 'RequestResponse');
      expect(FunctionError).toBe('Unhandled');
    }

    expect(await tableState()).toBe(before);
  });
});

describe('C37 a dead letter that can be handled by now', () => {
  it('is handled once, however often it is sent again', async () => {
    const { pipeline, run } = await waitingRun(test, 'redriven');
    const { stateMachineArn, ...execution } = await executionOf(run);
    const letter = JSON.stringify({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      detail: { ...execution, stateMachineArn, status: 'ABORTED', error: null, cause: null },
    });
    const shown = async () =>
      JSON.stringify(
        (await test.client.send(new GetPipelineExecutionCommand({ pipelineName: pipeline, pipelineExecutionId: run })))
          .pipelineExecution,
      );

    const answers = [await invoke('ExecutionStatusChangeFunction', letter, 'RequestResponse')];
    await endOf(test.client, pipeline, run);
    const once = await shown();
    for (let again = 0; again < 3; again += 1)
      answers.push(await invoke('ExecutionStatusChangeFunction', letter, 'RequestResponse'));

    expect(answers.map(({ FunctionError }) => FunctionError)).toEqual(answers.map(() => undefined));
    expect(JSON.parse(once)).toMatchObject({ status: 'Failed' });
    expect(await shown()).toBe(once);
  });
});

describe('C37 an event for a function that may not run at all', () => {
  it('is a dead letter, whichever function it is for', { timeout: 120_000 }, async () => {
    const throttled = keepers.map((logicalId) => {
      const code = `CodeUri: dist/${folderOf(logicalId)}\n`;
      return [code, `${code}      ReservedConcurrentExecutions: 0\n`] as const;
    });
    const { stack, close } = await startChangedStack(Object.fromEntries(throttled));
    onTestFinished(close);
    const { lambda, sqs } = clientsOf(stack);
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const found = new Set<string>();

    for (const { FunctionName = '' } of Functions) {
      const [, logicalId = ''] = FunctionName.split('-');
      if (!keepers.includes(logicalId)) continue;
      const Payload = JSON.stringify({ for: logicalId });
      await lambda.send(new InvokeCommand({ FunctionName, Payload, InvocationType: 'Event' }));
    }

    await waitFor('the dead letters', async () => {
      for (const { Body = '' } of await takeFrom(sqs)) found.add(JSON.parse(Body).for);
      return keepers.every((logicalId) => found.has(logicalId)) ? true : undefined;
    });
  });
});

describe('C37 the template', () => {
  it('gives a queue of dead letters to every rule, and to every function that rules, schedules and others do not wait for', () => {
    const targets = ofType('AWS::Events::Rule').flatMap(
      ({ properties }) => properties['Targets'] as unknown as Target[],
    );
    const schedules = ofType('AWS::Scheduler::Schedule').map(
      ({ properties }) => properties['Target'] as unknown as Target,
    );
    const reached = [...targets, ...schedules].map(({ Arn }) => Arn['Fn::GetAtt'][0]);

    expect(reached.sort()).toEqual([
      'BuildFunction',
      'CleanUpFunction',
      'ExecutionStatusChangeFunction',
      'SweepFunction',
    ]);
    expect(keepers.toSorted()).toEqual([...new Set([...asynchronous, ...reached, 'StartFunction'])].sort());
    expect(targets.map(({ DeadLetterConfig }) => DeadLetterConfig)).toEqual(targets.map(() => ({ Arn: arn })));
  });

  it('rings an alarm at the first dead letter', () => {
    expect(ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties)).toMatchObject([
      {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['DeadLetters', 'QueueName'] } }],
        Statistic: 'Maximum',
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      },
    ]);
  });
});
