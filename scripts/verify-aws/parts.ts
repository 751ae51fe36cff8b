import { buffer } from 'node:stream/consumers';
import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateProjectCommand, DeleteProjectCommand } from '@aws-sdk/client-codebuild';
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { ZipFile } from 'yazl';
import { buildTrust, logAccess, policy } from '../../local/sample/roles.ts';
import type { Keys } from '../account/client-options.ts';
import type { Account } from './account.ts';
import type { CleanUp } from './clean-up.ts';
import { until } from './passing.ts';

/** What makes things in an account: each bears the walk's tag and name, and is registered for its end before it is made. */
export interface Maker {
  readonly account: Account;
  /** How every name of the walk begins: also the value of the tag. */
  readonly prefix: string;
  readonly cleanUp: CleanUp;
}

const tagKey = 'sluice-verify';

/** Makes a role under a path, with one policy; answers its ARN. */
export async function makeRole(
  { account, prefix, cleanUp }: Maker,
  { name, path, trust, statements }: { name: string; path: string; trust: object; statements: readonly object[] },
): Promise<string> {
  const RoleName = `${prefix}-${name}`;
  const { iam } = account;
  cleanUp.add(`role ${RoleName}`, async () => {
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' })).catch(() => undefined);
    await iam.send(new DeleteRoleCommand({ RoleName }));
  });
  const role = {
    RoleName,
    Path: `/${path}/`,
    AssumeRolePolicyDocument: JSON.stringify(trust),
    Tags: [{ Key: tagKey, Value: prefix }],
  };
  await until(
    `the role ${RoleName} to be made, as the role that it trusts becomes known`,
    () =>
      iam.send(new CreateRoleCommand(role)).catch((error: Error) => {
        if (error.message.includes('Invalid principal')) return undefined;
        throw error;
      }),
    60,
  );
  if (statements.length > 0) {
    const PolicyDocument = JSON.stringify(policy(...statements));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }));
  }
  return `arn:aws:iam::${account.account}:role/${path}/${RoleName}`;
}

/** Trust for a person of the account. */
export function personTrust({ account }: Account): object {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return policy({ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Principal });
}

/** Keys of a role, as soon as IAM knows it everywhere. */
export async function keysOf(
  { sts }: Pick<Account, 'sts'>,
  RoleArn: string,
  RoleSessionName: string,
  more: { readonly Policy?: string; readonly Tags?: { Key: string; Value: string }[] } = {},
): Promise<Keys & { readonly packed?: number }> {
  const { Credentials, PackedPolicySize } = await until(
    `${RoleArn} to be assumed`,
    () =>
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName, ...more })).catch((error: Error) => {
        if (error.name === 'AccessDenied') return undefined;
        throw error;
      }),
    60,
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    ...(PackedPolicySize === undefined ? {} : { packed: PackedPolicySize }),
  };
}

/** Makes a bucket with versioning; answers its name. */
export async function makeBucket({ account, prefix, cleanUp }: Maker, name: string): Promise<string> {
  const Bucket = `${prefix}-${name}`;
  const { region, s3 } = account;
  cleanUp.add(`bucket ${Bucket}`, () => deleteBucket(account, Bucket));
  const LocationConstraint = region as BucketLocationConstraint;
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } }),
    }),
  );
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: tagKey, Value: prefix }] } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return Bucket;
}

/** Deletes a bucket with all versions in it. */
export async function deleteBucket({ s3 }: Pick<Account, 's3'>, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId = '' }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    if (Errors.length > 0) throw new Error(`${Errors[0]?.Key}: ${Errors[0]?.Message}`);
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

