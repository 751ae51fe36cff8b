import { createHmac } from 'node:crypto';
import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { budget } from '../../functions/domain/history-budget.ts';
import { administrator, localConnection, webhookSecretName } from '../../local/sample/connection.ts';
import { makeConnection } from '../../local/sample/sample.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { waitingRun } from './approval-run.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

let test: TestStack;
/** Resolves when calls of the git function may go on. */
let gitMayGoOn: Promise<void> = Promise.resolve();
beforeAll(async () => {
  test = await startTestStack({
    functions: await buildWithNoOp(),
    observe: ({ caller, phase }) => (phase === 'before' && /GitFunction/.test(caller.arn) ? gitMayGoOn : undefined),
  });
  await makeConnection(test.stack);
});
afterAll(() => test?.close());

const place = () => ({ endpoint: test.stack.endpoint, region: test.stack.region, credentials: administrator });

it('ends a run whose execution was stopped by hand', async () => {
  const { pipeline, run } = await waitingRun(test, 'stopped-by-hand');
  const machine = new SFNClient(place());
  const { executions = [] } = await machine.send(
    new ListExecutionsCommand({ stateMachineArn: test.stack.outputs['StateMachineArn'], statusFilter: 'RUNNING' }),
  );
  const executionArn = executions.find(({ name }) => name?.includes(run))?.executionArn;

  await machine.send(new StopExecutionCommand({ executionArn, cause: 'by hand' }));

  expect(await endOf(test.client, pipeline, run)).toBe('Failed');
});

it('goes on in another execution before the history of one is full', async () => {
  const { pipeline: pipelineName, run, token } = await waitingRun(test, 'lengthy');
  const machine = new SFNClient(place());
  const stateMachineArn = test.stack.outputs['StateMachineArn'];
  const executionsOf = async () => {
    const { executions = [] } = await machine.send(new ListExecutionsCommand({ stateMachineArn }));
    return executions.filter(({ name }) => name?.includes(run));
  };
  const [first] = await executionsOf();
  const { input = '' } = await machine.send(new DescribeExecutionCommand({ executionArn: first?.executionArn }));
  const [pk = ''] = (JSON.parse(input) as { run: string }).run.split('/');
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(place()));
  // As if it had gone through thousands of events.
  const spent = {
    TableName: test.stack.outputs['TableName'],
    Key: { pk, sk: `RUN#${run}` },
    UpdateExpression: 'SET spent = :spent',
    ConditionExpression: 'attribute_exists(spent)',
    ExpressionAttributeValues: { ':spent': budget },
  };
  await table.send(new UpdateCommand(spent));

  const answered = { stageName: 'Approve', actionName: 'Review', result: { status: 'Approved' as const, summary: '' } };
  await test.client.send(new PutApprovalResultCommand({ pipelineName, token, ...answered }));

  expect(await endOf(test.client, pipelineName, run)).toBe('Succeeded');
  const executions = await waitFor('the end of both executions', async () => {
    const found = await executionsOf();
    return found.every(({ status }) => status === 'SUCCEEDED') ? found : undefined;
  });
  expect(executions).toHaveLength(2);
});

/** A pipeline whose first run is kept inside its first stage until it may go on. */
async function heldPipeline(name: string): Promise<{ readonly letGo: () => void }> {
  const { record } = localConnection({ ...test.stack, partition: 'aws' });
  const { promise, resolve } = Promise.withResolvers<void>();
  gitMayGoOn = promise;
  const source = {
    name: 'Fetch',
    actionTypeId: {
      category: 'Source' as const,
      owner: 'AWS' as const,
      provider: 'CodeStarSourceConnection',
      version: '1',
    },
    configuration: { ConnectionArn: record.arn, FullRepositoryId: `team/${name}`, BranchName: 'main' },
    outputArtifacts: [{ name: 'Code' }],
  };
  const stages = [
    { name: 'Source', actions: [source] },
    { name: 'Do', actions: [noOpAction('Do')] },
  ];
  await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, name, stages) }));
  return { letGo: () => resolve() };
}

