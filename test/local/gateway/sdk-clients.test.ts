import { Readable } from 'node:stream';
import { DynamoDBClient, ListTablesCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../../../local/service.ts';
import { echoService } from './echo-service.ts';
import { newContext, openTestGateway } from './test-gateway.ts';

let failure: Error | undefined;
const answer = (body: string) => () => {
  if (failure) throw failure;
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
};
const s3 = echoService('s3', answer(''));
const dynamodb = echoService('dynamodb', answer('{"TableNames":[]}'));
const sns = echoService('sns', answer(''));
const scheduler = echoService('scheduler', answer('{}'));
let gateway: Awaited<ReturnType<typeof openTestGateway>>;

beforeAll(async () => {
  gateway = await openTestGateway(newContext(), [s3.service, dynamodb.service, sns.service, scheduler.service]);
});
afterAll(() => gateway.close());

/** Lets the services fail with an error while `act` runs; answers with what `act` was rejected with. */
function failing<T>(error: Error, act: () => Promise<T>): Promise<unknown> {
  failure = error;
  return act()
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
    .finally(() => {
      failure = undefined;
    });
}

describe('the S3 client', () => {
  const keys = [
    'plain',
    'with space',
    'a+b',
    '100%',
    'already%20encoded',
    'ünïcödé/鍵/🗝',
    'double//slash',
    '/begins with a slash',
    'ends/',
    '../up',
    'a/../b',
    './here',
    'a/.',
    `quote'"(!)*~`,
    'query?x=1&y#z',
    'tab\tand:colon;=@,$',
    'back\\slash|^`{}[]<>',
  ];

  it.each(keys)('is verified when it puts the key %j', async (Key) => {
    const client = new S3Client({ ...gateway.client, forcePathStyle: true });

    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'body', Metadata: { name: 'a  b' } }));

    const [, bucket, ...path] = s3.calls.at(-1)?.path.split('/') ?? [];
    expect([bucket, decodeURIComponent(path.join('/'))]).toEqual(['bucket', Key]);
  });

  it('is verified when it uploads a stream of unknown hash', async () => {
    const client = new S3Client({ ...gateway.client, forcePathStyle: true });
    const Body = Readable.from([Buffer.from('chunk'), Buffer.from('ed')]);

    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'stream', Body, ContentLength: 7 }));

    expect(s3.calls.at(-1)?.headers['x-amz-content-sha256']).toBe('STREAMING-UNSIGNED-PAYLOAD-TRAILER');
    expect(s3.calls.at(-1)?.body).toContain('chunk');
  });

  it('is verified whatever the key and the prefix are', async () => {
    const client = new S3Client({ ...gateway.client, forcePathStyle: true });
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });

    await fc.assert(
      fc.asyncProperty(text, async (odd) => {
        await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: odd, Body: odd }));
        await client.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: odd, Delimiter: '/' }));
      }),
      { numRuns: 60 },
    );
  });

  it('reads errors with their members', async () => {
    const client = new S3Client({ ...gateway.client, forcePathStyle: true });
    const error = new ServiceError('NoSuchKey', 'No <such> key & all.', 404, { Key: 'a\u0000<b>' });

    const reason = await failing(error, () => client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' })));

    expect(reason).toMatchObject({ name: 'NoSuchKey', message: 'No <such> key & all.', Key: 'a\ufffd<b>' });
  });

  it('reads a missing object from a HEAD without a body', async () => {
    const client = new S3Client({ ...gateway.client, forcePathStyle: true });
    const error = new ServiceError('NoSuchKey', 'No such key.', 404);

    const reason = await failing(error, () => client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' })));

    expect(reason).toMatchObject({ name: 'NotFound' });
  });
});

describe('a service error', () => {
  it('reaches a JSON client with its members', async () => {
    const client = new DynamoDBClient(gateway.client);
    const CancellationReasons = [{ Code: 'ConditionalCheckFailed' }];
    const error = new ServiceError('TransactionCanceledException', 'Cancelled.', 400, { CancellationReasons });

    const reason = await failing(error, () => client.send(new TransactWriteItemsCommand({ TransactItems: [] })));

    expect(reason).toMatchObject({ name: 'TransactionCanceledException', message: 'Cancelled.', CancellationReasons });
  });

  it('reaches a query client', async () => {
    const client = new SNSClient(gateway.client);
    const error = new ServiceError('NotFound', 'Topic does not exist & never did', 404);

    const reason = await failing(error, () => client.send(new PublishCommand({ TopicArn: 'arn', Message: 'x' })));

    expect(reason).toMatchObject({ name: 'NotFoundException', message: 'Topic does not exist & never did' });
  });

  it('reaches a REST client', async () => {
    const client = new SchedulerClient(gateway.client);
    const error = new ServiceError('ConflictException', 'Schedule s already exists.', 409);
    const Target = { Arn: 'arn', RoleArn: 'arn' };
    const input = {
      Name: 's',
      ScheduleExpression: 'rate(1 hour)',
      Target,
      FlexibleTimeWindow: { Mode: 'OFF' },
    } as const;

    const reason = await failing(error, () => client.send(new CreateScheduleCommand(input)));

    expect(reason).toMatchObject({ name: 'ConflictException', message: 'Schedule s already exists.' });
  });

  it('that is a fault says nothing of its cause', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const client = new DynamoDBClient(gateway.client);

    const reason = await failing(new Error('secret inside'), () => client.send(new ListTablesCommand({})));

    expect(reason).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
    expect(String(reason)).not.toContain('secret inside');
  });
});
