import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { administrator } from '../local/sample/connection.ts';
import { report, timed } from './measure.ts';
import { type BenchStack, remove, runOnce, stagesOf } from './runs.ts';

const writing = /^(TransactWriteItems|PutItem|UpdateItem|StartExecution|SendTask|PutEvents|PutObject|Invoke)/;
const actions = 200;

/** Engine overhead of a sequential action that does nothing, beside as many synced writes and SDK calls alone. */
export async function benchOverhead(test: BenchStack, calls: Map<string, number>): Promise<void> {
  await runOnce(test, 'warm', stagesOf(20));
  calls.clear();
  const engine = await timed(() => runOnce(test, 'overhead', stagesOf(50, 50, 50, 50)));
  const all = [...calls].filter(([name]) => !name.endsWith('by client'));
  const count = (which: (operation: string) => boolean) =>
    all.filter(([name]) => which(name.split(' ')[0]?.split('.')[1] ?? '')).reduce((sum, [, each]) => sum + each, 0);
  const writes = count((operation) => writing.test(operation));
  const total = count(() => true);
  const alone = await timed(async () => syncedWrites(test.folder, writes));
  const sdk = await timed(() => sdkCalls(test, total));
  const ratio = engine / (alone + sdk);
  report('a sequential no-op action, durable', `${(engine / actions).toFixed(1)} ms`);
  report(
    `  of it as many synced 1 KiB writes alone (${(writes / actions).toFixed(1)} each)`,
    `${(alone / actions).toFixed(1)} ms`,
  );
  report(`  of it as many SDK calls alone (${(total / actions).toFixed(1)} each)`, `${(sdk / actions).toFixed(1)} ms`);
  report('  ratio', ratio.toFixed(2), '≤ 3', ratio <= 3);
  await remove(test, 'warm');
  await remove(test, 'overhead');
}

function syncedWrites(folder: string, count: number): void {
  const file = openSync(join(folder, 'alone'), 'w');
  const block = Buffer.alloc(1024, 1);
  for (let index = 0; index < count; index++) {
    writeSync(file, block);
    fsyncSync(file);
  }
  closeSync(file);
}

async function sdkCalls({ stack }: BenchStack, count: number): Promise<void> {
  const client = new DynamoDBClient({ endpoint: stack.endpoint, region: stack.region, credentials: administrator });
  const command = new GetItemCommand({
    TableName: stack.outputs['TableName'],
    Key: { pk: { S: 'x' }, sk: { S: 'x' } },
  });
  for (let index = 0; index < count; index++) await client.send(command);
}
