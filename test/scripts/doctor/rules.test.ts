import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreatePipelineCommand,
  ListPipelineExecutionsCommand,
  ListRuleExecutionsCommand,
  type PipelineDeclaration,
  type RuleDeclaration,
  StartPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { administrator } from '../../../local/sample/connection.ts';
import { diagnose } from '../../../scripts/doctor.ts';
import { zipped } from '../../actions/zips.ts';
import { endOf, startTestStack, type TestStack } from '../../end-to-end/stack.ts';
import { mended, putRoles, type Roles } from './sample-roles.ts';

const bare = { trust: [{ Effect: 'Deny', Principal: '*', Action: 'sts:SetSourceIdentity' }], policy: [] };
const lambda = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
const nothing: Roles = { ruled: bare, judge: { trust: [lambda], policy: [] } };
const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;

/** Answers its job as on AWS: at the operation's path, by which IAM decides, and signed for API Gateway. */
const judge = `
import { CodePipelineClient, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
const scheme = {
  schemeId: 'aws.auth#sigv4',
  signingProperties: { name: 'execute-api', region: process.env.AWS_REGION },
  propertiesExtractor: (config, context) => ({ signingProperties: { config, context } }),
};
const client = new CodePipelineClient({ httpAuthSchemeProvider: () => [scheme] });
client.middlewareStack.add((next) => (call) => next({ ...call, request: Object.assign(call.request, { path: '/PutJobSuccessResult' }) }), { step: 'build' });
export const handler = (event) => client.send(new PutJobSuccessResultCommand({ jobId: event['CodePipeline.job'].id }));
`;

let test: TestStack;
let client: { endpoint: string; region: string; credentials: typeof administrator };
beforeAll(async () => {
  test = await startTestStack();
  client = { endpoint: test.stack.endpoint, region: test.stack.region, credentials: administrator };
  putRoles(test.stack, nothing);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  for (const Bucket of ['ruled-source', 'ruled-target']) await s3.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: 'ruled-source', VersioningConfiguration }));
  const Body = await zipped({ 'index.html': 'Hello' });
  await s3.send(new PutObjectCommand({ Bucket: 'ruled-source', Key: 'site.zip', Body }));
  const alarms = new CloudWatchClient(client);
  const metric = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Threshold: 1 } as const;
  await alarms.send(new PutMetricAlarmCommand({ AlarmName: 'errors', ...metric }));
  await alarms.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'OK', StateReason: 'a test' }));
  await new LambdaClient(client).send(
    new CreateFunctionCommand({
      FunctionName: 'judge',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role('judge'),
      Code: { ZipFile: await zipped({ 'index.mjs': judge }) },
    }),
  );
  await test.client.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  const listed = await test.client.send(new ListPipelineExecutionsCommand({ pipelineName: 'ruled' }));
  expect(await endOf(test.client, 'ruled', listed.pipelineExecutionSummaries?.[0]?.pipelineExecutionId ?? '')).toBe(
    'Failed',
  );
});
afterAll(() => test?.close());
beforeEach(() => putRoles(test.stack, nothing));

const look = () =>
  diagnose({ pipeline: 'ruled', stackName: 'sluice', region: client.region, endpointUrl: client.endpoint });
const missing = async () => (await look()).filter(({ status }) => status === 'MISSING');

function rule(name: string, provider: string, more: Partial<RuleDeclaration>): RuleDeclaration {
  return { name, ruleTypeId: { category: 'Rule', owner: 'AWS', provider, version: '1' }, ...more };
}

