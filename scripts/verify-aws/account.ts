import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { administrator } from '../../local/sample/connection.ts';
import type { Time } from './passing.ts';
import { all, first, type Keys, query } from './signed.ts';

/** An account and Region with what reaches it. */
export interface Account {
  readonly account: string;
  readonly region: string;
  readonly callerArn: string;
  /** Of a local stack; absent: AWS. */
  readonly endpoint?: string;
  readonly time: Time;
  readonly keys: () => Promise<Keys>;
  readonly logs: CloudWatchLogsClient;
  readonly codebuild: CodeBuildClient;
  readonly dynamodb: DynamoDBClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly sfn: SFNClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly sts: STSClient;
  /** Clients of somebody else. */
  readonly as: (keys: Keys) => { readonly s3: S3Client; readonly sts: STSClient };
  close(): void;
}

/** Finds Region and credentials as the SDK does, and asks STS whose they are. */
export async function openAccount(
  options: { readonly region?: string; readonly endpointUrl?: string },
  time: Time,
): Promise<Account> {
  const { endpointUrl: endpoint } = options;
  const local = endpoint === undefined ? {} : { endpoint, credentials: administrator, region: 'us-east-1' };
  const base = { ...local, ...(options.region === undefined ? {} : { region: options.region }) };
  const s3 = { ...base, forcePathStyle: endpoint !== undefined };
  const sts = new STSClient(base);
  const { Account: account = '', Arn: callerArn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const clients = {
    logs: new CloudWatchLogsClient(base),
    codebuild: new CodeBuildClient(base),
    dynamodb: new DynamoDBClient(base),
    events: new EventBridgeClient(base),
    lambda: new LambdaClient(base),
    s3: new S3Client(s3),
    secrets: new SecretsManagerClient(base),
    sfn: new SFNClient(base),
    sns: new SNSClient(base),
    sqs: new SQSClient(base),
    sts,
  };
  return {
    ...clients,
    account,
    callerArn,
    region: await sts.config.region(),
    time,
    ...(endpoint === undefined ? {} : { endpoint }),
    keys: () => sts.config.credentials(),
    as: (credentials) => ({
      s3: new S3Client({ ...s3, credentials }),
      sts: new STSClient({ ...base, credentials }),
    }),
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** Calls IAM, which is global. */
export async function iam(
  account: Account,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const url = account.endpoint ?? 'https://iam.amazonaws.com/';
  return call(account, 'iam', account.endpoint === undefined ? 'us-east-1' : account.region, url, {
    Action: action,
    Version: '2010-05-08',
    ...parameters,
  });
}

/** Calls CloudFormation, which the local stack has not. */
export async function cloudFormation(
  account: Account,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const url = `https://cloudformation.${account.region}.amazonaws.com/`;
  return call(account, 'cloudformation', account.region, url, { Action: action, Version: '2010-05-15', ...parameters });
}

async function call(
  { keys, time }: Account,
  service: string,
  region: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  return query({ service, region, url, keys: await keys(), now: time.now() }, parameters);
}

/** The status of a stack, and what it made: outputs, and physical ids by logical id. */
export interface StackFacts {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: Readonly<Record<string, string>>;
}

/** Reads a stack; undefined if there is none of this name. */
export async function readStack(account: Account, name: string): Promise<StackFacts | undefined> {
  let described: string;
  try {
    described = await cloudFormation(account, 'DescribeStacks', { StackName: name });
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
  const keysOf = all(described, 'OutputKey');
  const values = all(described, 'OutputValue');
  const resources: Record<string, string> = {};
  for (let token: string | undefined = ''; token !== undefined; ) {
    const page = await cloudFormation(account, 'ListStackResources', {
      StackName: name,
      ...(token === '' ? {} : { NextToken: token }),
    });
    for (const member of all(page, 'member')) {
      resources[first(member, 'LogicalResourceId') ?? ''] = first(member, 'PhysicalResourceId') ?? '';
    }
    token = first(page, 'NextToken');
  }
  return {
    status: first(described, 'StackStatus') ?? '',
    outputs: Object.fromEntries(keysOf.map((key, at) => [key, values[at] ?? ''])),
    resources,
  };
}
