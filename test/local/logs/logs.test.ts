import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Logs, openLogs } from '../../../local/logs/logs.ts';
import type { Resource } from '../../../local/service.ts';
import { newContext, openTestGateway } from '../gateway/test-gateway.ts';

const DAY = 86_400_000;
const place = { logGroupName: '/g', logStreamName: 's' };
let context: ReturnType<typeof newContext>;
let logs: Logs;
let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let client: CloudWatchLogsClient;

async function start() {
  logs = openLogs(context);
  gateway = await openTestGateway(context, [logs]);
  client = new CloudWatchLogsClient(gateway.client);
}

beforeEach(async () => {
  context = newContext();
  await start();
});
afterEach(() => gateway.close());

async function makeStream(): Promise<void> {
  await client.send(new CreateLogGroupCommand({ logGroupName: '/g' }));
  await client.send(new CreateLogStreamCommand(place));
}

function put(...events: (readonly [timestamp: number, message: string])[]) {
  const logEvents = events.map(([timestamp, message]) => ({ timestamp, message }));
  return client.send(new PutLogEventsCommand({ ...place, logEvents }));
}

function messages(stream = 's'): string[] {
  return logs.read('/g', stream, 0, 100).events.map(({ message }) => message);
}

describe('a log group', () => {
  it('is described with its retention, size and ARNs', async () => {
    await makeStream();
    await client.send(new PutRetentionPolicyCommand({ logGroupName: '/g', retentionInDays: 7 }));
    await put([Date.now(), 'äb']);

    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/g' }));

    expect(logGroups).toMatchObject([
      {
        logGroupName: '/g',
        retentionInDays: 7,
        storedBytes: 29,
        arn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/g:*',
        logGroupArn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/g',
      },
    ]);
  });

  it('is listed by prefix, by part of its name and in pages', async () => {
    for (const logGroupName of ['/aws/lambda/a', '/aws/lambda/b', '/build/a']) {
      await client.send(new CreateLogGroupCommand({ logGroupName }));
    }
    const names = async (input: {
      logGroupNamePrefix?: string;
      logGroupNamePattern?: string;
      limit?: number;
      nextToken?: string;
    }) => {
      const { logGroups, nextToken } = await client.send(new DescribeLogGroupsCommand(input));
      return { names: logGroups?.map(({ logGroupName }) => logGroupName), nextToken };
    };

    const byPrefix = await names({ logGroupNamePrefix: '/aws/lambda' });
    const byPart = await names({ logGroupNamePattern: 'BUILD' });
    const first = await names({ limit: 2 });
    const second = await names({ limit: 2, ...(first.nextToken ? { nextToken: first.nextToken } : {}) });

    expect(byPrefix.names).toEqual(['/aws/lambda/a', '/aws/lambda/b']);
    expect(byPart.names).toEqual(['/build/a']);
    expect([first.names, second.names, second.nextToken]).toEqual([
      ['/aws/lambda/a', '/aws/lambda/b'],
      ['/build/a'],
      undefined,
    ]);
  });

  it('has tags', async () => {
    await client.send(new CreateLogGroupCommand({ logGroupName: '/g', tags: { team: 'a' } }));
    const resourceArn = 'arn:aws:logs:eu-west-1:000000000000:log-group:/g';

    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));

    expect(tags).toEqual({ team: 'a' });
  });

  it('takes its streams and events with it', async () => {
    await makeStream();
    await put([Date.now(), 'old']);

    await client.send(new DeleteLogGroupCommand({ logGroupName: '/g' }));
    await makeStream();

    expect(messages()).toEqual([]);
  });

  it('forgets events after its retention, by the clock of the stack', async () => {
    await makeStream();
    await put([Date.now(), 'old']);
    await client.send(new PutRetentionPolicyCommand({ logGroupName: '/g', retentionInDays: 1 }));

    context.clock.turn(DAY + 3_600_000);

    await expect.poll(() => messages()).toEqual([]);
  });

  it('keeps events for ever without a retention', async () => {
    await makeStream();
    await put([Date.now(), 'old']);
    await client.send(new PutRetentionPolicyCommand({ logGroupName: '/g', retentionInDays: 1 }));
    await client.send(new DeleteRetentionPolicyCommand({ logGroupName: '/g' }));
    await gateway.close();
    context.clock.turn(100 * DAY);
    context = newContext(context);

    await start();

    expect(messages()).toEqual(['old']);
  });
});

