import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudWatchLogsClient, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetProjectsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  DeleteProjectCommand,
  UpdateProjectCommand,
} from '@aws-sdk/client-codebuild';
import { StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteSecretCommand, RestoreSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { administrator, localConnection, webhookSecretName } from '../../local/sample/connection.ts';
import { makeConnection, makeSample } from '../../local/sample/sample.ts';
import type { Finding, Statement } from '../../scripts/doctor/finding.ts';
import { diagnose, readArguments, shown, summary } from '../../scripts/doctor.ts';
import { keysOf } from '../end-to-end/role-keys.ts';
import { endOf, startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { mended, putRoles, type Roles, sampleRoles, without } from './doctor/sample-roles.ts';
import { approve, waitingToken } from './doctor/samples-run.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '..', '..', 'scripts', 'doctor.ts');
const name = 'hello-site';

let test: TestStack;
let roles: Roles;
let client: { endpoint: string; region: string; credentials: typeof administrator };
beforeAll(async () => {
  test = await startTestStack();
  await makeConnection(test.stack);
  await makeSample(test.stack);
  roles = sampleRoles(test.stack);
  // The run that creating a pipeline starts: nothing may change under it.
  await waitingToken(test.client);
  client = { endpoint: test.stack.endpoint, region: test.stack.region, credentials: administrator };
});
afterAll(() => test?.close());

const look = (pipeline = name) =>
  diagnose({ pipeline, stackName: 'sluice', region: test.stack.region, endpointUrl: test.stack.endpoint });
const missingIn = (findings: readonly Finding[]) => findings.filter(({ status }) => status === 'MISSING');
const remediesIn = (findings: readonly Finding[]) =>
  findings.flatMap((found) => (found.status === 'MISSING' ? [found.remedy] : []));

describe('the arguments of the doctor', () => {
  it('are a pipeline, and the stack that samconfig.toml names', () => {
    expect(readArguments(['web'])).toEqual({ pipeline: 'web', stackName: 'sluice' });
  });

  it('may say where', () => {
    const given = readArguments([
      'web',
      '--stack-name',
      'two',
      '--region',
      'eu-west-1',
      '--endpoint-url',
      'http://h:1',
    ]);

    expect(given).toEqual({ pipeline: 'web', stackName: 'two', region: 'eu-west-1', endpointUrl: 'http://h:1' });
  });

  it.each([
    [[], 'The name of a pipeline is missing.'],
    [['one', 'two'], "'two' is one too many"],
    [['a/b'], "'a/b' is no name of a pipeline"],
    [['web', '--region', 'Europe'], '--region must be a Region'],
    [['web', '--stack-name', '1'], '--stack-name must be the name'],
    [['web', '--endpoint-url', '127.0.0.1:4747'], '--endpoint-url must be an address'],
    [['web', '--reigon', 'eu-west-1'], "Unknown option '--reigon'"],
  ])('are refused with one sentence: %j', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(sentence);
  });
});

describe('of the sample', () => {
  it('nothing is missing, and only the host can tell of the webhook', async () => {
    const findings = await look();

    expect(missingIn(findings)).toEqual([]);
    expect(findings.filter(({ status }) => status === 'not checked')).toMatchObject([
      { what: expect.stringContaining('has the webhook') },
    ]);
    expect(findings.length).toBeGreaterThan(30);
  });
});

const store = () => `arn:aws:s3:::${test.stack.outputs['BucketName']}/*`;
const key = () => test.stack.outputs['KeyArn'] ?? '';
const project = () => `arn:aws:codebuild:us-east-1:000000000000:project/${name}`;
const log = () => `arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/${name}:*`;
const site = () => `arn:aws:s3:::${name}/*`;

describe('a right that is taken away is missed, and the printed statement brings it back', () => {
  it.each<[string, string, () => string]>([
    ['hello-site-pipeline', 's3:GetObject', store],
    ['hello-site-pipeline', 's3:GetObjectVersion', store],
    ['hello-site-pipeline', 's3:PutObject', store],
    ['hello-site-pipeline', 's3:PutObject', site],
    ['hello-site-pipeline', 'kms:Decrypt', key],
    ['hello-site-pipeline', 'codebuild:StartBuild', project],
    ['hello-site-pipeline', 'codebuild:BatchGetBuilds', project],
    ['hello-site-pipeline', 'codebuild:ListBuildsForProject', project],
    ['hello-site-pipeline', 'codebuild:StopBuild', project],
    ['hello-site-build', 's3:GetObject', store],
    ['hello-site-build', 's3:GetObjectVersion', store],
    ['hello-site-build', 's3:PutObject', store],
    ['hello-site-build', 'kms:Decrypt', key],
    ['hello-site-build', 'kms:GenerateDataKey', key],
    ['hello-site-build', 'logs:CreateLogStream', log],
    ['hello-site-build', 'logs:PutLogEvents', log],
  ])('%s: %s', async (role, Action, resourceOf) => {
    const Resource = resourceOf();
    const lacking = without(roles, role, (one) => one['Action'] === Action && one['Resource'] === Resource);
    expect(lacking).not.toEqual(roles);
    putRoles(test.stack, lacking);

    const findings = await look();

    const [remedy] = remediesIn(findings);
    expect(remedy).toEqual({
      where: `a policy of the role arn:aws:iam::000000000000:role/${role}`,
      statement: { Effect: 'Allow', Action, Resource },
    });
    putRoles(test.stack, mended(lacking, missingIn(findings).slice(0, 1)));
    expect(missingIn(await look())).toEqual([]);
  });

  it('hello-site-build: logs:CreateLogGroup, as long as there is no group', async () => {
    const lacking = without(roles, 'hello-site-build', (one) => one['Action'] === 'logs:CreateLogGroup');
    putRoles(test.stack, lacking);
    expect(missingIn(await look())).toEqual([]);
    await new CloudWatchLogsClient(client).send(new DeleteLogGroupCommand({ logGroupName: `/aws/codebuild/${name}` }));

    const findings = await look();

    expect(remediesIn(findings)).toMatchObject([{ statement: { Action: 'logs:CreateLogGroup', Resource: log() } }]);
    putRoles(test.stack, mended(lacking, findings));
    expect(missingIn(await look())).toEqual([]);
  });

  it('but of what is denied no statement is printed: none would help', async () => {
    const denied = { Effect: 'Deny', Action: 'codebuild:StartBuild', Resource: '*' };
    const { trust, policy } = roles['hello-site-pipeline'] ?? { trust: [], policy: [] };
    putRoles(test.stack, { ...roles, 'hello-site-pipeline': { trust, policy: [...policy, denied] } });

    const findings = await look();

    putRoles(test.stack, roles);
    expect(remediesIn(findings)).toEqual([{ do: expect.stringContaining('Take codebuild:StartBuild on') }]);
  });
});

describe('a trust that is taken away is missed, and the printed statement brings it back', () => {
  const isTo = (action: string) => (one: Statement) => one['Action'] === action;
  const admitting = (Condition: object) => {
    const Principal = { AWS: 'arn:aws:iam::000000000000:root' };
    return { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition };
  };
  const externalId = { 'sts:ExternalId': `arn:aws:codepipeline:us-east-1:000000000000:${name}` };

  it.each<[string, string, string, readonly Statement[]]>([
    ['sts:AssumeRole', 'hello-site-pipeline', "Sluice's functions", []],
    ['sts:TagSession', 'hello-site-pipeline', "Sluice's functions", []],
    [
      'sts:AssumeRole',
      'hello-site-pipeline',
      "Sluice's functions",
      [admitting({ StringEquals: { 'sts:ExternalId': 'another' } })],
    ],
    [
      'sts:AssumeRole',
      'hello-site-pipeline',
      "Sluice's functions",
      [admitting({ StringEquals: externalId, ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/other/*' } })],
    ],
    ['sts:AssumeRole', 'hello-site-build', 'codebuild.amazonaws.com', []],
  ])('%s on %s by %s (%#)', async (action, role, who, instead) => {
    const gone = without(roles, role, isTo(action));
    const { trust, policy } = gone[role] ?? { trust: [], policy: [] };
    // A role must have a statement in its trust.
    const other = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const lacking = { ...gone, [role]: { trust: [other, ...trust, ...instead], policy } };
    putRoles(test.stack, lacking);

    const findings = missingIn(await look());

    expect(findings).toMatchObject([
      {
        what: expect.stringContaining(`the role ${role} trusts ${who} to ${action}`),
        remedy: { where: `the trust policy of the role arn:aws:iam::000000000000:role/${role}` },
      },
    ]);
    putRoles(test.stack, mended(lacking, findings));
    expect(missingIn(await look())).toEqual([]);
    putRoles(test.stack, roles);
  });

  it('by a statement that admits the functions for this pipeline, and nobody else', async () => {
    const lacking = without(roles, 'hello-site-pipeline', isTo('sts:AssumeRole'));
    putRoles(test.stack, lacking);

    const remedies = remediesIn(await look());

    putRoles(test.stack, roles);
    const ArnLike = { 'aws:PrincipalArn': test.stack.outputs['FunctionRoles'] };
    expect(remedies).toMatchObject([{ statement: { Condition: { ArnLike, StringEquals: externalId } } }]);
  });
});

describe('a thing that is taken away is missed, until it is there again', () => {
  const s3 = () => new S3Client({ ...client, forcePathStyle: true });
  const secrets = () => new SecretsManagerClient(client);
  const builds = () => new CodeBuildClient(client);
  const table = () => DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const TableName = () => test.stack.outputs['TableName'];
  const versioning = (Status: 'Enabled' | 'Suspended') =>
    s3().send(
      new PutBucketVersioningCommand({
        Bucket: test.stack.outputs['BucketName'],
        VersioningConfiguration: { Status },
      }),
    );
  /** Takes a record away; answers what puts it back. */
  const takeRecord = async (pk: string, sk?: string) => {
    const { Items = [] } = await table().send(
      new QueryCommand({
        TableName: TableName(),
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
      }),
    );
    const Item = Items.find((item) => sk === undefined || item['sk'] === sk);
    await table().send(new DeleteCommand({ TableName: TableName(), Key: { pk, sk: Item?.['sk'] } }));
    return () => table().send(new PutCommand({ TableName: TableName(), Item }));
  };

  interface Case {
    readonly thing: string;
    readonly take: () => Promise<() => Promise<unknown>>;
    readonly what: string;
    readonly todo: string;
  }

  const connection = () => localConnection({ ...test.stack, partition: 'aws' }).record;
  const cases: readonly Case[] = [
    {
      thing: 'versioning of the bucket',
      take: async () => {
        await versioning('Suspended');
        return () => versioning('Enabled');
      },
      what: 'has versioning on',
      todo: 'aws s3api put-bucket-versioning --bucket ',
    },
    {
      thing: 'the connection',
      take: () => takeRecord(`CONNECTION#${connection().id}`),
      what: 'the connection 10ca1000-0000-4000-8000-000000000001 is there',
      todo: 'npm run connect',
    },
    {
      thing: 'what follows the repository',
      take: () => takeRecord(`SOURCE#${connection().id}#sample/${name}`),
      what: `pushes to sample/${name} start ${name}`,
      todo: 'update-pipeline',
    },
    {
      thing: 'the key of the webhook',
      take: async () => {
        await secrets().send(new DeleteSecretCommand({ SecretId: webhookSecretName }));
        return () => secrets().send(new RestoreSecretCommand({ SecretId: webhookSecretName }));
      },
      what: `the secret ${webhookSecretName}, is there`,
      todo: `aws secretsmanager restore-secret --secret-id ${webhookSecretName}`,
    },
    {
      thing: 'the token of the repository',
      take: async () => {
        const { record } = localConnection({ ...test.stack, partition: 'aws' });
        const Item = { pk: `CONNECTION#${record.id}`, sk: 'CONNECTION', ...record };
        const naming = { ...Item, credentialSecret: 'sluice/none' };
        await table().send(new PutCommand({ TableName: TableName(), Item: naming }));
        return () => table().send(new PutCommand({ TableName: TableName(), Item }));
      },
      what: 'the secret sluice/none, is there',
      todo: 'aws secretsmanager create-secret --name sluice/none',
    },
    {
      thing: 'the project',
      take: async () => {
        const { projects = [] } = await builds().send(new BatchGetProjectsCommand({ names: [name] }));
        await builds().send(new DeleteProjectCommand({ name }));
        const [made] = projects;
        if (made === undefined) throw new Error('The sample has no project.');
        const { serviceRole, source, artifacts, environment } = made;
        return () => builds().send(new CreateProjectCommand({ name, serviceRole, source, artifacts, environment }));
      },
      what: `the build project ${name} is there`,
      todo: 'aws codebuild create-project',
    },
  ];

  it.each(cases)('$thing', async ({ take, what, todo }) => {
    const putBack = await take();

    const findings = missingIn(await look());

    await putBack();
    expect(findings).toMatchObject([
      { what: expect.stringContaining(what), remedy: { do: expect.stringContaining(todo) } },
    ]);
    expect(missingIn(await look())).toEqual([]);
  });

  it("a project's role", async () => {
    const role = (serviceRole: string) => builds().send(new UpdateProjectCommand({ name, serviceRole }));
    await role('arn:aws:iam::000000000000:role/nobody');
    const findings = missingIn(await look());

    putRoles(test.stack, mended({}, findings));

    expect(findings[0]).toMatchObject({ what: 'the role nobody is there' });
    expect(missingIn(await look())).toEqual([]);
    await role('arn:aws:iam::000000000000:role/hello-site-build');
  });
});

describe('the printed statements are enough', () => {
  it('for roles that may nothing at all: then the pipeline runs to its end', async () => {
    const bare = { trust: [{ Effect: 'Deny', Principal: '*', Action: 'sts:SetSourceIdentity' }], policy: [] };
    const nothing: Roles = { 'hello-site-pipeline': bare, 'hello-site-build': bare };
    putRoles(test.stack, nothing);

    const findings = missingIn(await look());
    putRoles(test.stack, mended(nothing, findings));

    expect(findings.length).toBeGreaterThan(5);
    expect(missingIn(await look())).toEqual([]);
    const started = await test.client.send(new StartPipelineExecutionCommand({ name }));
    const id = started.pipelineExecutionId ?? '';
    await approve(test.client, await waitingToken(test.client));
    await approve(test.client, await waitingToken(test.client, id));
    expect(await endOf(test.client, name, id)).toBe('Succeeded');
    putRoles(test.stack, roles);
  });
});

describe('the program', () => {
  const environment = () => ({ ...process.env, AWS_ACCESS_KEY_ID: '', AWS_REGION: '' });
  const doctor = (...args: readonly string[]) =>
    run(process.execPath, [program, ...args, '--endpoint-url', test.stack.endpoint], { env: environment() }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    );

  it('ends with 0 when nothing is missing, and needs no keys for this machine', async () => {
    const { code, stdout } = await doctor(name);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {11}the role hello-site-pipeline is there$/m);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^hello-site: nothing is missing, \d+ ok, 1 not checked\.$/);
  });

  it('ends with 1 when something is, and prints the statement as JSON', async () => {
    putRoles(
      test.stack,
      without(roles, 'hello-site-build', (one) => one['Action'] === 'kms:GenerateDataKey'),
    );

    const { code, stdout } = await doctor(name);

    putRoles(test.stack, roles);
    expect(code).toBe(1);
    const [, json = ''] = /^MISSING .*\n {4}Add to a policy of the role \S+:\n((?: {4}.*\n)+)/m.exec(stdout) ?? [];
    expect(JSON.parse(json)).toEqual({ Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: key() });
    expect(stdout).toMatch(/1 missing, \d+ ok, 1 not checked\.$/m);
  });

  it.each([
    [[], 'The name of a pipeline is missing'],
    [['nothing'], 'PipelineNotFoundException'],
    [[name, '--stack-name', 'other'], 'Stack with id other does not exist'],
  ])('ends with 2 when there is nothing to look at: %j', async (args, sentence) => {
    const { code, stdout, stderr } = await doctor(...args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('what the caller may not look at', () => {
  it('is neither ok nor missing', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await keysOf(
      test.stack,
      'reader',
      { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: '*' },
      { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' },
    );
    vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
    vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);

    const findings = await look().finally(() => vi.unstubAllEnvs());

    expect(findings.every(({ status }) => status === 'not checked')).toBe(true);
    expect(findings.map(shown).join('\n')).toContain('is not authorized to perform: iam:SimulatePrincipalPolicy');
    expect(summary(name, findings)).toBe(`hello-site: nothing is missing, 0 ok, ${findings.length} not checked.`);
  });
});
