import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSns, type Sns } from '../../../local/sns/sns.ts';
import { client, discard, named, newContext, recordingPorts, serve, settle, until } from '../eventbridge/serving.ts';
import { mailsOf } from './mails.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:t';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const GRAVE = 'arn:aws:sqs:us-east-1:000000000000:grave';

let context: ReturnType<typeof newContext>;
let ports: ReturnType<typeof recordingPorts>;
let sns: Sns;
let server: Awaited<ReturnType<typeof serve>>;
let topics: SNSClient;

beforeEach(async () => {
  context = newContext();
  ports = recordingPorts();
  sns = openSns(context, ports);
  server = await serve((request) => sns.handle(request));
  topics = new SNSClient(client(server.endpoint));
});

afterEach(async () => {
  await server.close();
  await sns.close();
  discard(context);
});

const topic = (properties: object = {}) =>
  sns.resources['AWS::SNS::Topic']?.({ logicalId: 'T', name: 't', type: 'AWS::SNS::Topic', properties });
const subscription = (properties: object) =>
  sns.resources['AWS::SNS::Subscription']?.({
    logicalId: 'S',
    name: 's',
    type: 'AWS::SNS::Subscription',
    properties: { TopicArn: TOPIC, ...properties },
  });
const subscribed = (...Subscription: object[]) => topic({ Subscription });
const publish = (members: Partial<PublishCommandInput> = {}) =>
  topics.send(new PublishCommand({ TopicArn: TOPIC, Message: 'Hello', ...members }));

async function restart(declare: () => unknown = () => undefined): Promise<void> {
  await sns.close();
  sns = openSns(context, ports);
  await declare();
  await sns.start?.();
}

