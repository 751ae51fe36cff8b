import {
  CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineStateCommand,
  ListPipelinesCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { startChangedStack } from './changed-template.ts';
import { keysOf, mayCall } from './role-keys.ts';
import { declare, endOf, type TestStack } from './stack.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A stack of the template without some of its texts. */
async function stackWithout(texts: readonly string[] = [], clock?: TurnableClock): Promise<TestStack> {
  const replaced = Object.fromEntries(texts.map((text) => [text, '']));
  const started = await startChangedStack(replaced, { functions: await buildWithNoOp(), ...(clock ? { clock } : {}) });
  undo.push(() => started.close());
  return started;
}

const stages = [noOpSourceStage, { name: 'Do', actions: [noOpAction('It')] }];

test('a person may call what the policy of their role names, and nothing behind it', { timeout: 120_000 }, async () => {
  const { stack } = await stackWithout();
  const credentials = await keysOf(stack, 'reader', mayCall(stack, 'ListPipelines'));
  const there = { endpoint: stack.endpoint, region: stack.region, credentials, maxAttempts: 1 };
  const table = new DynamoDBClient(there).send(new ScanCommand({ TableName: stack.outputs['TableName'] }));
  const role = `arn:aws:sts::${stack.account}:assumed-role/reader/test`;

  await expect(table).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(
      `^User: ${role} is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:.* because no identity-based policy allows the dynamodb:Scan action$`,
    ),
  });
  await expect(new CodePipelineClient(there).send(new ListPipelinesCommand({}))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
});

test('a function that may not write fails its caller', { timeout: 120_000 }, async () => {
  const { client, stack } = await stackWithout([', dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem']);

  const create = client.send(new CreatePipelineCommand({ pipeline: declare(stack, 'unwritten', stages) }));

  await expect(create).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
});

test('an API without permission to its function answers 500', { timeout: 120_000 }, async () => {
  const permission = `  OperationsPermission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref ApiFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*/*
`;
  const { client } = await stackWithout([permission]);

  await expect(client.send(new ListPipelinesCommand({}))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 500 },
  });
});

test('a machine whose role may not invoke a task ends in a failed run', { timeout: 120_000 }, async () => {
  const clock = new TurnableClock();
  const { client, stack } = await stackWithout(['                  - !GetAtt DecideFunction.Arn\n'], clock);
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, 'undecided', stages) }));
  const { pipelineExecutionId = '' } = await client.send(new StartPipelineExecutionCommand({ name: 'undecided' }));

  // The machine's retries take minutes.
  const turning = setInterval(() => clock.turn(20_000), 500);
  const status = await endOf(client, 'undecided', pipelineExecutionId, 60).finally(() => clearInterval(turning));

  expect(status).toBe('Failed');
});

test('an action whose role nobody made fails with what STS says', { timeout: 120_000 }, async () => {
  const { client, stack } = await stackWithout();
  const fetch = {
    name: 'Fetch',
    actionTypeId: { category: 'Source' as const, owner: 'AWS' as const, provider: 'S3', version: '1' },
    configuration: { S3Bucket: 'some-source', S3ObjectKey: 'site.zip', PollForSourceChanges: 'false' },
    outputArtifacts: [{ name: 'Site' }],
  };
  const declared = declare(stack, 'unknown-role', [
    { name: 'Source', actions: [fetch] },
    { name: 'Do', actions: [noOpAction('It')] },
  ]);
  const roleArn = `arn:aws:iam::${stack.account}:role/nobody-made-it`;

  await client.send(new CreatePipelineCommand({ pipeline: { ...declared, roleArn } }));

  const message = await waitFor('the failed source', async () => {
    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name: 'unknown-role' }));
    return stageStates[0]?.actionStates?.[0]?.latestExecution?.errorDetails?.message;
  });
  expect(message).toContain('nobody-made-it');
});
