import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScheduler } from '../../../local/scheduler/scheduler.ts';
import type { Service } from '../../../local/service.ts';
import {
  client,
  discard,
  named,
  newContext,
  recordingPorts,
  START,
  serve,
  settle,
  until,
} from '../eventbridge/serving.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const RoleArn = 'arn:aws:iam::000000000000:role/r';

let context: ReturnType<typeof newContext>;
let ports: ReturnType<typeof recordingPorts>;
let scheduler: Service;
let server: Awaited<ReturnType<typeof serve>>;
let schedules: SchedulerClient;

beforeEach(async () => {
  context = newContext();
  ports = recordingPorts();
  scheduler = openScheduler(context, ports);
  server = await serve((request) => scheduler.handle(request));
  schedules = new SchedulerClient(client(server.endpoint));
});

afterEach(async () => {
  await server.close();
  await scheduler.close();
  discard(context);
});

const FlexibleTimeWindow = { Mode: 'OFF' } as const;
const declare = (properties: object, name = 's') =>
  scheduler.resources['AWS::Scheduler::Schedule']?.({
    logicalId: 'Schedule',
    name,
    type: 'AWS::Scheduler::Schedule',
    properties: { FlexibleTimeWindow, Target: { Arn: FUNCTION, RoleArn }, ...properties },
  });
const input = (members: object): CreateScheduleCommandInput => ({
  Name: 's',
  ScheduleExpression: 'rate(1 minute)',
  FlexibleTimeWindow,
  Target: { Arn: FUNCTION, RoleArn },
  ...members,
});
const create = (members: object) => schedules.send(new CreateScheduleCommand(input(members)));

async function turn(milliseconds: number): Promise<number> {
  context.clock.turn(milliseconds);
  await settle();
  return ports.sent.length;
}

async function restart(again: () => unknown = () => undefined): Promise<void> {
  scheduler = openScheduler(context, ports);
  await again();
  await scheduler.start?.();
}