describe('a message', () => {
  it('reaches a function as Lambda has it', async () => {
    await subscribed({ Protocol: 'lambda', Endpoint: FUNCTION });
    await sns.start?.();

    const { MessageId } = await publish({
      Subject: 'Hi',
      MessageAttributes: {
        color: { DataType: 'String', StringValue: 'red' },
        bytes: { DataType: 'Binary', BinaryValue: Buffer.from('abc') },
      },
    });
    await until(() => ports.sent.length === 1);

    const [record] = JSON.parse(ports.sent[0]?.body ?? '').Records;
    expect(ports.sent[0]?.to).toBe(FUNCTION);
    expect(record).toMatchObject({ EventSource: 'aws:sns', EventVersion: '1.0' });
    expect(record.EventSubscriptionArn).toContain(`${TOPIC}:`);
    expect(record.Sns).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: TOPIC,
      Subject: 'Hi',
      Message: 'Hello',
      Timestamp: '2026-03-02T08:15:04.000Z',
      MessageAttributes: { color: { Type: 'String', Value: 'red' }, bytes: { Type: 'Binary', Value: 'YWJj' } },
    });
  });

  it('without subject and attributes says so to a function', async () => {
    await subscribed({ Protocol: 'lambda', Endpoint: FUNCTION });
    await sns.start?.();

    await publish();
    await until(() => ports.sent.length === 1);

    const [record] = JSON.parse(ports.sent[0]?.body ?? '').Records;
    expect(record.Sns).toMatchObject({ Subject: null, MessageAttributes: {} });
  });

  it('reaches a queue in an envelope, or raw', async () => {
    await subscribed({ Protocol: 'sqs', Endpoint: QUEUE });
    await subscription({ Protocol: 'sqs', Endpoint: GRAVE, RawMessageDelivery: true });
    await sns.start?.();

    await publish({ MessageAttributes: { n: { DataType: 'Number', StringValue: '5' } } });
    await until(() => ports.sent.length === 2);

    const wrapped = ports.sent.find(({ to }) => to === QUEUE);
    expect(JSON.parse(wrapped?.body ?? '')).toMatchObject({
      Type: 'Notification',
      Message: 'Hello',
      MessageAttributes: { n: { Type: 'Number', Value: '5' } },
    });
    expect(ports.sent.find(({ to }) => to === GRAVE)).toEqual({ to: GRAVE, body: 'Hello', extra: { n: '5' } });
  });

  it('becomes a mail', async () => {
    await topic({ DisplayName: 'Releases', Subscription: [{ Protocol: 'email', Endpoint: 'ines@example.com' }] });

    await publish({ Subject: 'APPROVAL NEEDED: web', Message: 'See https://example.com/.' });
    await publish();

    expect(await mailsOf(sns)).toMatchObject([
      { to: 'ines@example.com', subject: 'AWS Notification Message', text: 'Hello' },
      {
        from: 'Releases <no-reply@sns.amazonaws.com>',
        to: 'ines@example.com',
        subject: 'APPROVAL NEEDED: web',
        text: 'See https://example.com/.',
        time: '2026-03-02T08:15:04.000Z',
        topic: TOPIC,
      },
    ]);
  });

  it('says to each protocol what it has for it', async () => {
    await subscribed(
      { Protocol: 'email', Endpoint: 'a@example.com' },
      { Protocol: 'email-json', Endpoint: 'b@example.com' },
      { Protocol: 'sqs', Endpoint: QUEUE },
    );
    await sns.start?.();

    await publish({ MessageStructure: 'json', Message: JSON.stringify({ default: 'D', email: 'E', other: 5 }) });
    await until(() => ports.sent.length === 1);

    const mails = await mailsOf(sns);
    expect(mails.find(({ to }) => to === 'a@example.com')?.text).toBe('E');
    expect(JSON.parse(mails.find(({ to }) => to === 'b@example.com')?.text ?? '')).toMatchObject({ Message: 'D' });
    expect(JSON.parse(ports.sent[0]?.body ?? '')).toMatchObject({ Message: 'D' });
  });

  it('published inside the stack obeys the same rules', async () => {
    await subscribed({ Protocol: 'email', Endpoint: 'a@example.com' });

    sns.publish(TOPIC, 'Alarm', 'ALARM: x');

    expect(await mailsOf(sns)).toMatchObject([{ subject: 'ALARM: x', text: 'Alarm' }]);
    expect(() => sns.publish(TOPIC, 'Alarm', 'two\nlines')).toThrow(
      expect.objectContaining({ code: 'InvalidParameter' }),
    );
    expect(() => sns.publish(`${TOPIC}2`, 'Alarm')).toThrow(expect.objectContaining({ code: 'NotFound' }));
  });

  it('is delivered after a restart, and its mail is kept', async () => {
    const declare = () =>
      subscribed({ Protocol: 'sqs', Endpoint: QUEUE }, { Protocol: 'email', Endpoint: 'a@example.com' });
    await declare();
    await publish();
    const before = ports.sent.length;

    await restart(declare);
    await until(() => ports.sent.length === 1);

    expect(before).toBe(0);
    expect(await mailsOf(sns)).toHaveLength(1);
  });

  it('is tried again when a function is busy', async () => {
    await subscribed({ Protocol: 'lambda', Endpoint: FUNCTION });
    await sns.start?.();
    ports.failing.set(FUNCTION, named('TooManyRequestsException'));
    await publish();
    await settle();

    ports.failing.clear();
    context.clock.turn(1000);

    await until(() => ports.sent.length === 1);
  });

  it('goes to the dead-letter queue when the function is not there, else is dropped with a line on stderr', async () => {
    const line = vi.spyOn(console, 'error').mockReturnValue(undefined);
    await subscribed({ Protocol: 'sqs', Endpoint: QUEUE });
    await subscription({ Protocol: 'lambda', Endpoint: FUNCTION, RedrivePolicy: { deadLetterTargetArn: GRAVE } });
    await sns.start?.();
    ports.failing.set(FUNCTION, named('ResourceNotFoundException', 'No function.'));
    ports.failing.set(QUEUE, named('QueueDoesNotExist'));

    await publish();
    await until(() => ports.sent.length === 1 && line.mock.calls.length === 1);

    const extra = { ErrorCode: 'ResourceNotFoundException', ErrorMessage: 'No function.' };
    expect(ports.sent[0]).toMatchObject({ to: GRAVE, extra });
    expect(line.mock.calls[0]?.[0]).toContain(`SNS dropped a message for ${QUEUE}`);
    line.mockRestore();
  });
});