/** The newest first. */
async function statusesOf(pipelineName: string): Promise<readonly (string | undefined)[]> {
  const { pipelineExecutionSummaries: runs = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return runs.map(({ status }) => status);
}

it('supersedes, by a push, a run that waits before the first stage', async () => {
  const { webhook } = localConnection({ ...test.stack, partition: 'aws' });
  const secrets = new SecretsManagerClient(place());
  const { SecretString: secret = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: webhookSecretName }));
  const { letGo } = await heldPipeline('pushed');

  for (const commit of ['b', 'c']) {
    const body = JSON.stringify({
      ref: 'refs/heads/main',
      after: commit.repeat(40),
      repository: { full_name: 'team/pushed' },
      head_commit: { message: 'm', author: { name: 'n' } },
    });
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'x-github-event': 'push', 'x-hub-signature-256': signature };
    await fetch(webhook.url, { method: 'POST', headers, body });
  }
  const statuses = await statusesOf('pushed');
  letGo();

  expect(statuses).toEqual(['InProgress', 'Superseded', 'InProgress']);
});

it('supersedes, by what a rule calls, a run that waits before the first stage', async () => {
  const FunctionName = test.stack.outputs['StartFunctionArn'];
  const lambda = new LambdaClient(place());
  const { letGo } = await heldPipeline('ruled');

  for (const id of ['one', 'two']) {
    const Payload = JSON.stringify({ pipeline: 'ruled', id });
    await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  }
  const statuses = await statusesOf('ruled');
  letGo();

  expect(statuses).toEqual(['InProgress', 'Superseded', 'InProgress']);
});

it('tells the topic of an approval’s NotificationArn, as the role of the pipeline', async () => {
  const sns = new SNSClient(place());
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'reviewers' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'reviewers@example.com' }));
  const review = {
    name: 'Review',
    actionTypeId: { category: 'Approval' as const, owner: 'AWS' as const, provider: 'Manual', version: '1' },
    configuration: { NotificationArn: TopicArn ?? '', CustomData: 'For the reviewers alone' },
  };
  const stages = [noOpSourceStage, { name: 'Approve', actions: [review] }];

  await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, 'notifying', stages) }));
  const mail = await waitFor('the mail of the topic', async () => {
    const response = await fetch(`${test.stack.endpoint}/mail/messages.json`);
    const mails = (await response.json()) as readonly { to: string; text: string }[];
    return mails.find(({ to, text }) => to === 'reviewers@example.com' && text.includes('notifying'));
  });

  expect(mail.text).toContain('For the reviewers alone');
  const { pipelineExecutionSummaries: [run] = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'notifying' }),
  );
  const { pipelineExecution } = await test.client.send(
    new GetPipelineExecutionCommand({ pipelineName: 'notifying', pipelineExecutionId: run?.pipelineExecutionId }),
  );
  expect(pipelineExecution?.status).toBe('InProgress');
});

it('fetches, in a second step of the sources, the branch that the first one names', async () => {
  const { record } = localConnection({ ...test.stack, partition: 'aws' });
  await test.stack.git.create('team/first', { 'a.txt': 'a' }, 'First');
  await test.stack.git.create('team/second', { 'b.txt': 'b' }, 'Second');
  const source = (name: string, BranchName: string, runOrder: number) => ({
    name,
    runOrder,
    namespace: name,
    actionTypeId: {
      category: 'Source' as const,
      owner: 'AWS' as const,
      provider: 'CodeStarSourceConnection',
      version: '1',
    },
    configuration: { ConnectionArn: record.arn, FullRepositoryId: `team/${name.toLowerCase()}`, BranchName },
    outputArtifacts: [{ name: `${name}Code` }],
  });
  const sources = [source('First', 'main', 1), source('Second', '#{First.BranchName}', 2)];
  const stages = [
    { name: 'Source', actions: sources },
    { name: 'Do', actions: [noOpAction('Do')] },
  ];
  const pipelineName = 'second-source';
  await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, pipelineName, stages) }));
  const { pipelineExecutionSummaries: [run] = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  const pipelineExecutionId = run?.pipelineExecutionId ?? '';

  const status = await endOf(test.client, pipelineName, pipelineExecutionId);

  const { pipelineExecution } = await test.client.send(
    new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
  );
  expect(status).toBe('Succeeded');
  expect(pipelineExecution?.artifactRevisions?.map(({ name }) => name).sort()).toEqual(['FirstCode', 'SecondCode']);
});
