import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Connection, connectionId } from '../../functions/domain/connection.ts';
import { mayUseArtifacts, outputsOf } from './artifacts.ts';
import type { Checked } from './checked.ts';
import { type Finding, lookingAt, missing, notChecked, ok } from './finding.ts';
import type { Place } from './place.ts';
import { word } from './plain.ts';

/** Source, CodeStarSourceConnection: the connection's record, its secrets, what follows the repository, and the webhook. */
export async function checkConnectionSource(place: Place, checked: Checked): Promise<readonly Finding[]> {
  const { action, purpose, role, configured } = checked;
  const { ConnectionArn: arn = '', FullRepositoryId: repository = '', DetectChanges = 'true' } = configured;
  const { triggers = [] } = place.pipeline;
  const isTriggered = triggers.some(({ gitConfiguration }) => gitConfiguration.sourceActionName === action.name);
  const follows = isTriggered || DetectChanges !== 'false';
  const id = connectionId(arn);
  const what = `the connection ${id ?? arn} is there`;
  const found = await lookingAt(what, async () => {
    const connection = id === undefined ? undefined : await recordOf(place, id);
    if (connection === undefined)
      return missing(what, `Sluice's table has no connection ${arn}`, {
        do: `Make one as docs/connections.md says (npm run connect -- --table ${place.outputs['TableName']} …), and put its ARN into ConnectionArn of the action ${purpose}.`,
      });
    const { webhookSecret, credentialSecret } = connection;
    return [
      ok(what),
      ...(credentialSecret === undefined ? [] : await secret(place, 'the token of the repository', credentialSecret)),
      ...(await secret(place, 'the key of the webhook', webhookSecret)),
      ...(!follows ? [] : await isFollowing(place, connection, repository, action.name)),
      ...(!follows ? [] : [webhook(place, connection, repository)]),
    ];
  });
  const writes = outputsOf(action);
  return [...found, ...(await mayUseArtifacts(place, { purpose, role, reads: [], writes, namesKey: true }))];
}

function recordOf(place: Place, id: string): Promise<Connection | undefined> {
  return place.account.once(`connection ${id}`, async () => {
    const Key = { pk: `CONNECTION#${id}`, sk: 'CONNECTION' };
    const { Item } = await tableOf(place).send(new GetCommand({ TableName: place.outputs['TableName'], Key }));
    return Item as Connection | undefined;
  });
}

/** The functions may read secrets of Sluice's names, and decrypt with the key of Secrets Manager or with Sluice's own (docs/connections.md). */
function secret(place: Place, purpose: string, name: string): Promise<readonly Finding[]> {
  const what = `${purpose}, the secret ${name}, is there`;
  return lookingAt(what, async () => {
    const remedy = { do: `aws secretsmanager create-secret --name ${word(name)} --secret-string …` };
    try {
      const client = new SecretsManagerClient(place.account.options);
      const { KmsKeyId: key, DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: name }));
      if (DeletedDate !== undefined)
        return missing(what, 'it is deleted', { do: `aws secretsmanager restore-secret --secret-id ${word(name)}` });
      if (isReadable(place, key)) return ok(what);
      return missing(what, `Sluice's functions cannot use the key ${key} that encrypts it`, {
        do: `aws secretsmanager update-secret --secret-id ${word(name)} --kms-key-id ${place.outputs['KeyArn']}`,
      });
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
      return missing(what, 'there is no such secret', remedy);
    }
  });
}

function isReadable({ outputs }: Place, key: string | undefined): boolean {
  const own = outputs['KeyArn'] ?? '';
  return key === undefined || key.endsWith('alias/aws/secretsmanager') || own === key || own.endsWith(`/${key}`);
}

/** Sluice writes at every change of a pipeline what pushes start it by. */
function isFollowing(
  place: Place,
  { id }: Connection,
  repository: string,
  action: string,
): Promise<readonly Finding[]> {
  const what = `pushes to ${repository} start ${place.pipeline.name}`;
  return lookingAt(what, async () => {
    const { Items = [] } = await tableOf(place).send(
      new QueryCommand({
        TableName: place.outputs['TableName'],
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `SOURCE#${id}#${repository}` },
      }),
    );
    const isThere = Items.some((item) => item['pipelineName'] === place.pipeline.name && item['action'] === action);
    if (isThere) return ok(what);
    const remedy = { do: `aws sluice update-pipeline with the declaration as it is: it writes the record again.` };
    return missing(what, 'no record in the table has the pipeline follow the repository', remedy);
  });
}

/** Only the host knows its webhooks, and the answer to a wrong one is the same as to none, on purpose. */
function webhook({ outputs }: Place, { host, id }: Connection, repository: string): Finding {
  const url = `${outputs['ApiUrl']}/webhooks/${id}`;
  const why = `only the host knows: Settings, Webhooks, Recent deliveries must show 200 for ${url}`;
  return notChecked(`${host}/${repository} has the webhook`, why);
}

function tableOf({ account }: Place): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(account.options));
}