describe('a message is refused', () => {
  it.each<[string, Partial<PublishCommandInput>, string]>([
    ['that is empty', { Message: '' }, 'InvalidParameterException'],
    ['that is too long', { Message: 'x'.repeat(262_145) }, 'InvalidParameterException'],
    ['with a subject of two lines', { Subject: 'a\nb' }, 'InvalidParameterException'],
    ['with a subject of 101 characters', { Subject: 'x'.repeat(101) }, 'InvalidParameterException'],
    ['with a subject beyond ASCII', { Subject: 'Größe' }, 'InvalidParameterException'],
    ['with an empty subject', { Subject: '' }, 'InvalidParameterException'],
    ['with a subject that begins with a space', { Subject: ' a' }, 'InvalidParameterException'],
    ['of an unknown structure', { MessageStructure: 'xml' }, 'InvalidParameterException'],
    ['of a structure that is no JSON', { MessageStructure: 'json', Message: 'x' }, 'InvalidParameterException'],
    [
      'of a structure without default',
      { MessageStructure: 'json', Message: '{"email":"x"}' },
      'InvalidParameterException',
    ],
    [
      'with an attribute without a value',
      { MessageAttributes: { a: { DataType: 'String' } } },
      'InvalidParameterValueException',
    ],
    [
      'with an attribute of an unknown type',
      { MessageAttributes: { a: { DataType: 'Date', StringValue: 'x' } } },
      'InvalidParameterValueException',
    ],
    ['for a topic that is not there', { TopicArn: `${TOPIC}2` }, 'NotFoundException'],
    ['for what is no topic', { TopicArn: 'topic' }, 'InvalidParameterException'],
    ['for a telephone', { TopicArn: undefined, PhoneNumber: '+4912345' }, 'InvalidParameterException'],
    ['with a group', { MessageGroupId: 'g' }, 'InvalidParameterException'],
  ])('%s', async (_what, members, name) => {
    await topic();

    await expect(publish(members)).rejects.toMatchObject({ name });
  });

  it('but 256 KB and a subject of 100 characters are taken', async () => {
    await topic();

    expect(await publish({ Message: 'x'.repeat(262_144), Subject: 'x'.repeat(100) })).toHaveProperty('MessageId');
  });
});

describe('a batch', () => {
  const batch = (entries: { Id: string; Message: string; Subject?: string }[]) =>
    topics.send(new PublishBatchCommand({ TopicArn: TOPIC, PublishBatchRequestEntries: entries }));

  it('is taken entry by entry', async () => {
    await subscribed({ Protocol: 'email', Endpoint: 'a@example.com' });

    const answer = await batch([
      { Id: 'a', Message: 'one' },
      { Id: 'b', Message: 'two', Subject: 'two\nlines' },
      { Id: 'c', Message: 'three' },
    ]);

    expect(answer.Successful).toMatchObject([{ Id: 'a', MessageId: expect.any(String) }, { Id: 'c' }]);
    expect(answer.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }]);
    expect((await mailsOf(sns)).map(({ text }) => text)).toEqual(['three', 'one']);
  });

  it('is refused when it is empty, too long, too big or ambiguous', async () => {
    await topic();
    const many = Array.from({ length: 11 }, (_, index) => ({ Id: String(index), Message: 'x' }));

    await expect(batch([])).rejects.toMatchObject({ name: 'EmptyBatchRequestException' });
    await expect(batch(many)).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequestException' });
    await expect(batch([many[0], many[0]].flatMap((entry) => entry ?? []))).rejects.toMatchObject({
      name: 'BatchEntryIdsNotDistinctException',
    });
    await expect(batch(['a', 'b'].map((Id) => ({ Id, Message: 'x'.repeat(200_000) })))).rejects.toMatchObject({
      name: 'BatchRequestTooLongException',
    });
  });
});

