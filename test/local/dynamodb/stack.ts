import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CreateTableCommand, DynamoDBClient, type StreamViewType } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { TurnableClock } from '../../../local/clock.ts';
import { type DynamodbService, openDynamodb } from '../../../local/dynamodb/dynamodb.ts';
import type { ServiceRequest } from '../../../local/service.ts';

/** The service behind an HTTP server that checks no signature, and the AWS SDK's clients for it. */
export interface Stack {
  readonly dir: string;
  readonly clock: TurnableClock;
  readonly service: DynamodbService;
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocument;
  close(): Promise<void>;
}

export async function openStack(
  dir = mkdtempSync(join(tmpdir(), 'dynamodb-')),
  clock = new TurnableClock(),
): Promise<Stack> {
  const context = { account: '000000000000', region: 'eu-west-1', partition: 'aws', endpoint: '', dir, clock };
  const service = openDynamodb(context);
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const request: ServiceRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: incoming,
      caller: { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'local' },
      requestId: randomUUID(),
    };
    void service.handle(request).then(({ status, headers, body }) => {
      outgoing.writeHead(status, headers);
      if (body instanceof Readable) body.pipe(outgoing);
      else outgoing.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    dir,
    clock,
    service,
    client,
    documents: DynamoDBDocument.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      clock.close();
    },
  };
}

/** Makes the table `runs`: key pk, sk; index `by-author`: author, sk. Answers its ARN and its stream's. */
export async function createRuns({ client }: Stack, streamView?: StreamViewType) {
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      TableName: 'runs',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'author', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-author',
          KeySchema: [
            { AttributeName: 'author', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      ...(streamView && { StreamSpecification: { StreamEnabled: true, StreamViewType: streamView } }),
    }),
  );
  return { tableArn: TableDescription?.TableArn ?? '', streamArn: TableDescription?.LatestStreamArn ?? '' };
}
