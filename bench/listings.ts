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

/** State and listings with 10 and with 10,000 past runs: ratios within this run. */
export async function benchListings(test: BenchStack): Promise<void> {
  await runOnce(test, 'listed', stagesOf(2, 2));
  await addPastRuns(test, few);
  const before = await firstPages(test);
  await addPastRuns(test, many);
  const after = await firstPages(test);
  for (const [name, first] of Object.entries(before)) {
    const later = after[name] ?? 0;
    report(`${name}: ${few} past runs, ${many}`, `${first.toFixed(1)} ms, ${later.toFixed(1)} ms`);
    report('  ratio', (later / first).toFixed(2), 'as fast', later / first < 1.5);
  }
}

async function firstPages({ client }: BenchStack): Promise<Readonly<Record<string, number>>> {
  const each = async (work: () => Promise<unknown>) => {
    const times: number[] = [];
    for (let round = 0; round < 30; round++) times.push(await timed(work));
    return median(times);
  };
  return {
    GetPipelineState: await each(() => client.send(new GetPipelineStateCommand({ name: 'listed' }))),
    'ListPipelineExecutions, 10 a page': await each(() =>
      client.send(new ListPipelineExecutionsCommand({ pipelineName: 'listed', maxResults: 10 })),
    ),
    'ListActionExecutions, 10 a page': await each(() =>
      client.send(new ListActionExecutionsCommand({ pipelineName: 'listed', maxResults: 10 })),
    ),
  };
}

/** Copies the records of the first run under older ids: what ten thousand runs would have left. */
async function addPastRuns({ stack, client }: BenchStack, count: number): Promise<void> {
  const dynamodb = new DynamoDBClient({ endpoint: stack.endpoint, region: stack.region, credentials: administrator });
  const table = stack.outputs['TableName'] ?? '';
  const { pipelineExecutionSummaries = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: 'listed', maxResults: 1 }),
  );
  const newest = pipelineExecutionSummaries[0]?.pipelineExecutionId ?? '';
  const summary = await dynamodb.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :p AND sk = :s',
      ExpressionAttributeValues: { ':p': { S: 'PIPELINES' }, ':s': { S: 'listed' } },
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
