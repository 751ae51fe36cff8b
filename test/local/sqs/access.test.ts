import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import type { Resource } from '../../../local/service.ts';
import { openSqs, type SqsService } from '../../../local/sqs/sqs.ts';
import { jsonCall, operationsIn } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: 'http://127.0.0.1:1' };
const dir = mkdtempSync(join(tmpdir(), 'sluice-sqs-access-'));
const key = 'arn:aws:kms:us-east-1:000000000000:key/k';
const letters = 'arn:aws:sqs:us-east-1:000000000000:letters';
const policy = { Version: '2012-10-17', Statement: [] };
let sqs: SqsService;

beforeAll(async () => {
  sqs = openSqs({ ...place, dir, clock: new TurnableClock() });
  const make = async (type: string, properties: object) =>
    sqs.resources[type]?.({ type, logicalId: 'Q', name: 'q', properties } as Resource);
  const queue = await make('AWS::SQS::Queue', { QueueName: 'letters', KmsMasterKeyId: key });
  await make('AWS::SQS::QueuePolicy', { Queues: [queue?.ref], PolicyDocument: policy });
  await make('AWS::SQS::Queue', { QueueName: 'plain' });
});
afterAll(async () => {
  await sqs.close();
  rmSync(dir, { recursive: true });
});

const asked = (operation: string, input: object) =>
  sqs.access(jsonCall(`AmazonSQS.${operation}`, input)).map(({ action, resource }) => `${action} ${resource}`);
const url = (name: string) => `http://127.0.0.1:1/000000000000/${name}`;

test.each([
  ['SendMessage', { QueueUrl: url('plain') }, ['sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:plain']],
  [
    'SendMessageBatch',
    { QueueUrl: url('letters') },
    [`sqs:SendMessage ${letters}`, `kms:GenerateDataKey ${key}`, `kms:Decrypt ${key}`],
  ],
  ['ReceiveMessage', { QueueUrl: url('letters') }, [`sqs:ReceiveMessage ${letters}`, `kms:Decrypt ${key}`]],
  ['DeleteMessageBatch', { QueueUrl: url('letters') }, [`sqs:DeleteMessage ${letters}`]],
  ['ChangeMessageVisibility', { QueueUrl: url('letters') }, [`sqs:ChangeMessageVisibility ${letters}`]],
  ['GetQueueUrl', { QueueName: 'letters' }, [`sqs:GetQueueUrl ${letters}`]],
  ['CreateQueue', { QueueName: 'new' }, ['sqs:CreateQueue arn:aws:sqs:us-east-1:000000000000:new']],
  ['ListQueues', {}, ['sqs:ListQueues *']],
])('%s of %j asks for %j', (operation, input, wanted) => {
  expect(asked(operation, input)).toEqual(wanted);
});

test("a request brings the queue's policy, and how SQS uses the key", () => {
  const [send, generate] = sqs.access(jsonCall('AmazonSQS.SendMessage', { QueueUrl: url('letters') }));

  expect(send?.policy).toBe(JSON.stringify(policy));
  expect(generate?.context).toEqual({
    'kms:ViaService': 'sqs.us-east-1.amazonaws.com',
    'kms:EncryptionContextKeys': ['aws:sqs:arn'],
    'kms:EncryptionContext:aws:sqs:arn': letters,
  });
});

test('every operation asks for something', () => {
  const operations = operationsIn('sqs/sqs.ts');

  expect(operations).toContain('PurgeQueue');
  for (const operation of operations)
    expect(asked(operation, { QueueUrl: url('letters'), QueueName: 'q' }), operation).not.toEqual([]);
});
