import { CodeBuildClient, CreateProjectCommand } from '@aws-sdk/client-codebuild';
import {
  CreatePipelineCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { administrator } from '../../../local/sample/connection.ts';
import type { Finding } from '../../../scripts/doctor/finding.ts';
import { diagnose } from '../../../scripts/doctor.ts';
import { waitFor } from '../../../scripts/walk/wait-for.ts';
import { zipped } from '../../actions/zips.ts';
import { endOf, startTestStack, type TestStack } from '../../end-to-end/stack.ts';
import { mended, putRoles, type Roles } from './sample-roles.ts';

const bare = { trust: [{ Effect: 'Deny', Principal: '*', Action: 'sts:SetSourceIdentity' }], policy: [] };
const nothing: Roles = { 'web-pipeline': bare, 'web-build': bare, 'web-deploy': bare };

let test: TestStack;
let client: { endpoint: string; region: string; credentials: typeof administrator };
let s3: S3Client;
let topic: string;
beforeAll(async () => {
  test = await startTestStack();
  client = { endpoint: test.stack.endpoint, region: test.stack.region, credentials: administrator };
  s3 = new S3Client({ ...client, forcePathStyle: true });
  for (const Bucket of ['web-source', 'web-target']) await s3.send(new CreateBucketCommand({ Bucket }));
  await versioned('Enabled');
  const buildspec = 'version: 0.2\nphases: { build: { commands: [echo] } }\nartifacts: { files: ["**/*"] }\n';
  const Body = await zipped({ 'index.html': 'Hello', 'buildspec.yml': buildspec });
  await s3.send(new PutObjectCommand({ Bucket: 'web-source', Key: 'site.zip', Body }));
  topic = (await new SNSClient(client).send(new CreateTopicCommand({ Name: 'web-reviewers' }))).TopicArn ?? '';
  await new CodeBuildClient(client).send(
    new CreateProjectCommand({
      name: 'web',
      serviceRole: role('nobody'),
      source: { type: 'NO_SOURCE', buildspec },
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/standard:7.0',
        computeType: 'BUILD_GENERAL1_SMALL',
      },
    }),
  );
  putRoles(test.stack, nothing);
  await test.client.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  const listed = await test.client.send(new ListPipelineExecutionsCommand({ pipelineName: 'web' }));
  const first = listed.pipelineExecutionSummaries?.[0]?.pipelineExecutionId ?? '';
  expect(await endOf(test.client, 'web', first)).toBe('Failed');
});
afterAll(() => test?.close());
beforeEach(() => putRoles(test.stack, nothing));

const versioned = (Status: 'Enabled' | 'Suspended') =>
  s3.send(new PutBucketVersioningCommand({ Bucket: 'web-source', VersioningConfiguration: { Status } }));
const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const look = () =>
  diagnose({ pipeline: 'web', stackName: 'sluice', region: client.region, endpointUrl: client.endpoint });
const missingIn = (findings: readonly Finding[]) => findings.filter(({ status }) => status === 'MISSING');
const statementsIn = (findings: readonly Finding[]) =>
  findings.flatMap((found) => {
    return found.status === 'MISSING' && 'statement' in found.remedy ? [found.remedy] : [];
  });

function deployOf({ stages }: PipelineDeclaration) {
  const [deploy] = stages?.[3]?.actions ?? [];
  if (deploy === undefined) throw new Error('The pipeline deploys nothing.');
  return deploy;
}

