import { randomBytes, randomUUID } from 'node:crypto';
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Connection } from '../../functions/domain/connection.ts';
import { artifactAccess, buildAccess, pipelineTrust, policy } from '../../local/sample/roles.ts';
import { siteFiles } from '../../local/sample/site-files.ts';
import type { StackFacts } from './account.ts';
import { rolePath } from './deployment.ts';
import type { Options } from './options.ts';
import { type Maker, makeBucket, makeProject, makeRole, makeRule, putZip, subscribe } from './parts.ts';
import type { Materials } from './pipelines.ts';

/** Special characters on purpose: they must come through a copy. */
const sourceKey = 'sources/a b+ü&(1)=$.zip';
const extraKey = 'extra.zip';

/** A connection to a host of repositories, with the key of its webhook. */
export interface WalkConnection extends Connection {
  readonly webhookKey: string;
}

/** What the pipelines name, and the connection whose webhook is tried even where no pipeline has it. */
export interface WalkMaterials extends Materials {
  readonly webhook: WalkConnection;
}

/** Makes buckets, roles, project, rules, and the connection: all that the pipelines name. */
export async function makeMaterials(
  maker: Maker,
  stack: StackFacts,
  options: Options,
  queueArn: string,
  names: { readonly site: string },
): Promise<WalkMaterials> {
  const { account, prefix } = maker;
  const place = { account: account.account, region: account.region, outputs: stack.outputs };
  await subscribe(maker, stack.outputs['ApprovalTopicArn'] ?? '', queueArn);
  const project = `${prefix}-build`;
  await makeRules(maker, stack, project, queueArn);
  const sourceBucket = await makeBucket(maker, 'source');
  const siteBucket = await makeBucket(maker, 'site');
  await putZip(account, sourceBucket, sourceKey, { ...siteFiles });
  await putZip(account, sourceBucket, extraKey, { 'extra.txt': 'extra' });

  const artifacts = artifactAccess(place);
  await makeProject(maker, rolePath, artifacts);
  const read = {
    Effect: 'Allow',
    Action: ['s3:GetBucketVersioning', 's3:GetObject', 's3:GetObjectVersion'],
    Resource: [`arn:aws:s3:::${sourceBucket}`, `arn:aws:s3:::${sourceBucket}/*`],
  };
  const trust = pipelineTrust(place, `${prefix}*`);
  const deployName = `${prefix}-deploy`;
  const chained = {
    Effect: 'Allow',
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Resource: `arn:aws:iam::${account.account}:role/${rolePath}/${deployName}`,
  };
  const statements = [...artifacts, read, buildAccess(place, project)];
  const role = await makeRole(maker, { name: 'run', path: rolePath, trust, statements: [...statements, chained] });
  const outsideRole = await makeRole(maker, { name: 'outside', path: 'sluice-elsewhere', trust, statements });
  const site = { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${siteBucket}/*` };
  const deployRole = await makeRole(maker, {
    name: 'deploy',
    path: rolePath,
    trust: chainedTrust(role, `arn:aws:codepipeline:${account.region}:${account.account}:${names.site}`),
    statements: [...artifacts, site],
  });
  const webhook = await makeConnection(maker, stack, options);
  // IAM tells everybody within seconds; nothing can be asked to know when.
  if (account.endpoint === undefined) await account.time.pass(20);
  return {
    bucket: stack.outputs['BucketName'] ?? '',
    sourceBucket,
    sourceKey,
    extraKey,
    siteBucket,
    project,
    role,
    deployRole,
    outsideRole,
    webhook,
    ...(options.repository === undefined
      ? {}
      : {
          connection: {
            arn: webhook.arn,
            repository: options.repository.name,
            branch: options.repository.branch,
          },
        }),
  };
}

/** Puts a new site where the site pipeline's source is. */
export function changedSite(heading: string): Readonly<Record<string, string>> {
  return { ...siteFiles, 'site/index.html': `<!doctype html><title>${heading}</title><h1>${heading}</h1>` };
}

function chainedTrust(principal: string, externalId: string): object {
  const Principal = { AWS: principal };
  const condition = { StringEquals: { 'sts:ExternalId': externalId } };
  return policy(
    { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition: condition },
    { Effect: 'Allow', Principal, Action: 'sts:TagSession' },
  );
}

async function makeRules(maker: Maker, stack: StackFacts, project: string, queueArn: string): Promise<void> {
  const target = { arn: queueArn };
  const { account, prefix } = maker;
  const machine = stack.outputs['StateMachineArn'];
  const pipelines = `arn:aws:codepipeline:${account.region}:${account.account}:${prefix}`;
  await makeRule(
    maker,
    'builds',
    {
      source: ['aws.codebuild'],
      'detail-type': ['CodeBuild Build State Change'],
      detail: { 'project-name': [project] },
    },
    target,
  );
  await makeRule(maker, 'executions', { source: ['aws.states'], detail: { stateMachineArn: [machine] } }, target);
  await makeRule(maker, 'pipelines', { source: ['sluice.codepipeline'], resources: [{ prefix: pipelines }] }, target);
}

/** Makes a connection's record and the key of its webhook, as `npm run connect` does. */
async function makeConnection(maker: Maker, stack: StackFacts, { repository }: Options): Promise<WalkConnection> {
  const { account, prefix, cleanUp } = maker;
  const SecretId = `sluice/${prefix}-webhook`;
  const webhookKey = randomBytes(32).toString('hex');
  cleanUp.add(`secret ${SecretId}`, () =>
    account.secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
  );
  const Tags = [{ Key: 'sluice-verify', Value: prefix }];
  await account.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: webhookKey, Tags }));
  const id = randomUUID();
  const host = repository?.host ?? 'https://github.com';
  const record: Connection = {
    id,
    arn: `arn:aws:codeconnections:${account.region}:${account.account}:connection/${id}`,
    kind: 'GitHub',
    host,
    webhookSecret: SecretId,
    ...(host === 'https://github.com' ? { api: 'https://api.github.com' } : {}),
    ...(repository?.tokenSecret === undefined ? {} : { credentialSecret: repository.tokenSecret }),
  };
  const table = DynamoDBDocumentClient.from(account.dynamodb);
  const key = { pk: `CONNECTION#${id}`, sk: 'CONNECTION' };
  const TableName = stack.outputs['TableName'];
  cleanUp.add(`record of the connection ${id}`, () => table.send(new DeleteCommand({ TableName, Key: key })));
  await table.send(new PutCommand({ TableName, Item: { ...key, ...record } }));
  return { ...record, webhookKey };
}