describe('a log stream', () => {
  it('is listed by name or by its last event', async () => {
    await client.send(new CreateLogGroupCommand({ logGroupName: '/g' }));
    const now = Date.now();
    logs.log('/g', 'b', [{ time: now, message: '1' }]);
    logs.log('/g', 'a', [
      { time: now - 1, message: '1' },
      { time: now - 5, message: 'late' },
    ]);
    logs.log('/g', 'c', [{ time: now - 9, message: '1' }]);
    const names = async (input: object) =>
      (await client.send(new DescribeLogStreamsCommand({ logGroupName: '/g', ...input }))).logStreams;

    const byName = await names({});
    const byTime = await names({ orderBy: 'LastEventTime', descending: true, limit: 2 });
    const byPrefix = await names({ logStreamNamePrefix: 'c' });

    expect(byName?.map(({ logStreamName }) => logStreamName)).toEqual(['a', 'b', 'c']);
    expect(byTime?.map(({ logStreamName }) => logStreamName)).toEqual(['b', 'a']);
    expect(byPrefix).toHaveLength(1);
    expect(byName?.[0]).toMatchObject({
      firstEventTimestamp: now - 5,
      lastEventTimestamp: now - 1,
      arn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/g:log-stream:a',
    });
  });

  it('takes its events with it', async () => {
    await makeStream();
    await put([Date.now(), 'x']);

    await client.send(new DeleteLogStreamCommand(place));

    await expect(put([Date.now(), 'y'])).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log stream does not exist.',
    });
  });
});

describe('PutLogEvents', () => {
  beforeEach(makeStream);

  it('passes over events that are too old or too new, and says which', async () => {
    await client.send(new PutRetentionPolicyCommand({ logGroupName: '/g', retentionInDays: 1 }));
    const now = Date.now();

    const old = await put([now - 14 * DAY - 60_000, 'too old'], [now - 14 * DAY + 60_000, 'expired']);
    const young = await put([now, 'good'], [now + 3 * 3_600_000, 'too new']);

    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 2 });
    expect(young.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect(messages()).toEqual(['good']);
  });

  it.each<[string, () => (readonly [number, string])[], RegExp]>([
    [
      'events out of order',
      () => [
        [Date.now(), 'a'],
        [Date.now() - 1000, 'b'],
      ],
      /chronological order/,
    ],
    [
      'events over more than a day',
      () => [
        [Date.now() - DAY - 1, 'a'],
        [Date.now(), 'b'],
      ],
      /24 hours/,
    ],
    ['no events', () => [], /1 to 10000/],
    ['an empty message', () => [[Date.now(), '']], /at least one character/],
    ['over a megabyte', () => [[Date.now(), 'x'.repeat(1_048_576)]], /Upload too large: 1048602/],
  ])('with %s is refused', async (_, events, message) => {
    await expect(put(...events())).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
  });

  it('survives a restart', async () => {
    await put([Date.now(), 'kept']);
    const later = openLogs(newContext(context));

    const { events } = later.read('/g', 's', 0, 10);

    expect(events).toMatchObject([{ message: 'kept' }]);
    await later.close();
  });
});

describe('lines of the stack', () => {
  it('make their group and stream, and are read at once in the order of their arrival', () => {
    logs.log('/g', 's', [{ time: 2, message: 'b' }]);
    logs.log('/g', 't', [{ time: 3, message: 'other' }]);
    logs.log('/g', 's', [
      { time: 1, message: 'a' },
      { time: 4, message: '' },
    ]);

    const first = logs.read('/g', 's', 0, 2).events;
    const rest = logs.read('/g', 's', first.at(-1)?.index ?? 0, 2).events;

    expect(first.map(({ time, message }) => [time, message])).toEqual([
      [2, 'b'],
      [1, 'a'],
    ]);
    expect(rest.map(({ message }) => message)).toEqual([' ']);
  });

  it('are written without being read, while the clock stands still', async () => {
    context.clock.standAt(Date.now());
    logs.log('/g', 's', [{ time: 1, message: 'a' }]);
    const other = openLogs(newContext(context));

    await expect.poll(() => other.read('/g', 's', 0, 10).events.length).toBe(1);
    await other.close();
  });

  it('are written when the stack closes', async () => {
    logs.log('/g', 's', [{ time: 1, message: 'last words' }]);

    await gateway.close();
    context = newContext(context);
    await start();

    expect(messages()).toEqual(['last words']);
  });

  it('are many', () => {
    const lines = Array.from({ length: 20_000 }, (_, time) => ({ time, message: `line ${time}` }));

    for (let at = 0; at < lines.length; at += 10) logs.log('/g', 's', lines.slice(at, at + 10));

    expect(logs.read('/g', 's', 0, 30_000).events).toHaveLength(20_000);
  });

  it('of a stream that is not there are none', () => {
    expect(logs.read('/g', 's', 0, 10)).toEqual({ events: [] });
  });

  it('with a name that no stream can have are refused', () => {
    expect(() => logs.log('/g', 'a:b', [])).toThrow(/not the name of a log stream/);
    expect(() => logs.log('a b', 's', [])).toThrow(/not the name of a log group/);
  });
});

