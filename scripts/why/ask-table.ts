import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  DynamoDBDocumentClient,
  paginateQuery,
} from '@aws-sdk/lib-dynamodb';
import { type Decision, decisionPartition, isSameRevision } from '../../functions/domain/decision.ts';
import type { Run } from '../../functions/domain/run.ts';
import type { ClientOptions } from '../account/client-options.ts';

/** Sluice's table, and as whom it is read. */
export interface Table {
  readonly options: ClientOptions;
  readonly name: string;
}

/** What is known. `started`: what started the run that is asked about. */
export interface Answer {
  readonly started?: string;
  readonly decisions: readonly Decision[];
}

type Item = Readonly<Record<string, unknown>>;

const batch = 100;

/** What was decided about a revision, the oldest first. */
export async function whyRevision(table: Table, revision: string): Promise<Answer> {
  return asking(table, async (client) => ({ decisions: await decisionsOn(client, table, revision) }));
}

/** What started a run, and what was decided about it; or what was decided about an event. Neither, when nobody knows the id. */
export async function whyAny(table: Table, id: string): Promise<Answer> {
  return asking(table, async (client) => {
    const run = await findRun(client, table, id);
    if (!run) return { decisions: await decisionsOn(client, table, id) };
    const { pipelineName, trigger, startTime } = run;
    const started = `${new Date(startTime).toISOString()}  ${pipelineName}: ${id} was started by ${trigger.type} ${trigger.detail}.`;
    const revision = trigger.git?.commitId ?? trigger.revision;
    const told = revision === undefined ? [] : await decisionsOn(client, table, revision);
    return { started, decisions: told.filter((decision) => decision.run === id) };
  });
}

async function asking<T>({ options }: Table, ask: (client: DynamoDBDocumentClient) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient(options);
  try {
    return await ask(DynamoDBDocumentClient.from(client));
  } finally {
    client.destroy();
  }
}

async function decisionsOn(
  client: DynamoDBDocumentClient,
  table: Table,
  revision: string,
): Promise<readonly Decision[]> {
  const found = await items(client, table, decisionPartition(revision));
  return (found as unknown as readonly Decision[])
    .filter((decision) => isSameRevision(decision.revision, revision))
    .sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
}

/** A run's id says nothing of its pipeline: all that are there are looked through, a hundred at a time. */
async function findRun(client: DynamoDBDocumentClient, table: Table, id: string): Promise<Run | undefined> {
  const pipelines = await items(client, table, 'PIPELINES');
  for (let start = 0; start < pipelines.length; start += batch) {
    let Keys: Item[] | undefined = pipelines.slice(start, start + batch).map((each) => ({
      pk: each['id'],
      sk: `RUN#${id}`,
    }));
    while (Keys && Keys.length > 0) {
      const asked: BatchGetCommand = new BatchGetCommand({ RequestItems: { [table.name]: { Keys } } });
      const { Responses, UnprocessedKeys }: BatchGetCommandOutput = await client.send(asked);
      const [run] = Responses?.[table.name] ?? [];
      if (run) return run as unknown as Run;
      Keys = UnprocessedKeys?.[table.name]?.Keys;
    }
  }
  return undefined;
}

async function items(client: DynamoDBDocumentClient, { name }: Table, pk: string): Promise<readonly Item[]> {
  const found: Item[] = [];
  const query = {
    TableName: name,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items);
  return found;
}