/** Puts a zip of texts; answers its version. */
export async function putZip(
  { s3 }: Pick<Account, 's3'>,
  Bucket: string,
  Key: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const zip = new ZipFile();
  for (const [path, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), path);
  zip.end();
  const Body = await buffer(zip.outputStream);
  const { VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  return VersionId;
}

/** Makes a queue that the account's topics and rules may send to; answers URL and ARN. */
export async function makeQueue({ account, prefix, cleanUp }: Maker) {
  const { account: id, region, sqs } = account;
  const QueueName = `${prefix}-watch`;
  const arn = `arn:aws:sqs:${region}:${id}:${QueueName}`;
  let url: string | undefined;
  cleanUp.add(`queue ${QueueName}`, async () => url && sqs.send(new DeleteQueueCommand({ QueueUrl: url })));
  const statement = {
    Effect: 'Allow',
    Principal: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: {
      ArnLike: { 'aws:SourceArn': [`arn:aws:sns:${region}:${id}:*`, `arn:aws:events:${region}:${id}:rule/*`] },
    },
  };
  const Policy = JSON.stringify(policy(statement));
  const tags = { [tagKey]: prefix };
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, tags, Attributes: { Policy } }));
  url = QueueUrl;
  return { url: QueueUrl, arn };
}

/** Subscribes a queue to a topic. */
export async function subscribe({ account, cleanUp }: Maker, TopicArn: string, queueArn: string): Promise<void> {
  const { sns } = account;
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn, ReturnSubscriptionArn: true }),
  );
  cleanUp.add(`subscription ${SubscriptionArn}`, () => sns.send(new UnsubscribeCommand({ SubscriptionArn })));
}

/** Makes a rule on the default bus with one target. */
export async function makeRule(
  { account, prefix, cleanUp }: Maker,
  name: string,
  pattern: object,
  target: { readonly arn: string; readonly deadLetters?: string },
): Promise<void> {
  const { events } = account;
  const Rule = `${prefix}-${name}`;
  cleanUp.add(`rule ${Rule}`, async () => {
    await events.send(new RemoveTargetsCommand({ Rule, Ids: ['target'] })).catch(() => undefined);
    await events.send(new DeleteRuleCommand({ Name: Rule }));
  });
  // The local stack's rules have no tags.
  const tags = account.endpoint === undefined ? { Tags: [{ Key: tagKey, Value: prefix }] } : {};
  await events.send(new PutRuleCommand({ Name: Rule, EventPattern: JSON.stringify(pattern), ...tags }));
  const more =
    target.deadLetters === undefined
      ? {}
      : { DeadLetterConfig: { Arn: target.deadLetters }, RetryPolicy: { MaximumRetryAttempts: 0 } };
  await events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'target', Arn: target.arn, ...more }] }));
}

/** Makes a build project with its role; answers the project's name. */
export async function makeProject(maker: Maker, path: string, artifacts: readonly object[]): Promise<string> {
  const { account, prefix, cleanUp } = maker;
  const { codebuild, logs } = account;
  const name = `${prefix}-build`;
  const place = { ...account, outputs: {} };
  const statements = [...artifacts, logAccess(place, name)];
  const serviceRole = await makeRole(maker, { name: 'builds', path, trust: buildTrust(place), statements });
  cleanUp.add(`log group /aws/codebuild/${name}`, () =>
    logs.send(new DeleteLogGroupCommand({ logGroupName: `/aws/codebuild/${name}` })),
  );
  cleanUp.add(`project ${name}`, () => codebuild.send(new DeleteProjectCommand({ name })));
  const project = new CreateProjectCommand({
    name,
    serviceRole,
    source: { type: 'NO_SOURCE', buildspec: 'version: 0.2\nphases:\n  build:\n    commands: [echo]\n' },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: { type: 'LINUX_CONTAINER', image: 'aws/codebuild/standard:7.0', computeType: 'BUILD_GENERAL1_SMALL' },
    timeoutInMinutes: 10,
    tags: [{ key: tagKey, value: prefix }],
  });
  await until(
    `the project ${name} to be made, as its role becomes known`,
    () =>
      codebuild.send(project).catch((error: Error) => {
        if (/AssumeRole/.test(error.message)) return undefined;
        throw error;
      }),
    60,
  );
  return name;
}
