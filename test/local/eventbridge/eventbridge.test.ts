import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Eventbridge, openEventbridge } from '../../../local/eventbridge/eventbridge.ts';
import { client, discard, named, newContext, recordingPorts, START, serve, settle, until } from './serving.ts';

const MINUTE = 60_000;
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:t';

let context: ReturnType<typeof newContext>;
let ports: ReturnType<typeof recordingPorts>;
let bus: Eventbridge;
let server: Awaited<ReturnType<typeof serve>>;
let events: EventBridgeClient;

beforeEach(async () => {
  context = newContext();
  ports = recordingPorts();
  bus = openEventbridge(context, ports);
  server = await serve((request) => bus.handle(request));
  events = new EventBridgeClient(client(server.endpoint));
});

afterEach(async () => {
  await server.close();
  await bus.close();
  discard(context);
});

async function restart(declare: () => unknown = () => undefined): Promise<void> {
  await bus.close();
  bus = openEventbridge(context, ports);
  await declare();
  await bus.start?.();
}

const rule = (properties: object, name = 'r') =>
  bus.resources['AWS::Events::Rule']?.({ logicalId: 'Rule', name, type: 'AWS::Events::Rule', properties });
const appRule = (...targets: object[]) => rule({ EventPattern: { source: ['app'] }, Targets: targets });
const putEvent = (entry: object = {}) =>
  events.send(new PutEventsCommand({ Entries: [{ Source: 'app', DetailType: 'T', Detail: '{"n":1}', ...entry }] }));
const bodies = () => ports.sent.map(({ to, body }) => ({ to, body: JSON.parse(body) }));

