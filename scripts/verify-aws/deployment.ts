import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteTableCommand, DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetBucketEncryptionCommand, HeadBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { type Account, readStack, type StackFacts } from './account.ts';
import type { CleanUp } from './clean-up.ts';
import { deleteBucket } from './parts.ts';
import { until } from './passing.ts';

const root = join(import.meta.dirname, '..', '..');

/** The path under which the roles of the walk are: the stack's functions may assume no others. */
export const rolePath = 'sluice-verify';

/** Deploys the template, whose functions are built, by `sam deploy`, as docs/deploying.md says but without questions. Throws when SAM is missing or fails. */
export async function deploy(
  account: Account,
  name: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<StackFacts> {
  const given = Object.entries({ PipelineRoles: `${rolePath}/*`, ...parameters }).map(
    ([key, value]) => `${key}=${value}`,
  );
  await sam(
    'deploy',
    '--stack-name',
    name,
    '--region',
    account.region,
    '--no-confirm-changeset',
    '--resolve-s3',
    '--capabilities',
    'CAPABILITY_IAM',
    '--no-fail-on-empty-changeset',
    '--tags',
    `sluice-verify=${name}`,
    '--parameter-overrides',
    ...given,
  );
  const stack = await readStack(account, name);
  if (stack === undefined) throw new Error(`sam deploy ended well, but there is no stack ${name}.`);
  return stack;
}

/** Deletes a stack and waits; what the template retains stays. */
export async function deleteStack(account: Account, name: string): Promise<void> {
  await account.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  await until(
    `the stack ${name} to be deleted`,
    async () => {
      const stack = await readStack(account, name);
      if (stack?.status === 'DELETE_FAILED') throw new Error(`The stack ${name} could not be deleted.`);
      return stack === undefined || stack.status === 'DELETE_COMPLETE' ? true : undefined;
    },
    1200,
  );
}

/** Which of table, bucket and key of a deleted stack are still there. */
export async function retained(account: Account, { outputs }: StackFacts): Promise<readonly string[]> {
  const there = async (what: string, asked: Promise<unknown>) =>
    asked.then(
      () => [what],
      () => [],
    );
  const { TableName = '', BucketName = '', KeyArn = '' } = outputs;
  return (
    await Promise.all([
      there('table', account.dynamodb.send(new DescribeTableCommand({ TableName }))),
      there('bucket', account.s3.send(new HeadBucketCommand({ Bucket: BucketName }))),
      there('key', account.kms.send(new DescribeKeyCommand({ KeyId: KeyArn }))),
    ])
  ).flat();
}

/** Registers a stack for its end, with all that it keeps then. To be called before it is deployed. */
export function removeAfterwards(account: Account, name: string, cleanUp: CleanUp): void {
  let kept: StackFacts['resources'] = {};
  removeKept(account, name, cleanUp, () => kept);
  cleanUp.add(`stack ${name}`, async () => {
    const stack = await readStack(account, name);
    kept = stack?.resources ?? {};
    if (stack !== undefined) await deleteStack(account, name);
  });
}

/** Registers what the template retains for its end, as it is known then. */
export function removeKept(
  account: Account,
  name: string,
  cleanUp: CleanUp,
  resources: () => StackFacts['resources'],
): void {
  const remove = (id: string, end: (physical: string) => Promise<unknown>) =>
    cleanUp.add(`${id} that the stack ${name} keeps`, async () => {
      const physical = resources()[id];
      if (physical) await end(physical);
    });
  remove('Key', (KeyId) => account.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })));
  remove('Bucket', (bucket) => deleteBucket(account, bucket));
  remove('Table', (TableName) => account.dynamodb.send(new DeleteTableCommand({ TableName })));
}

/** What a local stack serves, found by the names of its parts: there is no CloudFormation to ask. */
export async function localStack(account: Account): Promise<StackFacts> {
  const { dynamodb, s3, lambda, logs, sfn, sns, sqs } = account;
  const [tables, buckets, functions, groups, machines, topics, queues] = await Promise.all([
    dynamodb.send(new ListTablesCommand({})),
    s3.send(new ListBucketsCommand({})),
    lambda.send(new ListFunctionsCommand({})),
    logs.send(new DescribeLogGroupsCommand({})),
    sfn.send(new ListStateMachinesCommand({})),
    sns.send(new ListTopicsCommand({})),
    sqs.send(new ListQueuesCommand({})),
  ]);
  const named = (id: string, names: readonly (string | undefined)[] = []): string => {
    const found = names.find((name) => new RegExp(`[-:/]${id}-[^-/]+$`, 'i').test(name ?? ''));
    if (found === undefined) throw new Error(`${account.endpoint} serves no ${id}: is it a local stack of Sluice?`);
    return found;
  };
  const TableName = named('Table', tables.TableNames);
  const Bucket = named(
    'Bucket',
    buckets.Buckets?.map(({ Name }) => Name),
  );
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  const encryption = ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  const logical = (name: string): string => name.split('-').at(-2) ?? '';
  const names = [
    ...(functions.Functions ?? []).map(({ FunctionName = '' }) => FunctionName),
    ...(groups.logGroups ?? [])
      .map(({ logGroupName = '' }) => logGroupName)
      .filter((name) => /-[A-Za-z]+Logs-/.test(name)),
  ];
  return {
    status: 'local',
    outputs: {
      ApiUrl: account.endpoint ?? '',
      TableName,
      BucketName: Bucket,
      KeyArn: encryption?.KMSMasterKeyID ?? '',
      ApprovalTopicArn: named(
        'ApprovalTopic',
        topics.Topics?.map(({ TopicArn }) => TopicArn),
      ),
      StateMachineArn: named(
        'PipelineRun',
        machines.stateMachines?.map(({ stateMachineArn }) => stateMachineArn),
      ),
      FunctionRoles: `arn:aws:iam::${account.account}:role/sluice/*`,
    },
    resources: {
      ...Object.fromEntries(names.map((name) => [logical(name), name])),
      DeadLetters: named('DeadLetters', queues.QueueUrls),
    },
  };
}

/** Whether SAM's command is there. */
export async function hasSam(): Promise<boolean> {
  return sam('--version').then(
    () => true,
    () => false,
  );
}

/** Runs SAM, showing what it says; the last of that is the reason when it fails. */
function sam(...given: readonly string[]): Promise<void> {
  const child = spawn('sam', [...given], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk);
      tail = `${tail}${chunk}`.slice(-600);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', () => reject(new Error("SAM's command `sam` is not there: install the AWS SAM CLI.")));
    child.on('close', (status) =>
      status === 0 ? resolve() : reject(new Error(`sam ${given[0]} ended with status ${status}: ${tail.trim()}`)),
    );
  });
}