/** Everything that the sample has not: an S3 source, a key of the store's own, a topic, a role for the build and one for an action. */
function pipeline(): PipelineDeclaration {
  const { BucketName = '', KeyArn = '' } = test.stack.outputs;
  const type = (category: 'Source' | 'Build' | 'Approval' | 'Deploy', provider: string) => {
    return { category, owner: 'AWS', provider, version: '1' } as const;
  };
  return {
    name: 'web',
    roleArn: role('web-pipeline'),
    artifactStore: { type: 'S3', location: BucketName, encryptionKey: { id: KeyArn, type: 'KMS' } },
    stages: [
      {
        name: 'Source',
        actions: [
          {
            name: 'Fetch',
            actionTypeId: type('Source', 'S3'),
            configuration: { S3Bucket: 'web-source', S3ObjectKey: 'site.zip', PollForSourceChanges: 'false' },
            outputArtifacts: [{ name: 'Site' }],
            namespace: 'Fetched',
          },
        ],
      },
      {
        name: 'Approve',
        actions: [{ name: 'Ask', actionTypeId: type('Approval', 'Manual'), configuration: { NotificationArn: topic } }],
      },
      {
        name: 'Build',
        actions: [
          {
            name: 'Make',
            actionTypeId: type('Build', 'CodeBuild'),
            configuration: { ProjectName: 'web', ServiceRoleArnOverride: role('web-build') },
            inputArtifacts: [{ name: 'Site' }],
            outputArtifacts: [{ name: 'Made' }],
          },
        ],
      },
      {
        name: 'Deploy',
        actions: [
          {
            name: 'Put',
            actionTypeId: type('Deploy', 'S3'),
            roleArn: role('web-deploy'),
            configuration: {
              BucketName: 'web-target',
              Extract: 'true',
              ObjectKey: '#{Fetched.VersionId}/',
              KMSEncryptionKeyARN: KeyArn,
            },
            inputArtifacts: [{ name: 'Made' }],
          },
        ],
      },
    ],
  };
}

it('the printed statements are enough for a pipeline to run to its end', async () => {
  const findings = missingIn(await look());

  putRoles(test.stack, mended(nothing, findings));

  expect(missingIn(await look())).toEqual([]);
  const { pipelineExecutionId = '' } = await test.client.send(new StartPipelineExecutionCommand({ name: 'web' }));
  const token = await waitFor('the approval', async () => {
    const { stageStates = [] } = await test.client.send(new GetPipelineStateCommand({ name: 'web' }));
    return stageStates[1]?.actionStates?.[0]?.latestExecution?.token;
  });
  const result = { status: 'Approved', summary: '' } as const;
  await test.client.send(
    new PutApprovalResultCommand({ pipelineName: 'web', stageName: 'Approve', actionName: 'Ask', token, result }),
  );
  expect(await endOf(test.client, 'web', pipelineExecutionId)).toBe('Succeeded');
});

it('each right is missed on the role that uses it', async () => {
  const remedies = statementsIn(await look());

  const { KeyArn, BucketName } = test.stack.outputs;
  const of = (name: string) => `a policy of the role ${role(name)}`;
  const allow = (Action: string | readonly string[], Resource: string | undefined) => {
    return { Effect: 'Allow', Action, Resource };
  };
  const reading = ['s3:GetObject', 's3:GetObjectVersion'];
  const chain = allow(['sts:AssumeRole', 'sts:TagSession'], role('web-deploy'));
  const passing = {
    ...allow('iam:PassRole', role('web-build')),
    Condition: { StringEquals: { 'iam:PassedToService': 'codebuild.amazonaws.com' } },
  };
  const wanted = [
    { where: of('web-pipeline'), statement: allow('s3:GetBucketVersioning', 'arn:aws:s3:::web-source') },
    { where: of('web-pipeline'), statement: allow(reading, 'arn:aws:s3:::web-source/*') },
    { where: of('web-pipeline'), statement: allow('s3:PutObject', `arn:aws:s3:::${BucketName}/*`) },
    { where: of('web-pipeline'), statement: allow(['kms:Decrypt', 'kms:GenerateDataKey'], KeyArn) },
    { where: of('web-pipeline'), statement: allow('sns:Publish', topic) },
    { where: of('web-pipeline'), statement: passing },
    { where: of('web-pipeline'), statement: chain },
    { where: of('web-deploy'), statement: allow('s3:PutObject', 'arn:aws:s3:::web-target/*') },
    { where: of('web-deploy'), statement: allow(reading, `arn:aws:s3:::${BucketName}/*`) },
    { where: of('web-deploy'), statement: allow(['kms:Decrypt', 'kms:GenerateDataKey'], KeyArn) },
  ];
  expect(remedies).toEqual(expect.arrayContaining(wanted));
});