describe('events', () => {
  it('reach all targets of the rules that match', async () => {
    await appRule(
      { Id: '1', Arn: FUNCTION },
      { Id: '2', Arn: MACHINE },
      { Id: '3', Arn: QUEUE },
      { Id: '4', Arn: TOPIC },
    );
    await rule(
      { EventPattern: { source: ['other'] }, Targets: [{ Id: '1', Arn: 'arn:aws:sqs:us-east-1:000000000000:no' }] },
      'no',
    );
    await bus.start?.();

    const { Entries, FailedEntryCount } = await putEvent({
      Resources: ['arn:x'],
      Time: new Date('2026-01-02T03:04:05.678Z'),
    });
    await until(() => ports.sent.length === 4);

    expect(FailedEntryCount).toBe(0);
    expect(bodies().map(({ to }) => to)).toEqual([FUNCTION, MACHINE, QUEUE, TOPIC]);
    expect(bodies()[0]?.body).toEqual({
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'T',
      source: 'app',
      account: '000000000000',
      time: '2026-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: ['arn:x'],
      detail: { n: 1 },
    });
  });

  it('of services are taken from inside the stack only', async () => {
    await rule({ EventPattern: { source: ['aws.s3'] }, Targets: [{ Id: '1', Arn: QUEUE }] });
    await bus.start?.();

    const refused = await putEvent({ Source: 'aws.s3' });
    bus.emit({ source: 'aws.s3', detailType: 'Object Created', detail: { bucket: { name: 'b' } } });
    await until(() => ports.sent.length > 0);

    expect(refused.FailedEntryCount).toBe(1);
    expect(refused.Entries?.[0]?.ErrorCode).toBe('NotAuthorizedForSourceException');
    expect(bodies()).toMatchObject([{ body: { source: 'aws.s3', time: '2026-03-02T08:15:04Z', resources: [] } }]);
  });

  it('are refused one by one', async () => {
    const Entries = [
      { Source: 'app', DetailType: 'T', Detail: '{}' },
      { DetailType: 'T', Detail: '{}' },
      { Source: 'app', Detail: '{}' },
      { Source: 'app', DetailType: 'T' },
      { Source: 'app', DetailType: 'T', Detail: '[1]' },
      { Source: 'app', DetailType: 'T', Detail: '{' },
    ];

    const answer = await events.send(new PutEventsCommand({ Entries }));

    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'InvalidArgument',
      'InvalidArgument',
      'InvalidArgument',
      'MalformedDetail',
      'MalformedDetail',
    ]);
    expect(bus.recent(10)).toHaveLength(1);
  });

  it('are at most ten, of together 256 KB', async () => {
    const entry = (size: number) => ({
      Source: 'app',
      DetailType: 'T',
      Detail: JSON.stringify({ x: 'x'.repeat(size) }),
    });
    const put = (Entries: object[]) => events.send(new PutEventsCommand({ Entries }));

    await expect(put([])).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put(Array.from({ length: 11 }, () => entry(1)))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(put([entry(131_072), entry(131_072)])).rejects.toThrow('Total size of the entries');
    expect(await put([entry(131_000), entry(131_000)])).toMatchObject({ FailedEntryCount: 0 });
  });

  it('go to the default bus only', async () => {
    await expect(putEvent({ EventBusName: 'mine' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(putEvent({ EventBusName: 'mine' })).rejects.toThrow('AWS_ENDPOINT_URL_EVENTBRIDGE');
    expect(await putEvent({ EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/default' })).toMatchObject({
      FailedEntryCount: 0,
    });
  });

  it('can be looked at for a day, newest first', async () => {
    await putEvent({ DetailType: 'first' });
    context.clock.turn(23 * 60 * MINUTE);
    await putEvent({ DetailType: 'second' });
    const both = bus.recent(10).map((event) => event['detail-type']);
    context.clock.turn(2 * 60 * MINUTE);
    await putEvent({ DetailType: 'third' });

    expect(both).toEqual(['second', 'first']);
    expect(bus.recent(10).map((event) => event['detail-type'])).toEqual(['third', 'second']);
    expect(bus.recent(1)).toHaveLength(1);
  });
});

describe('a delivery', () => {
  it('is made after a restart when the stack went before it could be', async () => {
    await appRule({ Id: '1', Arn: QUEUE });
    await putEvent();

    const before = ports.sent.length;
    await restart(() => appRule({ Id: '1', Arn: QUEUE }));
    await until(() => ports.sent.length === 1);

    expect(before).toBe(0);
    expect(bodies()).toMatchObject([{ to: QUEUE, body: { detail: { n: 1 } } }]);
  });

  it('is tried again, later and later, under the same name', async () => {
    await appRule({ Id: '1', Arn: MACHINE });
    await bus.start?.();
    const attempted: string[] = [];
    const start = vi.spyOn(ports, 'startExecution').mockImplementation(async (_arn, name) => {
      attempted.push(String(name));
      if (attempted.length < 3) throw named('ServiceException');
      return { executionArn: 'arn' };
    });

    await putEvent();
    await until(() => attempted.length === 1);
    await settle();
    context.clock.turn(1000);
    await until(() => attempted.length === 2);
    await settle();
    context.clock.turn(900);
    await settle();
    const early = attempted.length;
    context.clock.turn(1100);
    await until(() => attempted.length === 3);

    expect(early).toBe(2);
    expect(new Set(attempted).size).toBe(1);
    expect(attempted[0]).toMatch(/^[\w-]{73}$/);
    start.mockRestore();
  });

  it('counts as made when the execution of its name is there already', async () => {
    await appRule({ Id: '1', Arn: MACHINE, DeadLetterConfig: { Arn: QUEUE } });
    await bus.start?.();
    ports.failing.set(MACHINE, named('ExecutionAlreadyExists'));

    await putEvent();
    await settle();

    expect(ports.sent).toEqual([]);
  });

  it('ends in the dead-letter queue at once when its target is not there', async () => {
    await appRule({ Id: '1', Arn: FUNCTION, Input: '{"constant":1}', DeadLetterConfig: { Arn: QUEUE } });
    await bus.start?.();
    ports.failing.set(FUNCTION, named('ResourceNotFoundException', 'No function f.'));

    await putEvent();
    await until(() => ports.sent.length === 1);

    expect(JSON.parse(ports.sent[0]?.body ?? '')).toMatchObject({ source: 'app', detail: { n: 1 } });
    expect(ports.sent[0]).toMatchObject({
      to: QUEUE,
      extra: {
        RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/r',
        TARGET_ARN: FUNCTION,
        ERROR_CODE: 'NO_RESOURCE',
        ERROR_MESSAGE: 'No function f.',
        RETRY_ATTEMPTS: '0',
      },
    });
    expect(ports.sent[0]?.extra).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('ends in the dead-letter queue after its tries', async () => {
    await appRule({
      Id: '1',
      Arn: FUNCTION,
      DeadLetterConfig: { Arn: QUEUE },
      RetryPolicy: { MaximumRetryAttempts: '2' },
    });
    await bus.start?.();
    ports.failing.set(FUNCTION, named('TooManyRequestsException'));

    await putEvent();
    for (let turn = 0; turn < 3; turn += 1) {
      await settle();
      context.clock.turn(MINUTE);
    }
    await until(() => ports.sent.length === 1);

    const expected = {
      ERROR_CODE: 'THROTTLING',
      RETRY_ATTEMPTS: '2',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    };
    expect(ports.sent[0]?.extra).toMatchObject(expected);
  });

  it('ends in the dead-letter queue when it is too old', async () => {
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
    await appRule({ Id: '1', Arn: FUNCTION, DeadLetterConfig: { Arn: QUEUE }, RetryPolicy });
    await bus.start?.();
    ports.failing.set(FUNCTION, named('ServiceException'));

    await putEvent();
    await settle();
    context.clock.turn(2 * MINUTE);
    await until(() => ports.sent.length === 1);

    const expected = { ERROR_CODE: 'ERROR_FROM_TARGET', EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' };
    expect(ports.sent[0]?.extra).toMatchObject(expected);
  });

  it('is dropped with a line on stderr when nothing else was asked for', async () => {
    const line = vi.spyOn(console, 'error').mockReturnValue(undefined);
    await appRule({ Id: '1', Arn: FUNCTION });
    await bus.start?.();
    ports.failing.set(FUNCTION, named('ResourceNotFoundException'));

    await putEvent();
    await until(() => line.mock.calls.length === 1);

    expect(line.mock.calls[0]?.[0]).toContain('EventBridge dropped an event');
    line.mockRestore();
  });

  it('of one target does not wait for another that fails', async () => {
    await appRule({ Id: '1', Arn: FUNCTION }, { Id: '2', Arn: QUEUE });
    await bus.start?.();
    ports.failing.set(FUNCTION, named('ServiceException'));

    await putEvent();
    await putEvent();
    await until(() => ports.sent.length === 2);

    expect(ports.sent.map(({ to }) => to)).toEqual([QUEUE, QUEUE]);
  });
});

describe('a rule with a schedule', () => {
  const every = (expression: string) => rule({ ScheduleExpression: expression, Targets: [{ Id: '1', Arn: FUNCTION }] });

  it('sends its event at each time', async () => {
    await every('rate(1 minute)');
    await bus.start?.();

    context.clock.turn(MINUTE);
    await until(() => ports.sent.length === 1);
    await settle();
    context.clock.turn(MINUTE);
    await until(() => ports.sent.length === 2);

    expect(bodies()[1]?.body).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2026-03-02T08:17:04Z',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/r'],
      detail: {},
    });
  });

  it('fires once when the clock is turned by a week, and goes on from there', async () => {
    await every('rate(1 minute)');
    await bus.start?.();

    context.clock.turn(7 * 24 * 60 * MINUTE);
    await settle();
    const once = ports.sent.length;
    context.clock.turn(MINUTE - 1);
    await settle();
    const early = ports.sent.length;
    context.clock.turn(1);
    await until(() => ports.sent.length === 2);

    expect([once, early]).toEqual([1, 1]);
  });

  it('keeps its time over a restart, and leaves out what passed while the stack was down', async () => {
    await every('rate(10 minutes)');
    await bus.start?.();

    context.clock.turn(4 * MINUTE);
    await restart(() => every('rate(10 minutes)'));
    context.clock.turn(6 * MINUTE);
    await until(() => ports.sent.length === 1);
    await bus.close();
    context.clock.turn(45 * MINUTE);
    await restartClosed(() => every('rate(10 minutes)'));
    await settle();
    const missed = ports.sent.length;
    context.clock.turn(10 * MINUTE);
    await until(() => ports.sent.length === 2);

    expect(missed).toBe(1);
  });

  it('rests while it is disabled', async () => {
    await every('cron(0/5 * * * ? *)');
    await bus.start?.();

    await events.send(new DisableRuleCommand({ Name: 'r' }));
    context.clock.turn(60 * MINUTE);
    await settle();
    const disabled = ports.sent.length;
    await events.send(new EnableRuleCommand({ Name: 'r' }));
    context.clock.turn(5 * MINUTE);
    await until(() => ports.sent.length === 1);

    expect(disabled).toBe(0);
  });

  async function restartClosed(declare: () => unknown): Promise<void> {
    bus = openEventbridge(context, ports);
    await declare();
    await bus.start?.();
  }
});

describe('rules over the API', () => {
  const EventPattern = JSON.stringify({ source: ['app'] });

  it('are made, described, listed and deleted', async () => {
    const made = await events.send(new PutRuleCommand({ Name: 'a', EventPattern, Description: 'A rule.' }));
    await events.send(new PutRuleCommand({ Name: 'b', ScheduleExpression: 'rate(1 day)', State: 'DISABLED' }));

    const described = await events.send(new DescribeRuleCommand({ Name: 'a' }));
    const first = await events.send(new ListRulesCommand({ Limit: 1 }));
    const second = await events.send(new ListRulesCommand({ Limit: 1, NextToken: first.NextToken }));
    await events.send(new DeleteRuleCommand({ Name: 'a' }));
    const left = await events.send(new ListRulesCommand({}));

    expect(made.RuleArn).toBe('arn:aws:events:us-east-1:000000000000:rule/a');
    expect(described).toMatchObject({
      Name: 'a',
      EventPattern,
      Description: 'A rule.',
      State: 'ENABLED',
      EventBusName: 'default',
    });
    expect(first.Rules).toMatchObject([{ Name: 'a' }]);
    expect(second.Rules).toMatchObject([{ Name: 'b', State: 'DISABLED', ScheduleExpression: 'rate(1 day)' }]);
    expect(second.NextToken).toBeUndefined();
    expect(left.Rules?.map(({ Name }) => Name)).toEqual(['b']);
  });

  it('get and lose targets, and keep them when they are put again', async () => {
    await events.send(new PutRuleCommand({ Name: 'a', EventPattern }));

    await events.send(
      new PutTargetsCommand({
        Rule: 'a',
        Targets: [
          { Id: '1', Arn: QUEUE },
          { Id: '2', Arn: FUNCTION },
        ],
      }),
    );
    await events.send(new PutTargetsCommand({ Rule: 'a', Targets: [{ Id: '1', Arn: TOPIC }] }));
    await events.send(new PutRuleCommand({ Name: 'a', EventPattern }));
    const removed = await events.send(new RemoveTargetsCommand({ Rule: 'a', Ids: ['2', '3'] }));
    const left = await events.send(new ListTargetsByRuleCommand({ Rule: 'a' }));

    expect(removed).toMatchObject({ FailedEntryCount: 1, FailedEntries: [{ TargetId: '3' }] });
    expect(left.Targets).toEqual([{ Id: '1', Arn: TOPIC }]);
  });

  it('cannot be deleted while they have targets', async () => {
    await appRule({ Id: '1', Arn: QUEUE });

    await expect(events.send(new DeleteRuleCommand({ Name: 'r' }))).rejects.toThrow('since it has targets');
  });

  it('survive a restart', async () => {
    await events.send(new PutRuleCommand({ Name: 'a', EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: 'a', Targets: [{ Id: '1', Arn: QUEUE }] }));
    await restart();

    await putEvent();
    await until(() => ports.sent.length === 1);

    expect(ports.sent[0]?.to).toBe(QUEUE);
  });

  it('of the template go when the template has them no more', async () => {
    await appRule({ Id: '1', Arn: QUEUE });
    await restart();

    await expect(events.send(new DescribeRuleCommand({ Name: 'r' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('try a pattern on an event', async () => {
    const envelope = {
      id: '1',
      'detail-type': 'T',
      source: 'app',
      account: '1',
      time: 'x',
      region: 'r',
      resources: [],
    };
    const test = (event: object) =>
      events.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) }));

    expect(await test(envelope)).toMatchObject({ Result: true });
    expect(await test({ ...envelope, source: 'other' })).toMatchObject({ Result: false });
    await expect(test({ source: 'app' })).rejects.toThrow('id is a required argument');
  });
});

describe('is refused', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a pattern that is not valid',
      () => events.send(new PutRuleCommand({ Name: 'a', EventPattern: '{"a":1}' })),
      'InvalidEventPatternException',
    ],
    ['a rule that says nothing', () => events.send(new PutRuleCommand({ Name: 'a' })), 'ValidationException'],
    [
      'a name with a slash',
      () => events.send(new PutRuleCommand({ Name: 'a/b', EventPattern: '{"a":[1]}' })),
      'ValidationException',
    ],
    [
      'a one-time schedule',
      () => events.send(new PutRuleCommand({ Name: 'a', ScheduleExpression: 'at(2030-01-01T00:00:00)' })),
      'ValidationException',
    ],
    [
      'a wrong schedule',
      () => events.send(new PutRuleCommand({ Name: 'a', ScheduleExpression: 'rate(1 minutes)' })),
      'ValidationException',
    ],
    [
      'a rule on another bus',
      () => events.send(new PutRuleCommand({ Name: 'a', EventBusName: 'b', EventPattern: '{"a":[1]}' })),
      'ResourceNotFoundException',
    ],
    [
      'a rule that is not there',
      () => events.send(new EnableRuleCommand({ Name: 'none' })),
      'ResourceNotFoundException',
    ],
    ['an operation that is not there', () => events.send(new ListEventBusesCommand({})), 'UnknownOperationException'],
  ])('%s', async (_what, send, name) => {
    await expect(send()).rejects.toMatchObject({ name });
  });

  it.each<[string, object]>([
    ['of another service', { Id: '1', Arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' }],
    ['that is no ARN', { Id: '1', Arn: 'f' }],
    ['without an Id', { Arn: QUEUE }],
    ['with members that would be ignored', { Id: '1', Arn: QUEUE, SqsParameters: { MessageGroupId: 'g' } }],
    ['with two inputs', { Id: '1', Arn: QUEUE, Input: '1', InputPath: '$' }],
    ['with too many retries', { Id: '1', Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: 186 } }],
    ['with a function as its dead-letter queue', { Id: '1', Arn: QUEUE, DeadLetterConfig: { Arn: FUNCTION } }],
  ])('a target %s', (_what, target) => {
    expect(() => appRule(target)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });

  it('a sixth target', () => {
    const targets = Array.from({ length: 6 }, (_, index) => ({ Id: String(index), Arn: QUEUE }));

    expect(() => appRule(...targets)).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
  });

  it('a bus of one’s own in the template', () => {
    const make = bus.resources['AWS::Events::EventBus'];

    expect(() => make?.({ logicalId: 'Bus', name: 'b', type: 'AWS::Events::EventBus', properties: {} })).toThrow(
      'Bus: the local stack has only the default event bus.',
    );
  });

  it('a property of a rule that would be ignored', () => {
    expect(() => rule({ EventPattern: { a: [1] }, Color: 'red' })).toThrow('Color');
  });

  it('a body that is no JSON object', async () => {
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents' };

    const answers = await Promise.all(
      ['{', '[]', 'null'].map((body) => fetch(server.endpoint, { method: 'POST', headers, body })),
    );

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  });
});

it('answers a template’s rule with its name and ARN', () => {
  const values = appRule({ Id: '1', Arn: QUEUE });

  expect(values).toEqual({ ref: 'r', attributes: { Arn: 'arn:aws:events:us-east-1:000000000000:rule/r' } });
  expect(START).toBe(context.clock.now());
});
