import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NOON, Stage } from './stage.ts';

let stage: Stage;
let QueueUrl: string;

beforeEach(async () => {
  stage = await Stage.open();
  QueueUrl = await stage.queue('letters');
});

afterEach(() => stage.close());

function send(MessageBody: string, more: object = {}) {
  return stage.client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
}

async function receive(more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more });
  return (await stage.client.send(command)).Messages ?? [];
}

const bodies = (messages: Message[]) => messages.map(({ Body }) => Body);

test('a message that is sent is received, once, until its visibility ends', async () => {
  const { MessageId } = await send('hello');

  const first = await receive();
  const hidden = await receive();
  stage.clock.turn(30_000);
  const again = await receive({ MessageSystemAttributeNames: ['All'] });

  expect(first).toMatchObject([{ MessageId, Body: 'hello' }]);
  expect(hidden).toEqual([]);
  expect(again).toMatchObject([
    {
      MessageId,
      Attributes: {
        ApproximateReceiveCount: '2',
        SentTimestamp: String(NOON),
        ApproximateFirstReceiveTimestamp: String(NOON),
        SenderId: 'arn:aws:iam::000000000000:root',
      },
    },
  ]);
});

test('attributes go with a message, and a receiver chooses among them', async () => {
  const MessageAttributes = {
    'trace.id': { DataType: 'String', StringValue: 'ü1' },
    size: { DataType: 'Number.int', StringValue: '42' },
    blob: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
  };
  await send('x', { MessageAttributes });

  const [all] = await receive({ MessageAttributeNames: ['All'], VisibilityTimeout: 0 });
  const [some] = await receive({ MessageAttributeNames: ['trace.*', 'blob'], VisibilityTimeout: 0 });
  const [none] = await receive();

  expect(all?.MessageAttributes).toEqual(MessageAttributes);
  expect(Object.keys(some?.MessageAttributes ?? {}).sort()).toEqual(['blob', 'trace.id']);
  expect(none?.MessageAttributes).toBeUndefined();
});

test('the digests are those of AWS', async () => {
  // Names in order; each part with its length in four bytes before it; 1 for text and 2 for bytes before the value.
  const hashed = '\0\0\0\x01a\0\0\0\x06Binary\x02\0\0\0\x01!\0\0\0\x01b\0\0\0\x06String\x01\0\0\0\x02hi';

  const answer = await send('This is a test message', {
    MessageAttributes: {
      b: { DataType: 'String', StringValue: 'hi' },
      a: { DataType: 'Binary', BinaryValue: new TextEncoder().encode('!') },
    },
  });

  expect(answer.MD5OfMessageBody).toBe('fafb00f5732ab283681e124bf8747ed1');
  expect(answer.MD5OfMessageAttributes).toBe(createHash('md5').update(hashed).digest('hex'));
});

test('a deleted message does not come back', async () => {
  await send('a');
  const [message] = await receive();

  await stage.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));

  stage.clock.turn(60_000);
  expect(await receive()).toEqual([]);
});

test('the handle of an earlier receive deletes nothing', async () => {
  await send('a');
  const [early] = await receive({ VisibilityTimeout: 1 });
  stage.clock.turn(1000);
  await receive({ VisibilityTimeout: 1 });

  await stage.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: early?.ReceiptHandle }));

  stage.clock.turn(1000);
  expect(bodies(await receive())).toEqual(['a']);
});

test('a handle that is none is refused', async () => {
  const command = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'nonsense' });

  await expect(stage.client.send(command)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
});

test('the visibility of a message in flight can be changed', async () => {
  await send('a');
  const [message] = await receive();
  const ReceiptHandle = message?.ReceiptHandle;

  await stage.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 100 }));
  stage.clock.turn(99_000);
  const hidden = await receive();
  await stage.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));

  expect(hidden).toEqual([]);
  const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 });
  await expect(stage.client.send(change)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  expect(bodies(await receive())).toEqual(['a']);
});

test('a delayed message comes when its delay is over', async () => {
  await send('later', { DelaySeconds: 10 });

  const before = await receive();
  stage.clock.turn(10_000);

  expect(before).toEqual([]);
  expect(bodies(await receive())).toEqual(['later']);
});

test('a receiver that waits gets a message when it is sent', async () => {
  const waiting = receive({ WaitTimeSeconds: 20 });

  await send('now');

  expect(bodies(await waiting)).toEqual(['now']);
});

test('a receiver that waits gets a message when it becomes visible', async () => {
  await send('later', { DelaySeconds: 10 });
  let answered: Message[] | undefined;
  const waiting = receive({ WaitTimeSeconds: 20 }).then((messages) => {
    answered = messages;
  });
  // The answer to another request shows that the one that waits has come in.
  await receive();

  stage.clock.turn(9000);
  await receive();
  const early = answered;
  stage.clock.turn(1000);
  await waiting;

  expect(early).toBeUndefined();
  expect(bodies(answered ?? [])).toEqual(['later']);
});

test('a receiver waits no longer than it says, by the clock', async () => {
  let answered = false;
  const waiting = receive({ WaitTimeSeconds: 20 }).finally(() => {
    answered = true;
  });
  await receive();

  stage.clock.turn(19_000);
  await receive();
  const early = answered;
  await vi.waitFor(async () => {
    stage.clock.turn(1000);
    await receive();
    expect(answered).toBe(true);
  });

  expect(early).toBe(false);
  expect(await waiting).toEqual([]);
});

test('closing answers receivers that wait', async () => {
  const waiting = receive({ WaitTimeSeconds: 20 });
  await receive();

  await stage.sqs.close();

  expect(await waiting).toEqual([]);
});

