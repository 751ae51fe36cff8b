import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  ListBuildsCommand,
} from '@aws-sdk/client-codebuild';
import {
  CreatePipelineCommand,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  type PipelineDeclaration,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator, localConnection, webhookSecretName } from '../../local/sample/connection.ts';
import { artifactAccess, buildAccess, buildTrust, logAccess, pipelineTrust, policy } from '../../local/sample/roles.ts';
import { makeConnection } from '../../local/sample/sample.ts';
import { linkFor } from '../../scripts/walk/reviewer.ts';
import { buildWithNoOp, noOpAction } from '../no-op/build.ts';
import { plantedSecrets, searchFor } from './planted.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const repository = 'team/app';
const inConfiguration = plantedSecrets('configuration', 48);
const ofBuild = plantedSecrets('build', 450);
const [credential = '', webhookSecret = ''] = plantedSecrets('connection', 2);

/** Prints each secret of its environment in every way that the check names, and then fails. */
const program = String.raw`
const write = (text) => new Promise((resolve) => process.stdout.write(text, resolve));
const secrets = Object.entries(process.env).filter(([name]) => name.startsWith('PLANTED_'));
for (const [name, value] of secrets) {
  const json = JSON.stringify(value);
  const base64 = [0, 1, 2].map((before) => Buffer.from('.'.repeat(before) + value).toString('base64'));
  const url = encodeURIComponent(value);
  for (const text of [value, 'before ' + value + ' after', json, JSON.stringify({ v: json }), url, url.replace(/%../g, (hex) => hex.toLowerCase()), ...base64, ...base64.map((each) => each.replace(/\+/g, '-').replace(/\//g, '_'))])
    await write(name + ' ' + text + '\n');
  const half = Math.floor(value.length / 2);
  await write(name + ' ' + value.slice(0, half));
  if (name.endsWith('7')) await new Promise((resolve) => setTimeout(resolve, 20));
  await write(value.slice(half) + '\n');
}
console.log('printed ' + secrets.length);
throw new Error('broken by ' + secrets[0][1]);
`;

let test: TestStack;
let isClosed = false;
let approval: { token: string; signature: string };
const heard: { name: string; bytes: Buffer }[] = [];
const hear = (name: string, what: unknown) =>
  heard.push({ name, bytes: Buffer.from(typeof what === 'string' ? what : JSON.stringify(what)) });

const clients = () => ({ endpoint: test.stack.endpoint, region: test.stack.region, credentials: administrator });

beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp() });
  await prepare();
  await run();
  await listen();
}, 300_000);
afterAll(() => (isClosed ? rm(test.folder, { recursive: true, force: true }) : test?.close()));

/** Plants the secrets where an operator would put them. */
async function prepare(): Promise<void> {
  const { stack } = test;
  const secrets = new SecretsManagerClient(clients());
  await makeConnection(stack);
  await secrets.send(new PutSecretValueCommand({ SecretId: webhookSecretName, SecretString: webhookSecret }));
  await secrets.send(new CreateSecretCommand({ Name: 'sluice/credential', SecretString: credential }));
  const ofApp = Object.fromEntries(ofBuild.map((value, index) => [`KEY_${index}`, value]));
  await secrets.send(new CreateSecretCommand({ Name: 'app', SecretString: JSON.stringify(ofApp) }));
  secrets.destroy();
  const table = new DynamoDBClient(clients());
  await DynamoDBDocumentClient.from(table).send(
    new UpdateCommand({
      TableName: stack.outputs['TableName'],
      Key: { pk: `CONNECTION#${localConnection({ ...stack, partition: 'aws' }).record.id}`, sk: 'CONNECTION' },
      UpdateExpression: 'SET credentialSecret = :secret',
      ExpressionAttributeValues: { ':secret': 'sluice/credential' },
    }),
  );
  table.destroy();
  await stack.git.create(repository, { 'print.mjs': program }, 'Print');

  const bySpec = ofBuild.map((_, index) => `    PLANTED_${index}: app:KEY_${index}`).slice(225);
  const buildspec = `version: 0.2\nenv:\n  secrets-manager:\n${bySpec.join('\n')}\nphases:\n  build:\n    commands: [node print.mjs]\n`;
  const environmentVariables = ofBuild
    .slice(0, 225)
    .map((_, index) => ({ name: `PLANTED_${index}`, value: `app:KEY_${index}`, type: 'SECRETS_MANAGER' as const }));
  const runs = policy(...artifactAccess(stack), buildAccess(stack, 'app'));
  stack.putRole({ name: 'app-pipeline', trust: pipelineTrust(stack, 'planted'), policies: { runs } });
  const reads = {
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: 'arn:aws:secretsmanager:*:*:secret:app-*',
  };
  const builds = policy(...artifactAccess(stack), logAccess(stack, 'app'), reads);
  stack.putRole({ name: 'app-build', trust: buildTrust(stack), policies: { builds } });
  const codebuild = new CodeBuildClient(clients());
  await codebuild.send(
    new CreateProjectCommand({
      name: 'app',
      serviceRole: `arn:aws:iam::${stack.account}:role/app-build`,
      source: { type: 'CODEPIPELINE', buildspec },
      artifacts: { type: 'CODEPIPELINE' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/standard:7.0',
        computeType: 'BUILD_GENERAL1_SMALL',
        environmentVariables,
      },
    }),
  );
  codebuild.destroy();
}

