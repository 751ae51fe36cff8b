import { createHmac } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decisionsOn, keepDecisions } from '../../functions/aws/decision-record.ts';
import { readSummary } from '../../functions/aws/pipeline-record.ts';
import { listRuns, runFrom } from '../../functions/aws/run-record.ts';
import { list, write } from '../../functions/aws/table.ts';
import { givenBy } from '../../functions/lambda/given.ts';
import { compareHeads } from '../../functions/listeners/compare-heads.ts';
import { handler as webhook } from '../../functions/listeners/webhook.ts';
import { ask, context } from '../api/ask.ts';
import { beginTrial, connection, declaration, repositories, world } from '../api/effects/world.ts';

vi.hoisted(() => {
  const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
  const env = {
    TABLE: 'table',
    BUCKET: 'bucket',
    STATE_MACHINE: arn,
    GIT_FUNCTION: 'git',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  Object.assign(process.env, env);
});
vi.mock('../../functions/aws/secret.ts', () => ({
  secretValue: async () => 'key',
  previousSecretValue: async () => undefined,
}));

const minute = 60_000;
const [repository] = repositories;
const [old, lost, later] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const given = { ...context, getRemainingTimeInMillis: () => 200_000 } as Context;

beforeEach(async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => world.now);
  vi.stubGlobal('setTimeout', (callback: () => void) => setImmediate(callback));
  beginTrial();
  await world.place.table.create('table');
});
afterEach(async () => {
  await world.place.table.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function connect(api: object = { api: 'https://api.example.com' }): Promise<void> {
  const arn = `arn:aws:codeconnections:us-east-1:123456789012:connection/${connection}`;
  const record = { id: connection, arn, kind: 'GitHub', host: 'https://git.example.com', webhookSecret: 's', ...api };
  await write([{ put: { pk: `CONNECTION#${connection}`, sk: 'CONNECTION', ...record } }]);
}

async function create(more: object = {}): Promise<void> {
  const pipeline = { ...declaration(repository), ...more };
  expect(await ask('CreatePipeline', { pipeline })).toMatchObject({ status: 200 });
  world.pipelineId = (await readSummary('web'))?.id ?? '';
}

type Heads = Readonly<Record<string, string>>;

/** Minutes later the host answers these heads. */
async function compare(minutes: number, heads: Heads | { unknown: string }, message?: string): Promise<object> {
  world.now += minutes * minute;
  const told = Object.entries(heads).map(([branch, commit]) => ({ branch, commit, ...(message ? { message } : {}) }));
  world.place.host = 'unknown' in heads ? heads : { heads: told };
  return compareHeads(givenBy(given));
}

interface Question {
  readonly repository: string;
  readonly heads?: { readonly branch?: string };
  readonly files?: object;
}

/** Minutes later the host answers each question by itself. */
async function compareBy(minutes: number, answer: (asked: Question) => object): Promise<object> {
  world.now += minutes * minute;
  world.place.host = answer;
  return compareHeads(givenBy(given));
}

/** In how many minutes the branches are looked at next. */
async function nextLook(): Promise<number> {
  const { items } = await list(`SOURCE#${connection}#${repository}`, '', { limit: 1 });
  return (Number(items[0]?.['nextCheckAt']) - world.now) / minute;
}

const asked = () =>
  world.place.told.filter((each) => each.startsWith('InvokeCommand')).map((each) => JSON.parse(each.slice(14)));
const started = async () => {
  const { items } = await listRuns(world.pipelineId, 100);
  return items.map((item) => runFrom(item).run).filter(({ trigger }) => trigger.type === 'WebhookV2');
};

/** The host posts the push after all. */
async function push(commit: string, branch = 'main'): Promise<number> {
  const author = { name: 'Ines', email: 'ines@example.com' };
  const head = { id: commit, message: 'Change it', author, timestamp: '2026-11-21T07:00:00Z' };
  const body = JSON.stringify({
    ref: `refs/heads/${branch}`,
    before: old,
    after: commit,
    repository: { full_name: repository },
    commits: [head],
    head_commit: head,
  });
  const signature = `sha256=${createHmac('sha256', 'key').update(body).digest('hex')}`;
  const event = {
    pathParameters: { name: connection },
    headers: { 'x-github-event': 'push', 'x-hub-signature-256': signature },
    body,
    requestContext: {
      requestId: `r ${commit}`,
      http: { sourceIp: '192.0.2.1', userAgent: 'host', method: 'POST', path: '/' },
    },
  };
  return ((await webhook(event as never, context)) as { statusCode: number }).statusCode;
}

const triggeredBy = (push: object) => ({
  triggers: [
    { providerType: 'CodeStarSourceConnection', gitConfiguration: { sourceActionName: 'Fetch', push: [push] } },
  ],
});

describe('comparing branch heads', () => {
  it('starts what a lost push would have started, at the second look, and keeps why', async () => {
    await connect();
    await create();
    await compare(1, { main: old });
    expect(asked()).toEqual([{ connection, repository, heads: { branch: 'main' } }]);

    await compare(15, { main: lost }, 'Change it');
    expect(await started()).toEqual([]);
    await compare(2, { main: lost }, 'Change it');
    await compare(15, { main: lost }, 'Change it');

    const [run, ...others] = await started();
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      trigger: { git: { commitId: lost, branch: 'main', commitMessage: 'Change it' } },
      sourceOverrides: [{ actionName: 'Fetch', revisionType: 'COMMIT_ID', revisionValue: lost }],
    });
    expect(await decisionsOn(lost)).toMatchObject([
      {
        started: true,
        run: run?.id,
        found: true,
        why: expect.stringMatching(/^found by comparing branch heads: .*'main'/),
      },
    ]);
  });

  it('starts nothing by what was there before the first look, nor by a push that was told of', async () => {
    await connect();
    await create();
    await compare(1, { main: old });
    expect(await push(lost)).toBe(202);

    await compare(15, { main: lost });
    await compare(15, { main: lost });

    expect(await started()).toHaveLength(1);
    expect(await decisionsOn(lost)).toHaveLength(1);
  });

  it('has a push that is told of later start nothing more, but the next one does', async () => {
    await connect();
    await create();
    await compare(1, { main: old });
    await compare(15, { main: lost });
    await compare(2, { main: lost });

    await push(lost);
    expect(await started()).toHaveLength(1);
    expect((await decisionsOn(lost)).filter((decision) => !decision.started)).toHaveLength(1);
    await push(later);
    expect(await started()).toHaveLength(2);
  });

  it('starts once also when the push is told of at the same moment, or two sweepers look', async () => {
    await connect();
    await create();
    await compare(1, { main: old });
    await compare(15, { main: lost });
    world.now += 2 * minute;

    await Promise.all([compareHeads(givenBy(given)), compareHeads(givenBy(given)), push(lost)]);

    expect(await started()).toHaveLength(1);
  });

  it('judges by the filters of a trigger, of all branches', async () => {
    await connect();
    await create(triggeredBy({ branches: { includes: ['release/*'] } }));
    await compare(1, { main: old });
    expect(asked()[0]).toMatchObject({ heads: {} });

    const heads = { main: lost, 'release/1': later };
    await compare(15, heads, 'm');
    await compare(2, heads, 'm');

    expect((await started()).map(({ trigger }) => trigger.git?.branch)).toEqual(['release/1']);
    expect(await decisionsOn(lost)).toMatchObject([{ started: false, found: true }]);
  });

  it('asks nobody where the connection has no API, and less often where the host does not answer', async () => {
    await connect({});
    await create();
    await compare(1, { main: old });
    expect(asked()).toEqual([]);

    await connect();
    await compare(60, { unknown: 'the host answers 500' });
    await compare(15, { main: old });
    expect(asked()).toHaveLength(1);
    await compare(45, { main: old });
    await compare(15, { main: lost });
    await compare(2, { main: lost });
    expect(await started()).toHaveLength(1);
  });

  it('forgets what it knew when another branch is followed, and not when nothing is changed', async () => {
    await connect();
    await create();
    await compare(1, { main: old });
    await ask('UpdatePipeline', { pipeline: declaration(repository) });
    await compare(15, { main: lost });
    await compare(2, { main: lost });
    expect(await started()).toHaveLength(1);

    const text = JSON.stringify(declaration(repository)).replace('"main"', '"live"');
    await ask('UpdatePipeline', { pipeline: JSON.parse(text) });
    await compare(15, { live: later });
    await compare(2, { live: later });
    expect(await started()).toHaveLength(1);
  });

  it('starts every push that got lost, one after the other', async () => {
    await connect();
    await create();
    await compare(1, { main: old });
    for (const commit of [lost, later]) {
      await compare(15, { main: commit });
      await compare(2, { main: commit });
    }

    expect((await started()).map(({ trigger }) => trigger.git?.commitId)).toEqual([later, lost]);
  });

  it.each([
    ['of another pipeline', { pipelineName: 'other' }],
    ['of another action', { action: 'Other' }],
    ['of the same commit on another branch', { event: "push to branch 'live'" }],
  ])('takes a push for lost also where something was decided and started %s', async (_, other) => {
    await connect();
    await create();
    await compare(1, { main: old });
    const about = {
      id: 'd',
      at: world.now,
      revision: lost,
      by: 'it',
      place: repository,
      event: "push to branch 'main'",
    };
    const decision = { ...about, pipelineName: 'web', action: 'Fetch', started: true, run: 'r', why: 'so' };
    await keepDecisions([{ ...decision, ...other }]);

    await compare(15, { main: lost });
    await compare(2, { main: lost });

    expect(await started()).toHaveLength(1);
  });

  it.each([
    ['tells them', { branch: 'main', commit: lost, message: 'Change it' }, 'Change it'],
    ['tells of a newer commit by then', { branch: 'main', commit: later, message: 'Change more' }, ''],
    ['does not answer', undefined, ''],
  ])('asks for the words of a commit where the list has none, and the host %s', async (_, head, commitMessage) => {
    await connect();
    await create(triggeredBy({ branches: { includes: ['*'] } }));
    await compare(1, { main: old });
    const unanswered = { unknown: 'the host answers 500' };
    const answer = ({ heads }: Question) =>
      heads?.branch === undefined
        ? { heads: [{ branch: 'main', commit: lost }] }
        : head
          ? { heads: [head] }
          : unanswered;

    await compareBy(15, answer);
    expect(await compareBy(2, answer)).toEqual({ looked: 1, failed: 0 });

    expect(asked().slice(2)).toMatchObject([{ heads: {} }, { heads: { branch: 'main' } }]);
    expect(await started()).toMatchObject([{ trigger: { git: { commitMessage } } }]);
  });

  it('does not ask for the words of a commit that the list has', async () => {
    await connect();
    await create(triggeredBy({ branches: { includes: ['*'] } }));
    await compare(1, { main: old });
    await compare(15, { main: lost }, 'Change it');
    await compare(2, { main: lost }, 'Change it');

    expect(await started()).toHaveLength(1);
    expect(asked()).toHaveLength(3);
  });

  it.each([
    ['one that fits', ['src/a.ts'], 1],
    ['none that fits', ['docs/a.md'], 0],
  ])('asks for the files that changed since the head that was known: %s', async (_, paths, runs) => {
    await connect();
    await create(triggeredBy({ branches: { includes: ['*'] }, filePaths: { includes: ['src/**'] } }));
    const heads = [
      { branch: 'main', commit: lost, message: 'm' },
      { branch: 'new', commit: later, message: 'm' },
    ];
    const answer = ({ files }: Question) => (files ? { paths } : { heads });
    await compare(1, { main: old });

    await compareBy(15, answer);
    await compareBy(2, answer);

    expect(asked().filter(({ files }) => files)).toEqual([
      { connection, repository, files: { base: old, head: lost } },
    ]);
    expect(await started()).toHaveLength(runs);
    expect(await decisionsOn(later)).toMatchObject([{ started: false, why: expect.stringContaining("'new' is new") }]);
  });

  it.each([
    ['a quarter of an hour', 15, 'nothing has moved', () => compare(15, { main: old })],
    ['two minutes', 2, 'a push may be on its way', () => compare(15, { main: lost })],
    ['an hour', 60, 'the host does not answer', () => compare(15, { unknown: 'the host answers 500' })],
    [
      'an hour',
      60,
      'the connection is gone',
      async () => {
        await write([{ remove: { pk: `CONNECTION#${connection}`, sk: 'CONNECTION' } }]);
        return compare(15, { main: lost });
      },
    ],
  ])('looks again in %s (%i minutes) where %s', async (_, minutes, __, look) => {
    await connect();
    await create();
    await compare(1, { main: old });

    expect(await look()).toEqual({ looked: 1, failed: 0 });
    expect(await nextLook()).toBe(minutes);
  });

  it('asks once for all that follow the same, and goes on where one fails, which is tried again a quarter of an hour later', async () => {
    await connect();
    await create();
    world.now += 1000;
    for (const [name, of] of [
      ['other', repositories[1]],
      ['third', repositories[1]],
    ] as const)
      await create({ name, stages: declaration(of).stages });

    const swept = await compareBy(1, (question) => {
      if (question.repository === repository) throw new Error('no function');
      return { heads: [{ branch: 'main', commit: old }] };
    });

    expect(swept).toEqual({ looked: 3, failed: 1 });
    expect(asked().map((each) => each.repository)).toEqual([...repositories]);
    expect(await nextLook()).toBe(15);
  });

  it.each([
    [39_999, 0],
    [40_000, 1],
  ])('looks at none when only %i milliseconds remain, or at what it can: %i', async (remaining, looked) => {
    await connect();
    await create();
    world.now += minute;
    world.place.host = { heads: [] };

    const short = { ...given, getRemainingTimeInMillis: () => remaining };
    expect(await compareHeads(givenBy(short))).toEqual({ looked, failed: 0 });
    expect(asked()).toHaveLength(looked);
  });
});