test('a batch is sent and deleted entry by entry; a bad entry fails alone', async () => {
  const Entries = [
    { Id: 'a', MessageBody: 'one' },
    { Id: 'b', MessageBody: 'bad \u0001' },
    { Id: 'c', MessageBody: 'three' },
  ];

  const sent = await stage.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const received = await receive();
  const deleted = await stage.client.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'x', ReceiptHandle: received[0]?.ReceiptHandle },
        { Id: 'y', ReceiptHandle: 'nonsense' },
      ],
    }),
  );

  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
  expect(sent.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidMessageContents', SenderFault: true }]);
  expect(bodies(received)).toEqual(['one', 'three']);
  expect([deleted.Successful, deleted.Failed]).toMatchObject([
    [{ Id: 'x' }],
    [{ Id: 'y', Code: 'ReceiptHandleIsInvalid' }],
  ]);
  stage.clock.turn(60_000);
  expect(bodies(await receive())).toEqual(['three']);
});

test.each([
  ['EmptyBatchRequest', []],
  ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, index) => ({ Id: `i${index}`, MessageBody: 'x' }))],
  ['BatchEntryIdsNotDistinct', [1, 2].map(() => ({ Id: 'same', MessageBody: 'x' }))],
  ['InvalidBatchEntryId', [{ Id: 'not an id', MessageBody: 'x' }]],
  ['BatchRequestTooLong', ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) }))],
])('a batch is refused: %s', async (name, Entries) => {
  const sending = stage.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

  await expect(sending).rejects.toMatchObject({ name });
});

test('after too many receives a message goes to the dead-letter queue', async () => {
  const dead = await stage.queue('dead');
  const RedrivePolicy = { deadLetterTargetArn: stage.arn('dead'), maxReceiveCount: 2 };
  await stage.queue('letters', { RedrivePolicy });
  await send('poison');
  await receive({ VisibilityTimeout: 0 });
  await receive({ VisibilityTimeout: 0 });

  const third = await receive();

  expect(third).toEqual([]);
  const [letter] = await receive({ QueueUrl: dead, MessageSystemAttributeNames: ['All'] });
  expect(letter).toMatchObject({
    Body: 'poison',
    Attributes: { ApproximateReceiveCount: '1', DeadLetterQueueSourceArn: stage.arn('letters') },
  });
});

test('without its dead-letter queue a message stays', async () => {
  await stage.queue('letters', { RedrivePolicy: { deadLetterTargetArn: stage.arn('gone'), maxReceiveCount: 1 } });
  await send('poison');
  await receive({ VisibilityTimeout: 0 });

  expect(bodies(await receive())).toEqual(['poison']);
});

test('a message is forgotten after the retention period', async () => {
  await stage.queue('letters', { MessageRetentionPeriod: 60 });
  await send('old');
  stage.clock.turn(60_000);
  const kept = await receive({ VisibilityTimeout: 0 });

  stage.clock.turn(1);

  expect(bodies(kept)).toEqual(['old']);
  expect(await receive()).toEqual([]);
});

test('the counts tell visible, received and delayed messages apart', async () => {
  for (const body of ['a', 'b', 'c']) await send(body);
  await send('d', { DelaySeconds: 5 });
  await receive({ MaxNumberOfMessages: 1 });

  const { Attributes } = await stage.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));

  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '2',
    ApproximateNumberOfMessagesNotVisible: '1',
    ApproximateNumberOfMessagesDelayed: '1',
  });
});

test('purging deletes all messages', async () => {
  await send('a');

  await stage.client.send(new PurgeQueueCommand({ QueueUrl }));

  expect(await receive()).toEqual([]);
});

test('what was sent, received and deleted is so after a crash', async () => {
  for (const body of ['deleted', 'hidden', 'there']) await send(body);
  const [first] = await receive({ MaxNumberOfMessages: 2 });
  await stage.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));

  stage.reopen();

  const now = await receive();
  stage.clock.turn(30_000);
  const later = await receive();
  expect(bodies(now)).toEqual(['there']);
  expect(bodies(later)).toEqual(['hidden', 'there']);
});

test('another service of the stack sends with attributes, and wakes a receiver', async () => {
  const waiting = receive({ WaitTimeSeconds: 20, MessageAttributeNames: ['All'] });
  await receive({ QueueUrl: await stage.queue('other') });

  stage.sqs.sendMessage(stage.arn('letters'), 'dead letter', { ErrorCode: '200' });

  expect(await waiting).toMatchObject([
    { Body: 'dead letter', MessageAttributes: { ErrorCode: { DataType: 'String', StringValue: '200' } } },
  ]);
  expect(() => stage.sqs.sendMessage(stage.arn('nowhere'), 'x')).toThrow('does not exist');
});

test.each([
  ['InvalidParameterValue', 'x'.repeat(1_048_577), {}],
  ['InvalidMessageContents', 'bell \u0007', {}],
  ['MissingParameter', '', {}],
  ['InvalidParameterValue', 'x', { DelaySeconds: 901 }],
  ['InvalidParameterValue', 'x', { MessageGroupId: 'a' }],
  ['InvalidParameterValue', 'x', { MessageAttributes: { a: { DataType: 'Date', StringValue: 'x' } } }],
  ['InvalidParameterValue', 'x', { MessageAttributes: { n: { DataType: 'Number', StringValue: 'many' } } }],
  ['InvalidParameterValue', 'x', { MessageAttributes: { 'aws.x': { DataType: 'String', StringValue: 'x' } } }],
])('a message is refused: %s of %.9s with %o', async (name, body, more) => {
  await expect(send(body, more)).rejects.toMatchObject({ name });
});

test.each([{ MaxNumberOfMessages: 11 }, { WaitTimeSeconds: 21 }, { VisibilityTimeout: -1 }])(
  'a receive with %o is refused',
  async (more) => {
    await expect(receive(more)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  },
);
