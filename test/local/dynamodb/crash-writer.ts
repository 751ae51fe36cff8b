import { Readable } from 'node:stream';
import { TurnableClock } from '../../../local/clock.ts';
import { openDynamodb } from '../../../local/dynamodb/dynamodb.ts';

/** Writes transactions of three items each, eight at a time, and prints the number of each that was answered, until it is killed. */
const [dir = '', first = '0'] = process.argv.slice(2);
const context = { account: '000000000000', region: 'eu-west-1', partition: 'aws', endpoint: '', dir };
const service = openDynamodb({ ...context, clock: new TurnableClock() });

async function write(n: number): Promise<void> {
  const put = (pk: string) => ({
    Put: {
      TableName: 'runs',
      Item: { pk: { S: pk }, sk: { S: String(n) }, author: { S: `a${n}` }, n: { N: String(n) } },
    },
  });
  const count = {
    Update: {
      TableName: 'runs',
      Key: { pk: { S: 'count' }, sk: { S: '0' } },
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  };
  const { status } = await service.handle({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': 'DynamoDB_20120810.TransactWriteItems' },
    body: Readable.from([Buffer.from(JSON.stringify({ TransactItems: [put('left'), put('right'), count] }))]),
    caller: { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'local' },
    requestId: String(n),
  });
  process.stdout.write(`${status === 200 ? n : `refused ${status}`}\n`);
}

for (let n = Number(first); n < Number(first) + 100_000; n += 8) {
  await Promise.all(Array.from({ length: 8 }, (_, i) => write(n + i)));
}