function pipeline(name: string, configuration: readonly string[]): PipelineDeclaration {
  const { record } = localConnection({ ...test.stack, partition: 'aws' });
  const type = (category: 'Source' | 'Build' | 'Approval', provider: string) =>
    ({ category, owner: 'AWS', provider, version: '1' }) as const;
  const fetch = {
    name: 'Fetch',
    actionTypeId: type('Source', 'CodeStarSourceConnection'),
    configuration: { ConnectionArn: record.arn, FullRepositoryId: repository, BranchName: 'main' },
    outputArtifacts: [{ name: 'Code' }],
  };
  const build = {
    name: 'Print',
    actionTypeId: type('Build', 'CodeBuild'),
    configuration: { ProjectName: 'app' },
    inputArtifacts: [{ name: 'Code' }],
  };
  const actions = configuration.map((Secret, index) => noOpAction(`Do${index}`, 1, { Secret, Value: `v${index}` }));
  const stages = [
    { name: 'Source', actions: [fetch] },
    { name: 'Configured', actions },
    { name: 'Approve', actions: [{ name: 'Review', actionTypeId: type('Approval', 'Manual') }] },
    { name: 'Build', actions: [build] },
  ];
  const roleArn = `arn:aws:iam::${test.stack.account}:role/app-pipeline`;
  return { ...declare(test.stack, name, stages), roleArn };
}

/** A run that prints, and errors that speak of what they refuse. */
async function run(): Promise<void> {
  const { client, stack } = test;
  const declared = pipeline('planted', inConfiguration);
  hear('CreatePipeline', await client.send(new CreatePipelineCommand({ pipeline: declared })));
  const { pipelineExecutionSummaries: [first] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'planted' }),
  );
  const id = first?.pipelineExecutionId ?? '';
  const link = await linkFor(stack.endpoint, id);
  const { token = '', signature = '' } = Object.fromEntries(new URL(link).searchParams);
  approval = { token, signature };
  hear('the approval page', await (await fetch(link)).text());
  const forged = link.replace(token, `${token.slice(0, -4)}0000`);
  hear('the approval page of another link', await (await fetch(forged)).text());

  const place = { pipelineName: 'planted', stageName: 'Approve', actionName: 'Review' };
  const result = { status: 'Approved' as const, summary: '' };
  await client.send(new PutApprovalResultCommand({ ...place, token, result }));
  expect(await endOf(client, 'planted', id, 120)).toBe('Failed');

  const { pipeline: shown } = await client.send(new GetPipelineCommand({ name: 'planted' }));
  hear('UpdatePipeline', await client.send(new UpdatePipelineCommand({ pipeline: shown })));
  const long = inConfiguration.map((secret) => secret.repeat(2000));
  const other = { ...declared, stages: declared.stages?.slice(0, 2) };
  const refused = [
    new CreatePipelineCommand({ pipeline: pipeline('long', long) }),
    new CreatePipelineCommand({ pipeline: declared }),
    new CreatePipelineCommand({ pipeline: { ...declared, name: 'wrong', roleArn: 'none' } }),
    new CreatePipelineCommand({ pipeline: { ...other, name: 'wrong', artifactStore: { type: 'S3', location: '!' } } }),
    new UpdatePipelineCommand({ pipeline: { ...pipeline('planted', ['****', ...inConfiguration]), roleArn: '' } }),
    new PutApprovalResultCommand({ ...place, token, result }),
    new PutApprovalResultCommand({ ...place, stageName: 'Other', token, result }),
  ];
  for (const command of refused) {
    const error = await client.send(command as CreatePipelineCommand).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error).toBeDefined();
    hear('an error', `${error?.name} ${error?.message}`);
  }
  hear('StartPipelineExecution', await client.send(new StartPipelineExecutionCommand({ name: 'planted' })));
}

