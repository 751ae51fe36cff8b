import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Connection, type ConnectionKind, connectionKinds } from '../functions/domain/connection.ts';

const usage =
  'npm run connect -- --table NAME --host https://github.com --api https://api.github.com --webhook-secret sluice/NAME [--credential-secret sluice/NAME] [--kind GitHub|GitLab|Bitbucket] [--skip-ci] [--endpoint-url URL] [--region R]';

/** What a connection is to be, and where its record goes. */
interface Given {
  readonly table: string;
  readonly kind: ConnectionKind;
  readonly host: string;
  readonly api?: string;
  readonly webhookSecret: string;
  readonly credentialSecret?: string;
  readonly skipCi?: boolean;
  /** Of DynamoDB; absent: AWS's. */
  readonly endpointUrl?: string;
  /** Absent: as the AWS SDK finds it. */
  readonly region?: string;
}

/** Reads the command line; throws one sentence about the first argument that is missing or wrong. */
export function readArguments(args: readonly string[]): Given {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      table: text,
      kind: { ...text, default: 'GitHub' },
      host: text,
      api: text,
      'webhook-secret': text,
      'credential-secret': text,
      'skip-ci': { type: 'boolean' },
      'endpoint-url': text,
      region: text,
    },
  });
  const { table, host, api, region, 'credential-secret': credential, 'endpoint-url': endpoint } = values;
  return {
    table: tableName(required('--table', table)),
    kind: kindOf(values.kind),
    host: address('--host', required('--host', host)),
    ...(api === undefined ? {} : { api: address('--api', api) }),
    webhookSecret: secretName('--webhook-secret', required('--webhook-secret', values['webhook-secret'])),
    ...(credential === undefined ? {} : { credentialSecret: secretName('--credential-secret', credential) }),
    ...(values['skip-ci'] ? { skipCi: true } : {}),
    ...(endpoint === undefined ? {} : { endpointUrl: address('--endpoint-url', endpoint) }),
    ...(region === undefined ? {} : { region: regionName(region) }),
  };
}

/** Puts the record of a new connection: its account, Region and partition are the table's. `id`: a UUID that no other connection has. */
export async function connect({ table, endpointUrl, region, ...given }: Given, id: string): Promise<Connection> {
  const client = new DynamoDBClient({
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...(region === undefined ? {} : { region }),
  });
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    const [, partition, , home, account] = (Table?.TableArn ?? '').split(':');
    const arn = `arn:${partition}:codeconnections:${home}:${account}:connection/${id}`;
    const connection: Connection = { id, arn, ...given };
    const Item = { pk: `CONNECTION#${id}`, sk: 'CONNECTION', ...connection };
    await DynamoDBDocumentClient.from(client).send(
      new PutCommand({ TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' }),
    );
    return connection;
  } finally {
    client.destroy();
  }
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Error(`${name} is missing. ${usage}`);
  return value;
}

function kindOf(value: string): ConnectionKind {
  const kind = connectionKinds.find((each) => each === value);
  if (kind === undefined) throw new Error(`--kind must be one of ${connectionKinds.join(', ')}, not '${value}'.`);
  return kind;
}

function tableName(value: string): string {
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(value))
    throw new Error(`--table must be the name of Sluice's table (the output TableName), not '${value}'.`);
  return value;
}

/** An address without a slash at the end. Tokens and signed pushes go there: https, or this machine. */
function address(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const own = url?.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname);
  const plain = url && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!plain || !(url.protocol === 'https:' || own))
    throw new Error(`${name} must be an address such as https://github.com, not '${value}'.`);
  return value.replace(/\/+$/, '');
}

/** The functions of template.yaml may read secrets of these names only. */
function secretName(name: string, value: string): string {
  if (!/^sluice\/[A-Za-z0-9/_+=.@-]{1,500}$/.test(value))
    throw new Error(`${name} must be the name of a secret that begins with sluice/, not '${value}'.`);
  return value;
}

function regionName(value: string): string {
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(value))
    throw new Error(`--region must be a Region such as us-east-1, not '${value}'.`);
  return value;
}

if (import.meta.main) {
  try {
    const { arn, id } = await connect(readArguments(process.argv.slice(2)), randomUUID());
    console.log(`ConnectionArn  ${arn}\nWebhook        /webhooks/${id}   (after the stack's output ApiUrl)`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
