import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { vi } from 'vitest';
import type { ActionDeclaration, PipelineDeclaration } from '../../functions/domain/declaration.ts';

type Item = Record<string, unknown> & { pk: string; sk: string };

/** Ids that the samples in events/ name. */
export const pipelineId = '5e1f6a60-0c1b-4c8e-9a3e-2f6b7d1c4a10';
export const runId = '01a1fd00-0000-7000-8000-0000000000a1';
export const connection = '10ca1000-0000-4000-8000-000000000001';
/** When the samples happen. */
export const now = 1_795_244_400_000;

/** The sample of an event. */
export function sample<T = never>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), 'utf8')) as T;
}

export const context = {
  awsRequestId: 'request',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:sluice',
  getRemainingTimeInMillis: () => 60_000,
} as Context;

const type = (category: 'Source' | 'Build' | 'Approval' | 'Deploy', provider: string) => ({
  category,
  owner: 'AWS' as const,
  provider,
  version: '1',
});

/** The definition that the samples' pipeline has. */
export const definition: PipelineDeclaration = {
  name: 'hello-site',
  roleArn: 'arn:aws:iam::123456789012:role/hello',
  artifactStore: { type: 'S3', location: 'artifacts' },
  stages: [
    {
      name: 'Source',
      actions: [
        {
          name: 'Fetch',
          actionTypeId: type('Source', 'CodeStarSourceConnection'),
          configuration: {
            ConnectionArn: `arn:aws:codeconnections:us-east-1:123456789012:connection/${connection}`,
            FullRepositoryId: 'sample/hello-site',
            BranchName: 'main',
          },
          outputArtifacts: [{ name: 'SourceOutput' }],
          namespace: 'SourceVariables',
        },
      ],
    },
    {
      name: 'Build',
      actions: [
        {
          name: 'Build',
          actionTypeId: type('Build', 'CodeBuild'),
          configuration: { ProjectName: 'hello-site' },
          inputArtifacts: [{ name: 'SourceOutput' }],
          outputArtifacts: [{ name: 'Site' }],
        },
      ],
    },
    { name: 'Approve', actions: [{ name: 'Review', actionTypeId: type('Approval', 'Manual'), configuration: {} }] },
    {
      name: 'Deploy',
      actions: [
        {
          name: 'Publish',
          actionTypeId: type('Deploy', 'S3'),
          configuration: { BucketName: 'gone', Extract: 'true' },
          inputArtifacts: [{ name: 'Site' }],
        },
      ],
    },
  ],
};

/** AWS as the handlers see it: a table in memory that keeps conditions, and clients that take what is sent. */
export function openWorld() {
  const table = mockClient(DynamoDBDocumentClient);
  const s3 = mockClient(S3Client);
  const sfn = mockClient(SFNClient);
  const secrets = mockClient(SecretsManagerClient);
  const events = mockClient(EventBridgeClient);
  const sns = mockClient(SNSClient);
  const lambda = mockClient(LambdaClient);
  const sts = mockClient(STSClient);
  const builds = mockClient(CodeBuildClient);
  const items = new Map<string, Item>();
  const keyOf = ({ pk, sk }: { pk?: unknown; sk?: unknown }) => `${pk}\n${sk}`;
  const text = JSON.stringify(definition);
  const digest = createHash('sha256').update(text).digest('hex');

  for (const [name, value] of Object.entries({
    TABLE: 'table',
    BUCKET: 'bucket',
    STATE_MACHINE: 'arn:aws:states:us-east-1:123456789012:stateMachine:m',
    LINK_KEY: 'link-key',
    APPROVAL_TOPIC: 'arn:aws:sns:us-east-1:123456789012:t',
    API_URL: 'https://api.example.com',
    AWS_REGION: 'us-east-1',
    POWERTOOLS_DEV: 'false',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  })) {
    vi.stubEnv(name, value);
  }
  vi.useFakeTimers({ toFake: ['Date'], now });

  table.on(GetCommand).callsFake(({ Key }) => ({ Item: items.get(keyOf(Key)) }));
  table.on(BatchGetCommand).callsFake(({ RequestItems }) => {
    const [[name, { Keys }]] = Object.entries(RequestItems) as [[string, { Keys: Item[] }]];
    return { Responses: { [name]: Keys.flatMap((key) => items.get(keyOf(key)) ?? []) } };
  });
  table.on(QueryCommand).callsFake(({ IndexName, ExpressionAttributeValues: values, ScanIndexForward }) => {
    const found = [...items.values()].filter((item) =>
      IndexName === 'open'
        ? item['open'] === values[':shard'] && Number(item['nextCheckAt']) <= values[':time']
        : item.pk === values[':pk'] && item.sk.startsWith(values[':prefix'] ?? ''),
    );
    const sorted = found.sort((a, b) => (a.sk < b.sk ? -1 : 1));
    return { Items: ScanIndexForward === false ? sorted.reverse() : sorted };
  });
  table.on(TransactWriteCommand).callsFake(({ TransactItems = [] }: TransactWriteCommandInput) => {
    const reasons = TransactItems.map((each) => {
      const { Put, Update, Delete } = each;
      const at = keyOf(Put?.Item ?? Update?.Key ?? Delete?.Key ?? {});
      const { ConditionExpression: condition, ExpressionAttributeValues: values } = Put ?? Update ?? Delete ?? {};
      const found = items.get(at);
      const fails =
        (condition?.includes('attribute_not_exists(pk)') && found) ||
        (condition === 'rev = :rev' && found?.['rev'] !== values?.[':rev']);
      return fails ? { Code: 'ConditionalCheckFailed', Item: found } : { Code: 'None' };
    });
    if (reasons.some(({ Code }) => Code !== 'None'))
      throw new TransactionCanceledException({
        message: 'cancelled',
        $metadata: {},
        CancellationReasons: reasons as never,
      });
    for (const { Put } of TransactItems) if (Put?.Item) items.set(keyOf(Put.Item), Put.Item as Item);
    return {};
  });
  const ended = (key: object) => {
    if (items.get(keyOf(key))?.['result'] !== undefined)
      throw new ConditionalCheckFailedException({ message: 'ended', $metadata: {} });
  };
  table.on(PutCommand).callsFake(({ Item: item }) => {
    ended(item);
    items.set(keyOf(item), item);
    return {};
  });
  table.on(DeleteCommand).callsFake(({ Key }) => {
    ended(Key);
    items.delete(keyOf(Key));
    return {};
  });
  s3.on(GetObjectCommand).callsFake(({ Bucket }) => {
    if (Bucket === 'bucket') return { Body: { transformToString: async () => text } };
    return { Body: Readable.from(['']) };
  });
  secrets.on(GetSecretValueCommand).callsFake(({ SecretId, VersionStage }) => {
    if (VersionStage === 'AWSPREVIOUS')
      throw new ResourceNotFoundException({ message: 'no previous version', $metadata: {} });
    return { SecretString: SecretId === 'link-key' ? 'sample-link-key' : 'sample-webhook-secret' };
  });
  events.on(PutEventsCommand).callsFake(({ Entries }) => ({ Entries: Entries.map(() => ({ EventId: 'e' })) }));
  sts.on(AssumeRoleCommand).resolves({
    Credentials: { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(now + 3_600_000) },
  });

  const put = (item: Item) => void items.set(keyOf(item), item);
  put({
    pk: 'PIPELINES',
    sk: 'hello-site',
    id: pipelineId,
    version: 1,
    digest,
    executionMode: 'SUPERSEDED',
    pipelineType: 'V1',
    created: now,
    updated: now,
    tags: [],
  });
  put({ pk: pipelineId, sk: 'VERSION#000001', digest });
  return { table, s3, sfn, secrets, events, sns, lambda, sts, builds, items, put, close };

  function close(): void {
    for (const mock of [table, s3, sfn, secrets, events, sns, lambda, sts, builds]) mock.restore();
    vi.unstubAllEnvs();
    vi.useRealTimers();
    vi.resetModules();
  }
}