/** A pipeline whose second stage is entered by a rule of every type that needs no project of the user's. */
function pipeline({ alarm = 'errors', judge = 'judge' } = {}): PipelineDeclaration {
  const type = (category: 'Source' | 'Deploy') => ({ category, owner: 'AWS', provider: 'S3', version: '1' }) as const;
  const site = [{ name: 'Site' }];
  const rules = [
    rule('Wanted', 'VariableCheck', {
      configuration: { Variable: '#{codepipeline.PipelineExecutionId}', Value: '-', Operator: 'CONTAINS' },
    }),
    rule('Errors', 'CloudWatchAlarm', { configuration: { AlarmName: alarm } }),
    rule('Judge', 'LambdaInvoke', { configuration: { FunctionName: judge } }),
    rule('Smoke', 'Commands', { commands: ['test -f index.html'], inputArtifacts: site }),
  ];
  return {
    name: 'ruled',
    pipelineType: 'V2',
    roleArn: role('ruled'),
    artifactStore: { type: 'S3', location: test.stack.outputs['BucketName'] ?? '' },
    stages: [
      {
        name: 'Source',
        actions: [
          {
            name: 'Fetch',
            actionTypeId: type('Source'),
            configuration: { S3Bucket: 'ruled-source', S3ObjectKey: 'site.zip', PollForSourceChanges: 'false' },
            outputArtifacts: site,
          },
        ],
      },
      {
        name: 'Ship',
        beforeEntry: { conditions: [{ result: 'FAIL', rules }] },
        actions: [
          {
            name: 'Put',
            actionTypeId: type('Deploy'),
            configuration: { BucketName: 'ruled-target', Extract: 'true' },
            inputArtifacts: site,
          },
        ],
      },
    ],
  };
}

it('the printed statements are enough for rules to hold, and none is needed by a rule that asks nobody', async () => {
  const findings = await missing();
  expect(findings.filter(({ what }) => what.includes('Wanted'))).toEqual([]);

  putRoles(test.stack, mended(nothing, findings));

  expect(await missing()).toEqual([]);
  const { pipelineExecutionId = '' } = await test.client.send(new StartPipelineExecutionCommand({ name: 'ruled' }));
  const status = await endOf(test.client, 'ruled', pipelineExecutionId);
  const { ruleExecutionDetails = [] } = await test.client.send(
    new ListRuleExecutionsCommand({ pipelineName: 'ruled', filter: { pipelineExecutionId } }),
  );
  expect([status, ...ruleExecutionDetails.map(({ ruleName, status }) => `${ruleName} ${status}`).toSorted()]).toEqual([
    'Succeeded',
    'Errors Succeeded',
    'Judge Succeeded',
    'Smoke Succeeded',
    'Wanted Succeeded',
  ]);
});

it('each right of a rule is missed on the role that uses it', async () => {
  const remedies = (await missing()).flatMap((found) => (found.status === 'MISSING' ? [found.remedy] : []));

  const api = expect.stringMatching(/^arn:aws:execute-api:us-east-1:000000000000:[^/]+\/\$default\/POST\/PutJob/);
  const allow = (Action: string, Resource: unknown, more: object = {}) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...more,
  });
  const passing = { Condition: { StringEquals: { 'iam:PassedToService': 'codebuild.amazonaws.com' } } };
  const of = (name: string) => `a policy of the role ${role(name)}`;
  expect(remedies).toEqual(
    expect.arrayContaining([
      { where: of('ruled'), statement: allow('cloudwatch:DescribeAlarms', '*') },
      {
        where: of('ruled'),
        statement: allow('lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:000000000000:function:judge'),
      },
      { where: of('judge'), statement: allow('execute-api:Invoke', [api, api]) },
      { where: of('ruled'), statement: allow('iam:PassRole', role('ruled'), passing) },
    ]),
  );
});

it.each([
  [
    'alarm',
    { alarm: 'gone' },
    'the alarm gone is there',
    'Make it, or name another in AlarmName of the rule Ship/Errors.',
  ],
  [
    'function',
    { judge: 'gone' },
    'the function gone is there',
    'Make it, or name another in FunctionName of the rule Ship/Judge.',
  ],
])('an %s that there is not is missing', async (_, other, what, remedy) => {
  await test.client.send(new UpdatePipelineCommand({ pipeline: pipeline(other) }));

  const findings = await missing();

  await test.client.send(new UpdatePipelineCommand({ pipeline: pipeline() }));
  expect(findings).toContainEqual(expect.objectContaining({ what, remedy: { do: remedy } }));
});
