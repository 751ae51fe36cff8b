import {
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { BatchWriteItemCommand, DynamoDBClient, QueryCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { administrator } from '../local/sample/connection.ts';
import { median, report, timed } from './measure.ts';
import { type BenchStack, runOnce, stagesOf } from './runs.ts';

const few = 10;
const many = 10_000;
const rounds = 50;

/** State and listings of two pipelines, with 10 and with 10,000 past runs, asked in turn: ratios within this run. */
export async function benchListings(test: BenchStack): Promise<void> {
  for (const [name, count] of [
    ['few', few],
    ['many', many],
  ] as const) {
    await runOnce(test, name, stagesOf(2, 2));
    await addPastRuns(test, name, count);
  }
  for (const [name, list] of Object.entries(listings)) {
    const times: Record<'few' | 'many', number[]> = { few: [], many: [] };
    for (let round = 0; round < rounds; round++) {
      times.few.push(await timed(() => list(test, 'few')));
      times.many.push(await timed(() => list(test, 'many')));
    }
    const [before, after] = [median(times.few), median(times.many)];
    report(`${name}: ${few} past runs, ${many}`, `${before.toFixed(1)} ms, ${after.toFixed(1)} ms`);
    report('  ratio', (after / before).toFixed(2), 'as fast', after / before < 1.5);
  }
}

const listings: Readonly<Record<string, (test: BenchStack, name: string) => Promise<unknown>>> = {
  GetPipelineState: ({ client }, name) => client.send(new GetPipelineStateCommand({ name })),
  'ListPipelineExecutions, 10 a page': ({ client }, pipelineName) =>
    client.send(new ListPipelineExecutionsCommand({ pipelineName, maxResults: 10 })),
  'ListActionExecutions, 10 a page': ({ client }, pipelineName) =>
    client.send(new ListActionExecutionsCommand({ pipelineName, maxResults: 10 })),
};

/** Copies the records of the first run under older ids: what ten thousand runs would have left. */
async function addPastRuns({ stack, client }: BenchStack, pipelineName: string, count: number): Promise<void> {
  const dynamodb = new DynamoDBClient({ endpoint: stack.endpoint, region: stack.region, credentials: administrator });
  const table = stack.outputs['TableName'] ?? '';
  const { pipelineExecutionSummaries = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName, maxResults: 1 }),
  );
  const newest = pipelineExecutionSummaries[0]?.pipelineExecutionId ?? '';
  const summary = await dynamodb.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :p AND sk = :s',
      ExpressionAttributeValues: { ':p': { S: 'PIPELINES' }, ':s': { S: pipelineName } },
    }),
  );
  const pk = summary.Items?.[0]?.['id'] ?? { S: '' };
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({ TableName: table, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': pk } }),
  );
  const records = Items.filter(({ sk }) => sk?.S?.includes(newest) && /^(RUN|ACTION)#/.test(sk.S));
  let requests: WriteRequest[] = [];
  for (let index = 0; index < count; index++) {
    const id = `0${String(index).padStart(7, '0')}${newest.slice(8)}`;
    for (const record of records) {
      const copy = JSON.parse(JSON.stringify(record).replaceAll(newest, id)) as NonNullable<
        NonNullable<WriteRequest['PutRequest']>['Item']
      >;
      delete copy['open'];
      delete copy['nextCheckAt'];
      requests.push({ PutRequest: { Item: copy } });
      if (requests.length === 25) {
        await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
        requests = [];
      }
    }
  }
  if (requests.length > 0) await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
}