export type World = ReturnType<typeof openWorld>;

/** Lets an action of the samples' definition have other members. */
export function redeclare(world: World, name: string, more: Partial<ActionDeclaration>): void {
  const stages = definition.stages.map((stage) => ({
    ...stage,
    actions: stage.actions.map((action) => (action.name === name ? { ...action, ...more } : action)),
  }));
  serveDefinition(world, { ...definition, stages });
}

/** The samples' pipeline has another definition. */
export function serveDefinition(world: World, served: PipelineDeclaration): void {
  const text = JSON.stringify(served);
  world.put({ pk: pipelineId, sk: 'VERSION#000001', digest: createHash('sha256').update(text).digest('hex') });
  world.s3.on(GetObjectCommand).resolves({ Body: { transformToString: async () => text } } as never);
}

/** The pipeline with the samples' run inside a stage. */
export function pipelineItem(stage: string, more: object = {}): Item {
  const gates = definition.stages.map(({ name }) =>
    name === stage
      ? { stage: name, waiting: [], holder: runId, last: { run: runId, sequence: 1, status: 'InProgress' } }
      : { stage: name, waiting: [] },
  );
  return {
    pk: pipelineId,
    sk: 'PIPELINE',
    rev: 1,
    id: pipelineId,
    name: 'hello-site',
    version: 1,
    executionMode: 'SUPERSEDED',
    pipelineType: 'V1',
    sequence: 1,
    gates,
    created: now,
    updated: now,
    ...more,
  };
}

export function runItem(stage: string, step: number, more: object = {}): Item {
  return {
    pk: pipelineId,
    sk: `RUN#${runId}`,
    rev: 1,
    id: runId,
    pipelineId,
    pipelineName: 'hello-site',
    sequence: 1,
    status: 'InProgress',
    version: 1,
    stage,
    place: 'inside',
    attempt: 0,
    step,
    execution: 1,
    spent: 3,
    trigger: { type: 'StartPipelineExecution', detail: 'me' },
    variables: '{}',
    sourceOverrides: '[]',
    sourceRevisions: [],
    startTime: now,
    lastUpdateTime: now,
    ...more,
  };
}

export function actionItem(stage: 'Source' | 'Build' | 'Approve' | 'Deploy', more: object = {}): Item {
  const index = definition.stages.findIndex(({ name }) => name === stage);
  const [action] = definition.stages[index]?.actions ?? [];
  const place = `0${index}.000.001.00`;
  return {
    pk: pipelineId,
    sk: `ACTION#${runId}#${place}`,
    rev: 1,
    key: `${pipelineId}/${runId}/${place}`,
    id: `9b0d2c44-7f31-4a52-8a0e-1d2e3f40516${index}`,
    pipelineName: 'hello-site',
    stage,
    action: action?.name,
    type: action?.actionTypeId,
    version: 1,
    status: 'Pending',
    deadline: now + 3_600_000,
    startTime: now,
    lastUpdateTime: now,
    ...more,
  };
}

/** The items that transactions have put, by the first part of their sort key. */
export function written({ table }: World, kind: string): readonly Item[] {
  return table
    .commandCalls(TransactWriteCommand)
    .flatMap(({ args }) =>
      (args[0].input.TransactItems ?? []).flatMap(({ Put }) =>
        Put?.Item && String(Put.Item['sk']).startsWith(kind) ? [Put.Item as Item] : [],
      ),
    );
}