describe('a log group of the template', () => {
  const make = (properties: object) => {
    const resource: Resource = { logicalId: 'Group', name: 'stack-group', type: 'AWS::Logs::LogGroup', properties };
    return logs.resources['AWS::Logs::LogGroup']?.(resource);
  };

  it('is made once, and brought to its properties', async () => {
    await make({ LogGroupName: '/named', RetentionInDays: 7 });
    const values = await make({ LogGroupName: '/named', RetentionInDays: '30', Tags: [{ Key: 'a', Value: 'b' }] });

    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));

    expect(logGroups).toMatchObject([{ logGroupName: '/named', retentionInDays: 30 }]);
    expect(values).toEqual({
      ref: '/named',
      attributes: { Arn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/named:*' },
    });
  });

  it('without a name has that of the stack', () => {
    expect(make({})).toMatchObject({ ref: 'stack-group' });
  });

  it.each([
    [{ RetentionInDays: 8 }, /must be one of 1, 3/],
    [{ DataProtectionPolicy: {} }, /DataProtectionPolicy/],
    [{ LogGroupClass: 'INFREQUENT_ACCESS' }, /INFREQUENT_ACCESS/],
    [{ LogGroupName: 'a b' }, /not the name/],
  ])('with %j is refused', (properties, message) => {
    expect(() => make(properties)).toThrow(message);
  });
});

describe('a request', () => {
  it.each<[string, () => Promise<unknown>, string, RegExp]>([
    [
      'for a group that is not there',
      () => client.send(new DescribeLogStreamsCommand({ logGroupName: '/x' })),
      'ResourceNotFoundException',
      /log group does not exist/,
    ],
    [
      'to make a group twice',
      async () => {
        await makeStream();
        await makeStream();
      },
      'ResourceAlreadyExistsException',
      /group already exists/,
    ],
    [
      'to make a stream twice',
      async () => {
        await makeStream();
        await client.send(new CreateLogStreamCommand(place));
      },
      'ResourceAlreadyExistsException',
      /stream already exists/,
    ],
    [
      'for a retention of 8 days',
      async () => {
        await makeStream();
        await client.send(new PutRetentionPolicyCommand({ logGroupName: '/g', retentionInDays: 8 }));
      },
      'InvalidParameterException',
      /one of 1, 3/,
    ],
    [
      'for another class of group',
      () => client.send(new CreateLogGroupCommand({ logGroupName: '/g', logGroupClass: 'DELIVERY' })),
      'InvalidParameterException',
      /DELIVERY/,
    ],
    [
      'with an odd name',
      () => client.send(new CreateLogGroupCommand({ logGroupName: 'a b' })),
      'InvalidParameterException',
      /'a b'/,
    ],
    [
      'for 51 groups',
      () => client.send(new DescribeLogGroupsCommand({ limit: 51 })),
      'InvalidParameterException',
      /1 to 50/,
    ],
    [
      'with a token that is not ours',
      () => client.send(new DescribeLogGroupsCommand({ nextToken: 'x' })),
      'InvalidParameterException',
      /nextToken/,
    ],
    [
      'for an operation that is not there',
      () => client.send(new StartQueryCommand({ startTime: 0, endTime: 1, queryString: 'x' })),
      'UnknownOperationException',
      /StartQuery.*AWS_ENDPOINT_URL_CLOUDWATCH_LOGS/,
    ],
  ])('%s is refused', async (_, call, name, message) => {
    await expect(call()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});