it("an action's own role must trust the pipeline's role, for this pipeline", async () => {
  const trusting = statementsIn(await look()).filter(
    ({ where }) => where === `the trust policy of the role ${role('web-deploy')}`,
  );

  const Principal = { AWS: role('web-pipeline') };
  const Condition = { StringEquals: { 'sts:ExternalId': 'arn:aws:codepipeline:us-east-1:000000000000:web' } };
  expect(trusting.map(({ statement }) => statement)).toEqual([
    { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition },
    { Effect: 'Allow', Principal, Action: 'sts:TagSession' },
  ]);
});

it('the bucket of a source must have versioning on, and the object', async () => {
  await versioned('Suspended');
  const another = pipeline();
  const [source] = another.stages?.[0]?.actions ?? [];
  if (source?.configuration) source.configuration['S3ObjectKey'] = 'none.zip';
  await test.client.send(new UpdatePipelineCommand({ pipeline: another }));

  const findings = missingIn(await look());

  await versioned('Enabled');
  await test.client.send(new UpdatePipelineCommand({ pipeline: pipeline() }));
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ what: 'the bucket web-source has versioning on', why: 'versioning is Suspended' }),
      expect.objectContaining({ what: 'the object none.zip is in the bucket web-source' }),
    ]),
  );
});

it.each<[string, string, Partial<ReturnType<typeof deployOf>>]>([
  [
    'an action type',
    'Deploy/Put: Deploy/AWS/ECS/1 is carried out',
    {
      actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'ECS', version: '1' },
      configuration: { ClusterName: 'c', ServiceName: 's' },
    },
  ],
  [
    'a batch build',
    'Deploy/Put: a batch is built',
    {
      actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
      configuration: { ProjectName: 'web', BatchEnabled: 'true' },
    },
  ],
])('%s that is not carried out is missing, and nothing else of its action is looked at', async (_, what, more) => {
  const another = pipeline();
  Object.assign(deployOf(another), more);
  await test.client.send(new UpdatePipelineCommand({ pipeline: another }));

  const findings = await look();

  await test.client.send(new UpdatePipelineCommand({ pipeline: pipeline() }));
  expect(findings.filter((found) => found.what.startsWith('Deploy/Put'))).toMatchObject([
    { status: 'MISSING', what, why: expect.stringContaining('Sluice does not carry out') },
  ]);
});

it('an action in another Region is not checked', async () => {
  const { artifactStore, ...another } = pipeline();
  const stores = { [client.region]: artifactStore, 'eu-west-3': { type: 'S3', location: 'elsewhere' } } as const;
  deployOf(another).region = 'eu-west-3';
  await test.client.send(
    new UpdatePipelineCommand({ pipeline: { ...another, artifactStores: stores } as PipelineDeclaration }),
  );

  const findings = await look();

  await test.client.send(new UpdatePipelineCommand({ pipeline: pipeline() }));
  expect(findings.filter((found) => found.what.startsWith('Deploy/Put'))).toEqual([
    {
      status: 'not checked',
      what: 'Deploy/Put in the Region eu-west-3',
      why: 'other Regions are not looked at yet',
    },
  ]);
});

it('whether a batch is built is not checked where only a run knows, and the rest of the action is looked at', async () => {
  const another = { ...pipeline(), variables: [{ name: 'batch', defaultValue: 'false' }] };
  const make = another.stages?.[2]?.actions?.[0];
  Object.assign(make?.configuration ?? {}, { BatchEnabled: '#{variables.batch}' });
  await test.client.send(new UpdatePipelineCommand({ pipeline: another }));

  const findings = await look();

  await test.client.send(new UpdatePipelineCommand({ pipeline: pipeline() }));
  const why = "only a run knows what BatchEnabled '#{variables.batch}' stands for";
  expect(findings).toContainEqual({ status: 'not checked', what: 'Build/Make: a batch is built', why });
  expect(findings.map(({ what }) => what).filter((what) => what.includes('web-build'))).not.toEqual([]);
});

