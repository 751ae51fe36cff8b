import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { Table } from '../engine/simulation/dynamodb.ts';

type Input = Readonly<Record<string, unknown>>;
type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;
type Ask = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** What the handlers of one process asked of AWS. */
export interface Work {
  /** Requests that read the table. */
  reads: number;
  /** Items that these read. */
  items: number;
  /** Requests that change anything, anywhere, but the records of calls. */
  changes: number;
}

/** The handlers that answer HTTP, in this process, over the local stack's DynamoDB. */
export interface FrontDoor {
  readonly work: Work;
  /** Names of the operations that are built. */
  readonly built: readonly string[];
  readonly api: Ask;
  readonly webhook: Ask;
  readonly approvalLink: Ask;
  close(): Promise<void>;
}

export const secret = 'a secret of this test';
const account = '000000000000';

const context: Context = {
  awsRequestId: 'request',
  invokedFunctionArn: `arn:aws:lambda:eu-west-1:${account}:function:sluice`,
  getRemainingTimeInMillis: () => 60_000,
} as Context;

const environment = {
  TABLE: 'table',
  BUCKET: 'bucket',
  STATE_MACHINE: `arn:aws:states:eu-west-1:${account}:stateMachine:m`,
  LINK_KEY: 'link-key',
  APPROVAL_TOPIC: `arn:aws:sns:eu-west-1:${account}:t`,
  API_URL: 'https://api.example.com',
  AWS_REGION: 'eu-west-1',
  POWERTOOLS_DEV: 'false',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
};

/** Opens the front door over an empty table. Only one can be open in a process, and no handler may have been imported before. */
export async function openFrontDoor(): Promise<FrontDoor> {
  Object.assign(process.env, environment);
  const table = new Table();
  await table.create('table');
  const work: Work = { reads: 0, items: 0, changes: 0 };
  const folder = await mkdtemp(join(tmpdir(), 'sluice-objects-'));
  const restore = serve(table, folder, work);
  const [{ operations }, api, webhook, approvalLink] = await Promise.all([
    import('../../functions/api/operations.ts'),
    import('../../functions/api/api.ts'),
    import('../../functions/listeners/webhook.ts'),
    import('../../functions/listeners/approval-link.ts'),
  ]);
  const bound =
    ({ handler }: { handler: Handler }): Ask =>
    (event) =>
      handler(event, context);
  return {
    work,
    built: Object.keys(operations),
    api: bound(api),
    webhook: bound(webhook),
    approvalLink: bound(approvalLink),
    async close() {
      restore();
      await table.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Puts the table and what else AWS is behind every SDK client. */
function serve(table: Table, folder: string, work: Work): () => void {
  const answers: readonly (readonly [{ readonly prototype: object }, (input: Input, command: string) => unknown])[] = [
    [DynamoDBDocumentClient, (input, command) => ask(table, work, input, command)],
    [S3Client, (input, command) => object(folder, work, input, command)],
    [SFNClient, () => changed(work, {})],
    [LambdaClient, () => changed(work, { StatusCode: 202 })],
    [SNSClient, () => changed(work, { MessageId: 'm' })],
    [EventBridgeClient, () => changed(work, { Entries: [] })],
    [STSClient, () => changed(work, {})],
    [SecretsManagerClient, () => ({ SecretString: secret })],
  ];
  const originals = answers.map(([{ prototype }, answer]) => {
    const client = prototype as { send(command: object): Promise<unknown> };
    const original = Object.getOwnPropertyDescriptor(prototype, 'send');
    client.send = async (command) => answer((command as { input: Input }).input, command.constructor.name);
    return () => {
      Reflect.deleteProperty(prototype, 'send');
      if (original) Object.defineProperty(prototype, 'send', original);
    };
  });
  return () => {
    for (const original of originals) original();
  };
}

async function ask(table: Table, work: Work, input: Input, command: string): Promise<object> {
  if (isOfRecord(input)) return table.send(command, input);
  if (!/^(Get|BatchGet|Query)/.test(command)) return changed(work, await table.send(command, input));
  const answer = (await table.send(command, input)) as {
    Item?: object;
    Items?: readonly object[];
    Responses?: Readonly<Record<string, readonly object[]>>;
  };
  const { Item, Items = [], Responses = {} } = answer;
  work.reads++;
  work.items += (Item ? 1 : 0) + Items.length + Object.values(Responses).flat().length;
  return answer;
}

/** Whether a write is of the record of a call, which a refused one has too. */
function isOfRecord({ Item, Key }: Input): boolean {
  return ((Item ?? Key) as { pk?: string } | undefined)?.pk?.startsWith('AUDIT#') ?? false;
}

/** Objects are files: a long run is to show what the handlers keep in memory, not what this does. */
async function object(folder: string, work: Work, input: Input, command: string): Promise<object> {
  const file = join(folder, createHash('sha256').update(String(input['Key'])).digest('hex'));
  if (command === 'PutObjectCommand') {
    await writeFile(file, String(input['Body']));
    return changed(work, {});
  }
  return { Body: { transformToString: () => readFile(file, 'utf8') } };
}

function changed<T>(work: Work, answer: T): T {
  work.changes++;
  return answer;
}
