import { createHmac } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decisionsOn } from '../../functions/aws/decision-record.ts';
import { readSummary } from '../../functions/aws/pipeline-record.ts';
import { listRuns, runFrom } from '../../functions/aws/run-record.ts';
import { write } from '../../functions/aws/table.ts';
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
    const gitConfiguration = { sourceActionName: 'Fetch', push: [{ branches: { includes: ['release/*'] } }] };
    await create({ triggers: [{ providerType: 'CodeStarSourceConnection', gitConfiguration }] });
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
});