describe('topics and subscriptions', () => {
  it('are made, listed and removed over the API', async () => {
    const made = await topics.send(
      new CreateTopicCommand({ Name: 't', Attributes: { DisplayName: 'D' }, Tags: [{ Key: 'k', Value: 'v' }] }),
    );
    const again = await topics.send(new CreateTopicCommand({ Name: 't' }));
    const subscribe = new SubscribeCommand({
      TopicArn: TOPIC,
      Protocol: 'email',
      Endpoint: 'a@example.com',
      ReturnSubscriptionArn: true,
    });
    const first = await topics.send(subscribe);
    const second = await topics.send(subscribe);
    const listed = await topics.send(new ListTopicsCommand({}));
    const subscriptions = await topics.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    const attributes = await topics.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
    await topics.send(new UnsubscribeCommand({ SubscriptionArn: first.SubscriptionArn }));
    const left = await topics.send(new ListSubscriptionsCommand({}));
    await topics.send(new DeleteTopicCommand({ TopicArn: TOPIC }));

    expect([made.TopicArn, again.TopicArn]).toEqual([TOPIC, TOPIC]);
    expect(second.SubscriptionArn).toBe(first.SubscriptionArn);
    expect(listed.Topics).toEqual([{ TopicArn: TOPIC }]);
    expect(subscriptions.Subscriptions).toMatchObject([
      { Protocol: 'email', Endpoint: 'a@example.com', Owner: '000000000000' },
    ]);
    expect(attributes.Attributes).toMatchObject({
      DisplayName: 'D',
      SubscriptionsConfirmed: '1',
      SubscriptionsPending: '0',
    });
    expect(left.Subscriptions).toEqual([]);
    await expect(topics.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });

  it('change an attribute, and take it back', async () => {
    await topic();
    const set = (AttributeValue: string) =>
      topics.send(new SetTopicAttributesCommand({ TopicArn: TOPIC, AttributeName: 'DisplayName', AttributeValue }));
    const get = async () =>
      (await topics.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }))).Attributes?.['DisplayName'];

    await set('A <b> & "c"');
    const changed = await get();
    await set('');

    expect(changed).toBe('A <b> & "c"');
    expect(await get()).toBe('');
  });

  it('survive a restart when the API made them, and go with the template that did', async () => {
    await subscribed({ Protocol: 'email', Endpoint: 'a@example.com' });
    await topics.send(new CreateTopicCommand({ Name: 'mine' }));
    await topics.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE }));

    await restart(() => topic());
    const subscriptions = await topics.send(new ListSubscriptionsCommand({}));
    await restart();
    const listed = await topics.send(new ListTopicsCommand({}));

    expect(subscriptions.Subscriptions?.map(({ Protocol }) => Protocol)).toEqual(['sqs']);
    expect(listed.Topics?.map(({ TopicArn }) => TopicArn)).toEqual(['arn:aws:sns:us-east-1:000000000000:mine']);
  });

  it('of the template keep their ARN over a restart', async () => {
    const made = await topic({ TopicName: 'named', KmsMasterKeyId: 'alias/k', Tags: [{ Key: 'k', Value: 'v' }] });
    await topic();
    const before = await subscription({ Protocol: 'email', Endpoint: 'a@example.com' });
    let after: unknown;
    await restart(async () => {
      await topic();
      after = await subscription({ Protocol: 'email', Endpoint: 'a@example.com' });
    });

    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:named';
    expect(made).toEqual({ ref: TopicArn, attributes: { TopicArn, TopicName: 'named' } });
    expect(after).toEqual(before);
  });

  it('keep the policy of the template', async () => {
    await topic();
    const PolicyDocument = { Version: '2012-10-17', Statement: [] };
    const policy = {
      logicalId: 'P',
      name: 'p',
      type: 'AWS::SNS::TopicPolicy',
      properties: { Topics: [TOPIC], PolicyDocument },
    };
    await sns.resources['AWS::SNS::TopicPolicy']?.(policy);

    const { Attributes } = await topics.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));

    expect(JSON.parse(Attributes?.['Policy'] ?? '')).toEqual(PolicyDocument);
  });

  it('tell what a subscription is', async () => {
    await topic();
    const { ref } = (await subscription({ Protocol: 'email', Endpoint: 'a@example.com' })) ?? { ref: '' };

    const { Attributes } = await topics.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: ref }));

    expect(Attributes).toMatchObject({ SubscriptionArn: ref, PendingConfirmation: 'false', Endpoint: 'a@example.com' });
  });
});

describe('is refused', () => {
  const subscribe = (Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) =>
    topics.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol, Endpoint, Attributes }));

  it.each<[string, () => Promise<unknown>, string]>([
    ['a subscription over https', () => subscribe('https', 'https://example.com'), 'not to https'],
    ['an address that is none', () => subscribe('email', 'nobody'), 'Email address'],
    ['an address with a line break', () => subscribe('email', 'a@example.com\nb'), 'Email address'],
    ['a queue as a function', () => subscribe('lambda', QUEUE), 'is not an ARN of lambda'],
    ['a filter', () => subscribe('sqs', QUEUE, { FilterPolicy: '{}' }), 'FilterPolicy'],
    ['a dead-letter queue that is none', () => subscribe('sqs', QUEUE, { RedrivePolicy: '{}' }), 'RedrivePolicy'],
    ['a FIFO topic', () => topics.send(new CreateTopicCommand({ Name: 't.fifo' })), 'no FIFO topics'],
    [
      'an attribute that would be ignored',
      () => topics.send(new CreateTopicCommand({ Name: 'u', Attributes: { ContentBasedDeduplication: 'true' } })),
      'ContentBasedDeduplication',
    ],
    [
      'a topic that is another',
      () => topics.send(new CreateTopicCommand({ Name: 't', Attributes: { DisplayName: 'x' } })),
      'different attributes',
    ],
    [
      'a token',
      () => topics.send(new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token: 'x' })),
      'confirms subscriptions at once',
    ],
    [
      'an operation that is not there',
      () => topics.send(new TagResourceCommand({ ResourceArn: TOPIC, Tags: [] })),
      'AWS_ENDPOINT_URL_SNS',
    ],
  ])('%s', async (_what, send, message) => {
    await topic();

    await expect(send()).rejects.toThrow(message);
  });

  it('a property of the template that would be ignored', () => {
    expect(() => topic({ FifoTopic: true })).toThrow('T: the local stack has no FifoTopic of AWS::SNS::Topic');
  });
});