/** Takes down all that anyone may see: answers, pages, logs. */
async function listen(): Promise<void> {
  const { client, stack } = test;
  const names = { name: 'planted', pipelineName: 'planted' };
  const { pipelineExecutionSummaries: runs = [] } = await client.send(new ListPipelineExecutionsCommand(names));
  const answers = [
    client.send(new GetPipelineCommand(names)),
    client.send(new GetPipelineCommand({ ...names, version: 1 })),
    client.send(new ListPipelinesCommand({})),
    client.send(new ListActionExecutionsCommand(names)),
    ...runs.map(({ pipelineExecutionId }) =>
      client.send(new GetPipelineExecutionCommand({ ...names, pipelineExecutionId })),
    ),
  ];
  for (const answer of answers) hear('the API', await answer);
  hear('GetPipelineState', { ...(await client.send(new GetPipelineStateCommand(names))) });

  const codebuild = new CodeBuildClient(clients());
  const { ids } = await codebuild.send(new ListBuildsCommand({}));
  hear('BatchGetBuilds', await codebuild.send(new BatchGetBuildsCommand({ ids })));
  hear('BatchGetProjects', await codebuild.send(new BatchGetProjectsCommand({ names: ['app'] })));
  codebuild.destroy();
  const machine = new SFNClient(clients());
  const { executions = [] } = await machine.send(
    new ListExecutionsCommand({ stateMachineArn: stack.outputs['StateMachineArn'] }),
  );
  for (const { executionArn } of executions)
    hear('the history of an execution', await machine.send(new GetExecutionHistoryCommand({ executionArn })));
  machine.destroy();

  const logs = new CloudWatchLogsClient(clients());
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  for (const { logGroupName } of logGroups) {
    for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName }))
      hear(`log ${logGroupName}`, events.map(({ message }) => message).join('\n'));
  }
  logs.destroy();

  const page = async (path: string) => {
    const text = await (await fetch(new URL(path, stack.endpoint))).text();
    hear(`page ${path.split('?')[0]}`, text);
    return text;
  };
  await page('/pipelines');
  const shown = await page('/pipelines/planted');
  const links = [...shown.matchAll(/href="([^"]*)"/g)].map(([, path = '']) => path.replaceAll('&amp;', '&'));
  for (const path of new Set(links.filter((each) => /^\/pipelines\/planted[/?]/.test(each)))) await page(path);
}

const planted = new Map([
  ...inConfiguration.map((value, index) => [`configuration ${index}`, value] as const),
  ...ofBuild.map((value, index) => [`build ${index}`, value] as const),
  ['credential', credential] as const,
  ['webhook secret', webhookSecret] as const,
]);

/** Every value of every table of a database, and every byte of any other file. */
function contents(path: string): readonly Buffer[] {
  if (!path.endsWith('.sqlite')) return [readFileSync(path)];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return tables.flatMap(({ name }) =>
      database
        .prepare(`SELECT * FROM "${String(name)}"`)
        .all()
        .flatMap((row) =>
          Object.values(row).map((value) => Buffer.from(value instanceof Uint8Array ? value : String(value))),
        ),
    );
  } finally {
    database.close();
  }
}

