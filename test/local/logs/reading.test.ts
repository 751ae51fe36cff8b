import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFilterPattern } from '../../../local/logs/filter-pattern.ts';
import { type Logs, openLogs } from '../../../local/logs/logs.ts';
import { newContext, openTestGateway } from '../gateway/test-gateway.ts';

let logs: Logs;
let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let client: CloudWatchLogsClient;

beforeEach(async () => {
  const context = newContext();
  logs = openLogs(context);
  gateway = await openTestGateway(context, [logs]);
  client = new CloudWatchLogsClient(gateway.client);
});
afterEach(() => gateway.close());

function write(stream: string, ...times: number[]): void {
  logs.log(
    '/g',
    stream,
    times.map((time) => ({ time, message: `${stream}${time}` })),
  );
}

async function get(input: Partial<GetLogEventsCommandInput>) {
  const answer = await client.send(new GetLogEventsCommand({ logGroupName: '/g', logStreamName: 's', ...input }));
  const { events = [], nextForwardToken = '', nextBackwardToken = '' } = answer;
  return { times: events.map(({ timestamp }) => timestamp), forward: nextForwardToken, backward: nextBackwardToken };
}

async function filter(input: Partial<FilterLogEventsCommandInput>) {
  const { events = [], nextToken } = await client.send(new FilterLogEventsCommand({ logGroupName: '/g', ...input }));
  return { messages: events.map(({ message }) => message), ids: events.map(({ eventId }) => eventId), nextToken };
}

describe('GetLogEvents', () => {
  it('answers with the last events, or from the head, oldest first', async () => {
    write('s', 3, 1, 2);

    const tail = await get({ limit: 2 });
    const head = await get({ limit: 2, startFromHead: true });

    expect([tail.times, head.times]).toEqual([
      [2, 3],
      [1, 2],
    ]);
  });

  it('goes on forward, and repeats the token at the end until more comes', async () => {
    write('s', 1, 2, 3);
    const first = await get({ limit: 2, startFromHead: true });

    const second = await get({ nextToken: first.forward });
    const third = await get({ nextToken: second.forward });
    write('s', 3, 4);
    const fourth = await get({ nextToken: third.forward });

    expect([second.times, third.times, fourth.times]).toEqual([[3], [], [3, 4]]);
    expect(third.forward).toBe(second.forward);
  });

  it('goes back, and repeats the token at the beginning', async () => {
    write('s', 1, 2, 3);
    const last = await get({ limit: 2 });

    const first = await get({ limit: 2, nextToken: last.backward });
    const none = await get({ limit: 2, nextToken: first.backward });

    expect([last.times, first.times, none.times]).toEqual([[2, 3], [1], []]);
    expect(none.backward).toBe(first.backward);
  });

  it('follows a stream that was empty', async () => {
    write('s', 1);
    const { forward } = await get({ startTime: 2 });
    write('s', 5);

    const next = await get({ startTime: 2, nextToken: forward });

    expect(next.times).toEqual([5]);
  });

  it('keeps to the times that are asked, without the end', async () => {
    write('s', 1, 2, 3, 4);

    const { times } = await get({ startTime: 2, endTime: 4, startFromHead: true });

    expect(times).toEqual([2, 3]);
  });

  it('answers with a megabyte at most', async () => {
    logs.log(
      '/g',
      's',
      Array.from({ length: 5 }, (_, time) => ({ time, message: 'x'.repeat(300_000) })),
    );

    const first = await get({ startFromHead: true });
    const second = await get({ nextToken: first.forward });
    const last = await get({});

    expect([first.times, second.times, last.times]).toEqual([
      [0, 1, 2],
      [3, 4],
      [2, 3, 4],
    ]);
  });

  it('refuses a token that is not its own', async () => {
    write('s', 1);

    await expect(get({ nextToken: 'f/1' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('reads every event once, whatever the pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.uuid(),
        async (times, limit, stream) => {
          write(stream, ...times);
          const read: (number | undefined)[] = [];
          let page = await get({ logStreamName: stream, limit, startFromHead: true });
          while (page.times.length > 0) {
            read.push(...page.times);
            page = await get({ logStreamName: stream, limit, nextToken: page.forward });
          }
          expect(read).toEqual(times.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('FilterLogEvents', () => {
  beforeEach(() => {
    write('a', 1, 4);
    write('b', 3, 2);
    write('other', 5);
  });

  it('reads all streams as one, by time', async () => {
    expect((await filter({})).messages).toEqual(['a1', 'b2', 'b3', 'a4', 'other5']);
  });

  it.each<[string, Partial<FilterLogEventsCommandInput>, string[]]>([
    ['streams', { logStreamNames: ['b', 'gone'] }, ['b2', 'b3']],
    ['a prefix of streams', { logStreamNamePrefix: 'o' }, ['other5']],
    ['times, with the end', { startTime: 2, endTime: 4 }, ['b2', 'b3', 'a4']],
    ['a pattern', { filterPattern: '?a4 ?b2' }, ['b2', 'a4']],
    [
      'the group by its ARN',
      { logGroupName: undefined, logGroupIdentifier: 'arn:aws:logs:eu-west-1:000000000000:log-group:/g', limit: 1 },
      ['a1'],
    ],
  ])('keeps to %s', async (_, input, expected) => {
    expect((await filter(input)).messages).toEqual(expected);
  });

  it('goes on in pages, and gives an event the same id every time', async () => {
    const first = await filter({ limit: 2 });
    const second = await filter({ limit: 2, ...(first.nextToken ? { nextToken: first.nextToken } : {}) });
    const third = await filter({ limit: 2, ...(second.nextToken ? { nextToken: second.nextToken } : {}) });
    const all = await filter({});

    expect([...first.messages, ...second.messages, ...third.messages]).toEqual(all.messages);
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(all.ids);
    expect([third.nextToken, all.nextToken]).toEqual([undefined, undefined]);
    expect(new Set(all.ids).size).toBe(5);
  });

  it('finds what is rare among many', async () => {
    logs.log(
      '/g',
      'a',
      Array.from({ length: 5000 }, (_, n) => ({ time: 100 + n, message: n === 4321 ? 'needle' : 'hay' })),
    );

    expect((await filter({ filterPattern: 'needle' })).messages).toEqual(['needle']);
  });
});

describe('a filter pattern', () => {
  it.each([
    ['', 'anything', true],
    ['ERROR', '[ERROR] no', true],
    ['ERROR', 'error', false],
    ['ERROR timeout', 'ERROR: a timeout', true],
    ['ERROR timeout', 'ERROR', false],
    ['?ERROR ?WARN', 'a WARN', true],
    ['?ERROR ?WARN', 'INFO', false],
    ['ERROR -retry', 'ERROR', true],
    ['ERROR -retry', 'ERROR, will retry', false],
    ['-"by hand"', 'done by hand', false],
    ['"task timed out"', 'the task timed out', true],
    ['"task timed out"', 'the task was timed out', false],
    ['"say \\"hi\\""', 'they say "hi"', true],
    ['?"a b" ?c', 'a b', true],
    ['größe_1', 'die größe_1', true],
  ])('%j finds %j: %s', (pattern, message, expected) => {
    expect(readFilterPattern(pattern)(message)).toBe(expected);
  });

  it.each(['{ $.level = "error" }', '[ip, user]', '%regex%', 'a.b', '?a b', '"open', 'a"b"'])(
    '%j is refused',
    (pattern) => {
      expect(() => readFilterPattern(pattern)).toThrow(/./);
    },
  );
});