it('what only a run knows is not checked', async () => {
  const another = pipeline();
  Object.assign(deployOf(another).configuration ?? {}, { BucketName: '#{Fetched.ETag}' });
  await test.client.send(new UpdatePipelineCommand({ pipeline: another }));

  const findings = await look();

  await test.client.send(new UpdatePipelineCommand({ pipeline: pipeline() }));
  const why = "only a run knows what BucketName '#{Fetched.ETag}' stands for";
  expect(findings).toContainEqual({ status: 'not checked', what: 'Deploy/Put', why });
});

it.each([
  ['a bucket', (one: PipelineDeclaration) => Object.assign(deployOf(one).configuration ?? {}, { BucketName: '*' })],
  ['a role', (one: PipelineDeclaration) => Object.assign(deployOf(one), { roleArn: role('*') })],
])('%s that stands for all is granted by no statement', async (_, change) => {
  const another = pipeline();
  change(another);
  await test.client.send(new UpdatePipelineCommand({ pipeline: another }));

  const findings = await look();

  await test.client.send(new UpdatePipelineCommand({ pipeline: pipeline() }));
  expect(findings).toContainEqual(expect.objectContaining({ why: expect.stringContaining('it names no one thing') }));
  expect(JSON.stringify(statementsIn(findings))).not.toMatch(/:::\*|role\/\*"/);
});

it('a topic that is gone is missing', async () => {
  await new SNSClient(client).send(new DeleteTopicCommand({ TopicArn: topic }));

  const findings = missingIn(await look());

  await new SNSClient(client).send(new CreateTopicCommand({ Name: 'web-reviewers' }));
  expect(findings).toContainEqual(expect.objectContaining({ what: `the topic ${topic} is there` }));
});

it('a role of another account is not checked', async () => {
  const another = pipeline();
  deployOf(another).roleArn = 'arn:aws:iam::111122223333:role/web-deploy';
  await test.client.send(new UpdatePipelineCommand({ pipeline: another }));

  const findings = await look();

  await test.client.send(new UpdatePipelineCommand({ pipeline: pipeline() }));
  expect(findings).toContainEqual({
    status: 'not checked',
    what: 'the role web-deploy is there, and its trust',
    why: 'arn:aws:iam::111122223333:role/web-deploy is of another account than 000000000000.',
  });
});

it('the policy of a bucket may allow alone, and may stand against all', async () => {
  const decided = async (Effect: 'Allow' | 'Deny') => {
    const Principal = { AWS: role('web-deploy') };
    const statement = { Effect, Principal, Action: 's3:PutObject', Resource: 'arn:aws:s3:::web-target/*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await s3.send(new PutBucketPolicyCommand({ Bucket: 'web-target', Policy }));
    const findings = await look();
    return findings.filter(({ what }) => /^Deploy\/Put.*web-target/.test(what));
  };

  const [allowed, denied] = [await decided('Allow'), await decided('Deny')];

  await s3.send(new DeleteBucketPolicyCommand({ Bucket: 'web-target' }));
  expect(allowed.map(({ status }) => status)).toEqual(['ok', 'ok']);
  expect(denied).toContainEqual(
    expect.objectContaining({ status: 'MISSING', why: 'a statement of it denies s3:PutObject' }),
  );
});

it('a role that the stack does not let its functions assume needs another parameter', async () => {
  const other = await startTestStack({ parameters: { PipelineRoles: 'pipelines/*' } });
  try {
    const declared = pipeline();
    const location = other.stack.outputs['BucketName'];
    const store = { ...declared, artifactStore: { type: 'S3' as const, location } };
    await other.client.send(new CreatePipelineCommand({ pipeline: store }));
    const { endpoint: endpointUrl, region } = other.stack;

    const findings = missingIn(await diagnose({ pipeline: 'web', stackName: 'sluice', region, endpointUrl }));

    const remedy = { do: 'Deploy the stack with a parameter PipelineRoles that matches web-pipeline.' };
    const what = expect.stringContaining("Sluice's S3Function on the role web-pipeline");
    expect(findings).toContainEqual(expect.objectContaining({ what, remedy }));
  } finally {
    await other.close();
  }
});
