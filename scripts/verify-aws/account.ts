import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientOptions, type Keys } from '../account/client-options.ts';
import { type DescribedStack, describeStack } from '../account/stack.ts';
import type { Time } from './passing.ts';

/** An account and Region with what reaches it. */
export interface Account {
  readonly account: string;
  readonly region: string;
  readonly callerArn: string;
  /** Of a local stack; absent: AWS. */
  readonly endpoint?: string;
  readonly time: Time;
  readonly keys: () => Promise<Keys>;
  readonly cloudFormation: CloudFormationClient;
  readonly logs: CloudWatchLogsClient;
  readonly codebuild: CodeBuildClient;
  readonly dynamodb: DynamoDBClient;
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
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
  const base = await clientOptions({ ...options, isAdministrator: endpoint !== undefined });
  const s3 = { ...base, forcePathStyle: endpoint !== undefined };
  const sts = new STSClient(base);
  const { Account: account = '', Arn: callerArn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const clients = {
    cloudFormation: new CloudFormationClient(base),
    logs: new CloudWatchLogsClient(base),
    codebuild: new CodeBuildClient(base),
    dynamodb: new DynamoDBClient(base),
    events: new EventBridgeClient(base),
    iam: new IAMClient(base),
    kms: new KMSClient(base),
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
    region: base.region,
    time,
    ...(endpoint === undefined ? {} : { endpoint }),
    keys: base.credentials,
    as: (credentials) => ({
      s3: new S3Client({ ...s3, credentials }),
      sts: new STSClient({ ...base, credentials }),
    }),
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** The status of a stack, and what it made: outputs, and physical ids by logical id. */
export interface StackFacts extends Pick<DescribedStack, 'status' | 'outputs'> {
  readonly resources: Readonly<Record<string, string>>;
}

/** Reads a stack; undefined if there is none of this name. */
export async function readStack(
  { cloudFormation: client }: Pick<Account, 'cloudFormation'>,
  name: string,
): Promise<StackFacts | undefined> {
  let described: DescribedStack;
  try {
    described = await describeStack(client, name);
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
  const { status, outputs } = described;
  const resources: Record<string, string> = {};
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: name }))
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
      resources[LogicalResourceId] = PhysicalResourceId;
  return { status, outputs, resources };
}