describe('C28 500 planted secrets', () => {
  it('are as many, and are found where they are', () => {
    const search = searchFor(planted);
    const spelt = [...planted.values()].map((value) =>
      JSON.stringify({ v: Buffer.from(`xy${value}`).toString('base64') }),
    );

    expect(planted.size).toBe(500);
    expect(search(Buffer.from([...planted.values()].join('\n')))).toHaveLength(500);
    expect(search(Buffer.from(spelt.join('\n')))).toHaveLength(500);
  });

  it('were printed by a build, which shows each of them as ***', () => {
    const log = heard.filter(({ name }) => name.includes('/aws/codebuild/app')).map(({ bytes }) => bytes.toString());
    const lines = log.join('\n').split('\n');

    expect(lines.filter((line) => /^PLANTED_\d+ .*\*\*\*/.test(line)).length).toBeGreaterThan(450 * 10);
    expect(lines).toContain('printed 450');
    expect(lines.filter((line) => /Error: broken by \*\*\*/.test(line)).length).toBeGreaterThan(0);
  });

  it('are in no log, page, error or answer of an API', () => {
    const search = searchFor(planted);

    const found = heard
      .map(({ name, bytes }) => [name, search(bytes)] as const)
      .filter(([, names]) => names.length > 0);

    expect(heard.length).toBeGreaterThan(30);
    expect(found).toEqual([]);
  });

  it('are shown as **** where they were configured', async () => {
    const { pipeline: shown } = await test.client.send(new GetPipelineCommand({ name: 'planted' }));
    const { actionExecutionDetails = [] } = await test.client.send(
      new ListActionExecutionsCommand({ pipelineName: 'planted' }),
    );

    const configured = shown?.stages?.[1]?.actions?.map(({ configuration }) => configuration?.['Secret']);
    const resolved = actionExecutionDetails
      .filter(({ stageName, status }) => stageName === 'Configured' && status === 'Succeeded')
      .map(({ input }) => input?.resolvedConfiguration?.['Secret']);

    expect(configured).toEqual(inConfiguration.map(() => '****'));
    expect(resolved.length).toBeGreaterThanOrEqual(48);
    expect(new Set(resolved)).toEqual(new Set(['****']));
  });

  it('leave the token and signature of an approval out of logs and pages, the token to the API alone', () => {
    const search = searchFor(new Map(Object.entries(approval)));

    const found = heard
      .filter(({ name }) => name !== 'GetPipelineState')
      .map(({ name, bytes }) => [name, search(bytes)] as const)
      .filter(([, names]) => names.length > 0);

    expect(approval.signature.length).toBeGreaterThan(40);
    // Its own page sends the link back with the answer.
    expect(found.filter(([name]) => !name.startsWith('the approval page'))).toEqual([]);
  });

  it('are in none of the stack’s files but those that are there to keep them', async () => {
    const data = join(test.folder, 'data');
    test.client.destroy();
    await test.stack.close();
    isClosed = true;
    const search = searchFor(new Map([...planted, ...Object.entries(approval)]));

    const places = new Map<string, Set<string>>();
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name);
      const [service = ''] = relative(data, path).split('/');
      for (const bytes of contents(path)) {
        for (const found of search(bytes)) {
          const kind = found.replace(/ \d+$/, '');
          places.set(kind, (places.get(kind) ?? new Set()).add(service));
        }
      }
    }

    expect(files.length).toBeGreaterThan(20);
    expect(Object.fromEntries([...places].map(([kind, services]) => [kind, [...services].sort()]))).toEqual({
      // Definitions are objects of the bucket, encrypted by the stack's key.
      configuration: ['s3'],
      build: ['secrets-manager'],
      credential: ['secrets-manager'],
      'webhook secret': ['secrets-manager'],
      // The mail holds the link; of the two the table has the token alone, which without a signature opens nothing.
      token: ['dynamodb', 'sns'],
      signature: ['sns'],
    });
  });
});
