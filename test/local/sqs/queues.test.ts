import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOON, Stage } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(() => stage.close());

function make(type: string, properties: object) {
  return stage.sqs.resources[type]?.({ logicalId: 'Letters', name: 'stack-Letters-1', type, properties });
}

test('a queue of the template has a URL, an ARN and a name', async () => {
  const named = await make('AWS::SQS::Queue', { QueueName: 'letters' });
  const unnamed = await make('AWS::SQS::Queue', {});

  expect(named).toEqual({
    ref: `${stage.endpoint}/000000000000/letters`,
    attributes: {
      Arn: stage.arn('letters'),
      QueueName: 'letters',
      QueueUrl: `${stage.endpoint}/000000000000/letters`,
    },
  });
  expect(unnamed?.attributes['QueueName']).toBe('stack-Letters-1');
});

test("a queue's attributes are those of the template, as text", async () => {
  const policy = { deadLetterTargetArn: stage.arn('dead'), maxReceiveCount: 5 };
  const QueueUrl = await stage.queue('letters', {
    MessageRetentionPeriod: '1209600',
    VisibilityTimeout: 60,
    SqsManagedSseEnabled: true,
    KmsMasterKeyId: 'alias/key',
    RedrivePolicy: policy,
    Tags: [{ Key: 'team', Value: 'x' }],
  });

  const { Attributes } = await stage.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));

  expect(Attributes).toMatchObject({
    QueueArn: stage.arn('letters'),
    MessageRetentionPeriod: '1209600',
    VisibilityTimeout: '60',
    SqsManagedSseEnabled: 'true',
    KmsMasterKeyId: 'alias/key',
    DelaySeconds: '0',
    CreatedTimestamp: String(NOON / 1000),
  });
  expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual(policy);
});

test('only attributes that are asked for are answered', async () => {
  const QueueUrl = await stage.queue('letters');

  const one = await stage.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const none = await stage.client.send(new GetQueueAttributesCommand({ QueueUrl }));

  expect(one.Attributes).toEqual({ QueueArn: stage.arn('letters') });
  expect(none.Attributes).toBeUndefined();
});

test('the template changes a queue and keeps its messages', async () => {
  const QueueUrl = await stage.queue('letters');
  await stage.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
  stage.clock.turn(5000);

  await stage.queue('letters', { VisibilityTimeout: 7 });

  const { Attributes } = await stage.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({
    VisibilityTimeout: '7',
    ApproximateNumberOfMessages: '1',
    CreatedTimestamp: String(NOON / 1000),
    LastModifiedTimestamp: String(NOON / 1000 + 5),
  });
});

test('a queue that is made again with the same attributes is the same; with others it is refused', async () => {
  const create = (VisibilityTimeout: string) =>
    stage.client.send(new CreateQueueCommand({ QueueName: 'made', Attributes: { VisibilityTimeout } }));
  const first = await create('5');

  const second = await create('5');

  expect(second.QueueUrl).toBe(first.QueueUrl);
  await expect(create('6')).rejects.toMatchObject({
    name: expect.stringMatching(/QueueNameExists|QueueAlreadyExists/),
  });
});

test('queues are found by name and listed page by page', async () => {
  for (const name of ['b-2', 'a-1', 'b-1', 'b-3']) await stage.queue(name);

  const found = await stage.client.send(new GetQueueUrlCommand({ QueueName: 'a-1' }));
  const first = await stage.client.send(new ListQueuesCommand({ QueueNamePrefix: 'b', MaxResults: 2 }));
  const second = await stage.client.send(
    new ListQueuesCommand({ QueueNamePrefix: 'b', MaxResults: 2, NextToken: first.NextToken }),
  );

  const url = (name: string) => `${stage.endpoint}/000000000000/${name}`;
  expect(found.QueueUrl).toBe(url('a-1'));
  expect([first.QueueUrls, second.QueueUrls]).toEqual([[url('b-1'), url('b-2')], [url('b-3')]]);
  expect(second.NextToken).toBeUndefined();
});

test('a deleted queue is gone with its messages, also after a crash', async () => {
  const QueueUrl = await stage.queue('letters');
  await stage.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));

  await stage.client.send(new DeleteQueueCommand({ QueueUrl }));
  stage.reopen();

  const receive = new ReceiveMessageCommand({ QueueUrl });
  await expect(stage.client.send(receive)).rejects.toMatchObject({ name: expect.stringMatching(/QueueDoesNotExist/) });
  await stage.queue('letters');
  expect((await stage.client.send(receive)).Messages).toBeUndefined();
});

test('a URL of an earlier start, on another port, still names the queue', async () => {
  await stage.queue('letters');
  const QueueUrl = 'http://127.0.0.1:1/000000000000/letters';

  const response = await fetch(stage.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
    body: JSON.stringify({ QueueUrl, MessageBody: 'a' }),
  });

  expect(response.status).toBe(200);
});

test('a policy of the template is what a sender is judged by', async () => {
  const url = await stage.queue('letters');
  const PolicyDocument = { Version: '2012-10-17', Statement: [] };

  await make('AWS::SQS::QueuePolicy', { Queues: [url], PolicyDocument });

  expect(stage.sqs.accessToSend(stage.arn('letters'))).toEqual([
    { action: 'sqs:SendMessage', resource: stage.arn('letters'), policy: JSON.stringify(PolicyDocument) },
  ]);
});

test.each([
  [{ FifoQueue: true }, 'no FIFO queues'],
  [{ QueueName: 'a.fifo' }, 'no FIFO queues'],
  [{ QueueName: 'a b' }, 'alphanumeric'],
  [{ VisibilityTimeout: 43_201 }, 'VisibilityTimeout'],
  [{ RedriveAllowPolicy: {} }, 'no queue attribute RedriveAllowPolicy'],
  [{ RedrivePolicy: { maxReceiveCount: 3 } }, 'RedrivePolicy'],
])('a queue with %o is refused', async (properties, message) => {
  await expect(async () => make('AWS::SQS::Queue', properties)).rejects.toThrow(message);
});

test('an operation that is not there is named with the variable that points elsewhere', async () => {
  const QueueUrl = await stage.queue('letters');

  const asking = stage.client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }));

  await expect(asking).rejects.toThrow(
    'The local stack has no SQS operation ListDeadLetterSourceQueues. Set AWS_ENDPOINT_URL_SQS to use another endpoint.',
  );
});

test('a request that is no JSON is refused', async () => {
  const response = await fetch(stage.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSQS.ListQueues' },
    body: '[',
  });

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: 'com.amazonaws.sqs#SerializationException' });
});