describe('a schedule', () => {
  it('fires at each of its times', async () => {
    await declare({ ScheduleExpression: 'rate(1 minute)' });
    await scheduler.start?.();

    expect(await turn(MINUTE - 1)).toBe(0);
    expect(await turn(1)).toBe(1);
    expect(await turn(MINUTE)).toBe(2);
    expect(JSON.parse(ports.sent[0]?.body ?? '')).toMatchObject({
      version: '0',
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: '000000000000',
      time: '2026-03-02T08:16:04Z',
      region: 'us-east-1',
      resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/s'],
      detail: '{}',
    });
  });

  it('fires once when the clock is turned by seven days, and goes on from the new time', async () => {
    await declare({ ScheduleExpression: 'rate(1 minute)' });
    await scheduler.start?.();

    expect(await turn(7 * DAY)).toBe(1);
    expect(await turn(MINUTE - 1)).toBe(1);
    expect(await turn(1)).toBe(2);
  });

  it('follows cron in its time zone', async () => {
    const ScheduleExpressionTimezone = 'Asia/Kolkata';
    await declare({ ScheduleExpression: 'cron(30 14 * * ? *)', ScheduleExpressionTimezone });
    await scheduler.start?.();

    expect(await turn(Date.UTC(2026, 2, 2, 9) - START - 1)).toBe(0);
    expect(await turn(1)).toBe(1);
  });

  it('of one time fires once', async () => {
    await declare({ ScheduleExpression: 'at(2026-03-02T09:00:00)' });
    await scheduler.start?.();

    expect(await turn(DAY)).toBe(1);
    expect(await turn(DAY)).toBe(1);
  });

  it('of one time fires after a restart when its time has passed meanwhile', async () => {
    await declare({ ScheduleExpression: 'at(2026-03-02T09:00:00)' });
    await scheduler.close();
    context.clock.turn(DAY);
    await restart(() => declare({ ScheduleExpression: 'at(2026-03-02T09:00:00)' }));

    await until(() => ports.sent.length === 1);
  });

  it('leaves out what passed while the stack was down', async () => {
    await declare({ ScheduleExpression: 'rate(1 hour)' });
    await scheduler.start?.();
    await scheduler.close();
    context.clock.turn(DAY);
    await restart(() => declare({ ScheduleExpression: 'rate(1 hour)' }));

    expect(await turn(59 * MINUTE)).toBe(0);
    expect(await turn(MINUTE)).toBe(1);
  });

  it('keeps its next time over a restart', async () => {
    await declare({ ScheduleExpression: 'rate(1 hour)' });
    await scheduler.start?.();
    await turn(50 * MINUTE);
    await scheduler.close();
    await restart(() => declare({ ScheduleExpression: 'rate(1 hour)' }));

    expect(await turn(10 * MINUTE)).toBe(1);
  });

  it('begins at its StartDate and ends at its EndDate', async () => {
    await declare({
      ScheduleExpression: 'rate(1 hour)',
      StartDate: '2026-03-03T00:00:00Z',
      EndDate: '2026-03-03T01:30:00Z',
    });
    await scheduler.start?.();

    expect(await turn(Date.UTC(2026, 2, 3) - START - 1)).toBe(0);
    expect(await turn(1)).toBe(1);
    expect(await turn(60 * MINUTE)).toBe(2);
    expect(await turn(60 * MINUTE)).toBe(2);
  });

  it('does nothing while it is disabled', async () => {
    await declare({ ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' });
    await scheduler.start?.();

    expect(await turn(DAY)).toBe(0);
  });

  it('fills what it knows into its input', async () => {
    const Input =
      '{"arn":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>","try":<aws.scheduler.attempt-number>}';
    await declare({ ScheduleExpression: 'rate(1 minute)', Target: { Arn: MACHINE, RoleArn, Input } });
    await scheduler.start?.();
    await turn(MINUTE);

    const sent = JSON.parse(ports.sent[0]?.body ?? '');
    expect(sent).toEqual({
      arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/s',
      at: '2026-03-02T08:16:04Z',
      id: ports.sent[0]?.extra,
      try: 1,
    });
  });

  it('is tried again, then goes to its dead-letter queue', async () => {
    const policy = { RetryPolicy: { MaximumRetryAttempts: 1 }, DeadLetterConfig: { Arn: QUEUE } };
    await declare({
      ScheduleExpression: 'at(2026-03-02T09:00:00)',
      Target: { Arn: FUNCTION, RoleArn, Input: '7', ...policy },
    });
    await scheduler.start?.();
    ports.failing.set(FUNCTION, named('ServiceException', 'Busy.'));

    expect(await turn(DAY)).toBe(0);
    expect(await turn(MINUTE)).toBe(1);
    expect(ports.sent[0]).toMatchObject({
      to: QUEUE,
      body: '7',
      extra: {
        SCHEDULE_ARN: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/s',
        TARGET_ARN: FUNCTION,
        SCHEDULED_TIME: '2026-03-02T09:00:00Z',
        ERROR_CODE: 'ServiceException',
        ERROR_MESSAGE: 'Busy.',
        RETRY_ATTEMPTS: '1',
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        IS_PAYLOAD_TRUNCATED: 'false',
      },
    });
  });

  it('that has fired is delivered after a restart', async () => {
    await declare({ ScheduleExpression: 'at(2026-03-02T09:00:00)' });
    await scheduler.start?.();
    ports.failing.set(FUNCTION, named('ServiceException'));
    await turn(DAY);
    await scheduler.close();
    ports.failing.clear();
    context.clock.turn(MINUTE);
    await restart(() => declare({ ScheduleExpression: 'at(2026-03-02T09:00:00)' }));

    await until(() => ports.sent.length === 1);
  });

  it('goes when the template has it no more', async () => {
    await declare({ ScheduleExpression: 'rate(1 hour)' });
    await scheduler.close();
    await restart();

    expect(await turn(DAY)).toBe(0);
    await expect(schedules.send(new GetScheduleCommand({ Name: 's' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('the API', () => {
  it('makes, answers, lists, replaces and deletes schedules', async () => {
    const StartDate = new Date('2027-01-01T00:00:00Z');
    await scheduler.start?.();

    const made = await create({ Description: 'Often.', StartDate });
    await create({ Name: 'other', State: 'DISABLED' });
    const got = await schedules.send(new GetScheduleCommand({ Name: 's' }));
    const enabled = await schedules.send(new ListSchedulesCommand({ State: 'ENABLED' }));
    const page = await schedules.send(new ListSchedulesCommand({ MaxResults: 1 }));
    const rest = await schedules.send(new ListSchedulesCommand({ MaxResults: 1, NextToken: page.NextToken }));
    await schedules.send(new UpdateScheduleCommand(input({ ScheduleExpression: 'rate(2 hours)' })));
    const updated = await schedules.send(new GetScheduleCommand({ Name: 's' }));
    await schedules.send(new DeleteScheduleCommand({ Name: 's' }));
    const left = await schedules.send(new ListSchedulesCommand({}));

    expect(made.ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/default/s');
    expect(got).toMatchObject({
      Name: 's',
      GroupName: 'default',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      Description: 'Often.',
      FlexibleTimeWindow,
      StartDate,
      CreationDate: new Date(START),
    });
    expect(enabled.Schedules?.map(({ Name }) => Name)).toEqual(['s']);
    expect([page.Schedules?.[0]?.Name, rest.Schedules?.[0]?.Name, rest.NextToken]).toEqual(['other', 's', undefined]);
    expect(updated).toMatchObject({ ScheduleExpression: 'rate(2 hours)' });
    expect(updated).not.toHaveProperty('StartDate');
    expect(left.Schedules?.map(({ Name }) => Name)).toEqual(['other']);
  });

  it('keeps what it made over a restart', async () => {
    await create({});
    await scheduler.close();
    await restart();

    expect(await turn(MINUTE)).toBe(1);
  });

  it('deletes a schedule after its last time when it is asked to', async () => {
    await scheduler.start?.();
    await create({ ScheduleExpression: 'at(2026-03-02T09:00:00)', ActionAfterCompletion: 'DELETE' });

    expect(await turn(DAY)).toBe(1);
    expect((await schedules.send(new ListSchedulesCommand({}))).Schedules).toEqual([]);
  });

  it('has the groups of the template', async () => {
    const make = scheduler.resources['AWS::Scheduler::ScheduleGroup'];
    const made = await make?.({ logicalId: 'G', name: 'g', type: 'AWS::Scheduler::ScheduleGroup', properties: {} });

    await create({ GroupName: 'g' });
    const got = await schedules.send(new GetScheduleCommand({ Name: 's', GroupName: 'g' }));

    expect(made?.attributes['Arn']).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule-group/g');
    expect(got.Arn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/g/s');
  });

  it.each<[string, object, string]>([
    [
      'a flexible window',
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } },
      'ValidationException',
    ],
    ['a wrong expression', { ScheduleExpression: 'rate(1 minutes)' }, 'ValidationException'],
    ['an unknown time zone', { ScheduleExpressionTimezone: 'Mars/Olympus' }, 'ValidationException'],
    ['a name with a space', { Name: 'a b' }, 'ValidationException'],
    [
      'a target of another service',
      { Target: { Arn: 'arn:aws:sns:us-east-1:000000000000:t', RoleArn } },
      'ValidationException',
    ],
    [
      'members that would be ignored',
      { Target: { Arn: QUEUE, RoleArn, SqsParameters: { MessageGroupId: 'g' } } },
      'ValidationException',
    ],
    ['an input that is no JSON', { Target: { Arn: FUNCTION, RoleArn, Input: '{' } }, 'ValidationException'],
    ['an end before the start', { StartDate: new Date(2e12), EndDate: new Date(1.9e12) }, 'ValidationException'],
    ['a group that is not there', { GroupName: 'none' }, 'ResourceNotFoundException'],
  ])('refuses %s', async (_what, members, name) => {
    await expect(create(members)).rejects.toMatchObject({ name });
  });

  it('refuses a name that is taken, one that is not there, and what it does not have', async () => {
    await create({});

    await expect(create({})).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(schedules.send(new UpdateScheduleCommand(input({ Name: 'none' })))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(schedules.send(new DeleteScheduleCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(schedules.send(new ListScheduleGroupsCommand({}))).rejects.toThrow('AWS_ENDPOINT_URL_SCHEDULER');
  });
});
