import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { auditPartition } from '../../functions/aws/audit-key.ts';
import { readSummary } from '../../functions/aws/pipeline-record.ts';
import { listPolls, poll as pollWrite } from '../../functions/aws/poll-record.ts';
import { listRuns, putRun, runFrom } from '../../functions/aws/run-record.ts';
import { list, write } from '../../functions/aws/table.ts';
import type { Run } from '../../functions/domain/run.ts';
import { givenBy } from '../../functions/lambda/given.ts';
import { pollSources } from '../../functions/listeners/poll-sources.ts';
import { handler as sweep } from '../../functions/listeners/sweep.ts';
import { ask, context } from '../api/ask.ts';
import { beginTrial, world } from '../api/effects/world.ts';

vi.hoisted(() => {
  const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
  const env = {
    TABLE: 'table',
    BUCKET: 'bucket',
    STATE_MACHINE: arn,
    S3_FUNCTION: 's3',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  Object.assign(process.env, env);
});

const minute = 60_000;
const day = 24 * 60 * minute;
const given = { ...context, getRemainingTimeInMillis: () => 200_000 } as Context;
const poll = () => pollSources(givenBy(given));

const declaration = (configuration: object = {}, more: object = {}) => ({
  name: 'web',
  pipelineType: 'V2',
  roleArn: 'arn:aws:iam::123456789012:role/web',
  artifactStore: { type: 'S3', location: 'artifacts' },
  stages: [
    {
      name: 'Source',
      actions: [
        {
          name: 'Fetch',
          actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
          configuration: { S3Bucket: 'uploads', S3ObjectKey: 'app.zip', ...configuration },
          outputArtifacts: [{ name: 'Zip' }],
        },
      ],
    },
    {
      name: 'Approve',
      actions: [
        { name: 'Review', actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } },
      ],
    },
  ],
  ...more,
});

async function begin(): Promise<void> {
  beginTrial();
  await world.place.table.create('table');
}

beforeEach(async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => world.now);
  vi.stubGlobal('setTimeout', (callback: () => void) => setImmediate(callback));
  await begin();
});
afterEach(async () => {
  await world.place.table.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Makes the pipeline, whose first run has fetched this version and is over. */
async function create(version = 'v1', configuration: object = {}, more: object = {}): Promise<void> {
  expect(await ask('CreatePipeline', { pipeline: declaration(configuration, more) })).toMatchObject({ status: 200 });
  world.pipelineId = (await readSummary('web'))?.id ?? '';
  await settle(version);
}

/** The newest run has fetched a version, and is over. */
async function settle(version: string, more: Partial<Run> = {}): Promise<void> {
  const { items } = await listRuns(world.pipelineId, 1);
  const { run, rev } = runFrom(items[0] ?? {});
  const sourceRevisions = [{ actionName: 'Fetch', artifactName: 'Zip', revisionId: version }];
  await write([putRun({ ...run, status: 'Succeeded', sourceRevisions, ...more }, rev)]);
}

async function polls(answer: object = {}, minutes = 1): Promise<object> {
  world.now += minutes * minute;
  world.place.host = [answer];
  return poll();
}

const runs = async () => (await listRuns(world.pipelineId, 100)).items.map((item) => runFrom(item).run);
const record = async () => (await listPolls(world.pipelineId))[0];
const asked = () =>
  world.place.told.filter((each) => each.startsWith('InvokeCommand')).map((each) => JSON.parse(each.slice(14)));
const decided = async (version: string) => {
  const { items } = await list(`DECISIONS#${version.slice(0, 7)}`, '', { limit: 100 });
  return items.map(({ started, why, run, by, place, event }) => ({ started, why, run, by, place, event }));
};

interface Question {
  readonly newest: readonly { readonly pipelineId: string }[];
}

/** Has sources polled that no pipeline in the table has. */
async function pollsOf(pipelines: readonly { readonly id: string; readonly name: string }[]): Promise<void> {
  const source = { action: 'Fetch', bucket: 'uploads', key: 'app.zip', roleArn: declaration().roleArn };
  await write(pipelines.map((pipeline) => pollWrite(pipeline, source, { now: world.now, isSame: false })));
}

type Send = typeof world.place.table.send;

/** What happens before each call of the table. */
function beforeCalls(happens: (...call: Parameters<Send>) => Promise<void> | void) {
  const send = world.place.table.send.bind(world.place.table);
  return vi.spyOn(world.place.table, 'send').mockImplementation(async (...call) => {
    await happens(...call);
    return send(...call);
  });
}

describe('polling', () => {
  it('asks as the action’s role once a minute, and starts nothing by what the last run began with', async () => {
    await create('v1');

    await polls({ version: 'v1' });
    await polls({ version: 'v1' });

    expect(asked()).toHaveLength(2);
    expect(asked()[0]).toMatchObject({
      newest: [{ pipeline: 'web', action: 'Fetch', bucket: 'uploads', key: 'app.zip', roleArn: declaration().roleArn }],
    });
    expect(await runs()).toHaveLength(1);
    expect(await record()).toMatchObject({ seen: 'v1' });
    expect(await decided('v1')).toMatchObject([{ started: false, by: 'polling' }]);
  });

  it('starts one run by a new version, pinned to it, and keeps why', async () => {
    await create('v1');

    await polls({ version: 'v2' });
    expect(await record()).toMatchObject({ seen: 'v2' });
    await polls({ version: 'v2' });

    const [run, ...others] = await runs();
    expect(others).toHaveLength(1);
    expect(run).toMatchObject({
      trigger: { type: 'PollForSourceChanges', detail: 'Fetch', revision: 'v2' },
      sourceOverrides: [{ actionName: 'Fetch', revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: 'v2' }],
    });
    expect(await decided('v2')).toEqual([
      {
        started: true,
        run: run?.id,
        by: 'polling',
        place: 's3://uploads/app.zip',
        event: 'a new version',
        why: "polling found a version of 'Fetch' that no run has had",
      },
    ]);
  });

  it('starts one run after the other by one version after the other, each recorded as found by the sweeper', async () => {
    await create('v1', {}, { executionMode: 'PARALLEL' });
    await polls({ version: 'v2' });
    await settle('v2');
    await polls({ version: 'v3' });

    expect((await runs()).map(({ trigger }) => trigger.revision)).toEqual(['v3', 'v2', undefined]);
    const { items } = await list(auditPartition(world.now), '', { limit: 100, newestFirst: true });
    expect(items[0]).toMatchObject({
      caller: 'sweeper',
      sourceIp: 'sluice',
      userAgent: 'sluice',
      operation: 'StartPipelineExecution',
      resource: 'web',
      input: { action: 'Fetch', revision: 'v3' },
    });
  });

  it('starts one run also when two sweepers run at once', async () => {
    await create('v1');
    world.now += minute;
    world.place.host = [{ version: 'v2' }];

    await Promise.all([poll(), poll()]);

    expect(await runs()).toHaveLength(2);
    expect((await decided('v2')).filter(({ started }) => started)).toHaveLength(1);
  });

  it('starts one run also when the sweeper dies before any of its calls of the table', async () => {
    await create('v1');
    const calls = vi.spyOn(world.place.table, 'send');
    await polls({ version: 'v2' });
    const { length } = calls.mock.calls;
    expect(length).toBeGreaterThan(10);

    for (let lived = 0; lived < length; lived++) {
      await world.place.table.close();
      await begin();
      await create('v1');
      let done = 0;
      const dying = beforeCalls(() => {
        if (done++ >= lived) throw new Error('The sweeper is dead.');
      });
      await polls({ version: 'v2' }).catch(() => undefined);
      dying.mockRestore();
      await polls({ version: 'v2' });
      await polls({ version: 'v2' });

      const found = (await runs()).filter(({ trigger }) => trigger.revision === 'v2');
      expect([lived, found.length, (await decided('v2')).length]).toEqual([lived, 1, 1]);
    }
  });

  it('waits for a run that may still fetch what is newest', async () => {
    expect(await ask('CreatePipeline', { pipeline: declaration() })).toMatchObject({ status: 200 });
    world.pipelineId = (await readSummary('web'))?.id ?? '';

    await polls({ version: 'v1' });
    expect([(await runs()).length, (await record())?.seen]).toEqual([1, undefined]);

    await settle('v1');
    await polls({ version: 'v1' });
    expect([(await runs()).length, (await record())?.seen]).toEqual([1, 'v1']);

    await ask('StartPipelineExecution', { name: 'web' });
    await polls({ version: 'v2' });
    expect([(await runs()).length, (await record())?.seen]).toEqual([2, 'v1']);
  });

  it('starts nothing by a version that another start has taken since it looked', async () => {
    await create('v1');
    let isTaken = false;
    beforeCalls(async (name) => {
      if (isTaken || name !== 'TransactWriteCommand') return;
      isTaken = true;
      const sourceRevisions = [{ actionName: 'Fetch', revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: 'v2' }];
      expect(await ask('StartPipelineExecution', { name: 'web', sourceRevisions })).toMatchObject({ status: 200 });
    });

    await polls({ version: 'v2' });

    expect((await runs()).map(({ trigger }) => trigger.type)).toEqual(['StartPipelineExecution', 'CreatePipeline']);
  });

  it.each([
    ['is gone', 'other'],
    ['was made anew', 'web'],
  ])('starts nothing by a source of a pipeline that %s', async (_, name) => {
    await create('v1');
    await pollsOf([{ id: 'gone', name }]);
    world.now += minute;
    world.place.host = ({ newest }: Question) =>
      newest.map(({ pipelineId }) => ({ version: pipelineId === 'gone' ? 'v2' : 'v1' }));

    expect(await poll()).toEqual({ looked: 2, failed: 0 });
    expect(await runs()).toHaveLength(1);
  });

  it('asks for fifty at a time, and of those that fail alone again', async () => {
    await pollsOf(Array.from({ length: 51 }, (_, number) => ({ id: `p${number}`, name: `n${number}` })));
    world.now += minute;
    world.place.host = ({ newest }: Question) => newest.map(() => ({ problem: 'no object' }));
    beforeCalls((name, input) => {
      if (name === 'UpdateCommand' && (input['Key'] as { pk: string }).pk === 'p7') throw new Error('not now');
    });

    expect(await poll()).toEqual({ looked: 51, failed: 1 });
    expect(asked().map(({ newest }) => newest.length)).toEqual([50, 1]);
    expect(await poll()).toEqual({ looked: 1, failed: 1 });
    expect(asked()[2].newest).toMatchObject([{ pipeline: 'n7' }]);
  });

  it.each([
    [30_000, 0],
    [30_001, 1],
  ])('asks for none when only %i milliseconds remain, or for what it can: %i', async (remaining, looked) => {
    await create('v1');
    world.now += minute;
    world.place.host = [{ version: 'v1' }];

    const short = { ...given, getRemainingTimeInMillis: () => remaining };
    expect(await pollSources(givenBy(short))).toEqual({ looked, failed: 0 });
    expect(asked()).toHaveLength(looked);
  });

  it('starts nothing by a version that an event has started already', async () => {
    await create('v1');
    await ask('StartPipelineExecution', {
      name: 'web',
      sourceRevisions: [{ actionName: 'Fetch', revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: 'v2' }],
    });

    await polls({ version: 'v2' });

    expect(await runs()).toHaveLength(2);
    expect(await decided('v2')).toMatchObject([{ started: false, why: 'this run has the version already' }]);
  });

  it.each([
    ['was started for it by an event', { type: 'CloudWatchEvent', detail: 'rule', revision: 'v2' }, 'v1'],
    [
      'fetched it, as polling started it for another',
      { type: 'PollForSourceChanges', detail: 'Fetch', revision: 'v1' },
      'v2',
    ],
  ] as const)('starts nothing by a version of a run that %s, and keeps why', async (_, trigger, fetched) => {
    await create('v1');
    await settle(fetched, { trigger });

    await polls({ version: 'v2' });

    expect(await runs()).toHaveLength(1);
    expect(await decided('v2')).toMatchObject([{ started: false, why: 'this run has the version already' }]);
  });

  it('takes what is newest in PARALLEL mode', async () => {
    await create('v1', {}, { executionMode: 'PARALLEL' });

    await polls({ version: 'v2' });

    expect((await runs())[0]).toMatchObject({ sourceOverrides: [], trigger: { revision: 'v2' } });
  });

  it('keeps why a version could not start it, once, and tries again', async () => {
    await create('v1');
    const variables = [{ name: 'Env' }];
    await ask('UpdatePipeline', { pipeline: declaration({}, { variables }) });

    for (const version of ['v2', 'v3', 'v3']) {
      await polls({ version });
      expect(await decided(version)).toMatchObject([{ started: false, why: expect.stringContaining("'Env'") }]);
    }
    expect(await runs()).toHaveLength(1);

    await ask('UpdatePipeline', { pipeline: declaration() });
    await polls({ version: 'v3' });
    expect(await runs()).toHaveLength(2);
  });

  it('is tried again a minute later, and says nothing of it, where the table fails', async () => {
    await create('v1');
    let isBroken = true;
    beforeCalls((name) => {
      if (!isBroken || name !== 'TransactWriteCommand') return;
      isBroken = false;
      throw new Error('not now');
    });

    expect(await polls({ version: 'v2' })).toEqual({ looked: 1, failed: 1 });
    expect(await decided('v2')).toEqual([]);
    await polls({ version: 'v2' });
    expect(await runs()).toHaveLength(2);
  });

  it('starts nothing where the version is not known, and keeps what it knew', async () => {
    await create('v1');
    await polls({ version: 'v1' });

    expect(await polls({ problem: 'no object' })).toEqual({ looked: 1, failed: 0 });
    expect([(await runs()).length, (await record())?.seen]).toEqual([1, 'v1']);
    await polls({ version: 'v2' });
    expect(await runs()).toHaveLength(2);
  });

  it('is tried again a minute later, where the S3 function fails, and keeps the rest of the sweep from nothing', async () => {
    await create('v1');
    const { run, rev } = runFrom((await listRuns(world.pipelineId, 1)).items[0] ?? {});
    await write([putRun({ ...run, lastUpdateTime: world.now + day }, rev)]);
    world.now += minute;
    vi.mocked(LambdaClient.prototype.send).mockImplementationOnce(async () => {
      throw new Error('no function');
    });

    expect(await sweep({}, given)).toEqual({ looked: 0, failed: 1 });
    await polls({ version: 'v2' });
    expect(await runs()).toHaveLength(2);
  });
});

describe('a pipeline without a run for 30 days', () => {
  const metadata = async () => (await ask('GetPipeline', { name: 'web' })).output['metadata'];

  it('is polled no more, which GetPipeline tells, until it is updated', async () => {
    await create('v1');
    await polls({ version: 'v1' });
    await polls({ version: 'v1' }, (29 * day) / minute);
    expect(await metadata()).not.toHaveProperty('pollingDisabledAt');

    await polls({ version: 'v2' }, (2 * day) / minute);
    expect(await metadata()).toMatchObject({ pollingDisabledAt: Math.floor(world.now / 1000) });
    await polls({ version: 'v2' });
    expect([await runs(), asked().length]).toEqual([[expect.anything()], 3]);

    await ask('UpdatePipeline', { pipeline: declaration() });
    expect(await metadata()).not.toHaveProperty('pollingDisabledAt');
    await polls({ version: 'v2' });
    expect(await runs()).toHaveLength(2);
  });

  it('is one without any run, whatever started the others', async () => {
    await create('v1');
    await polls({ version: 'v1' });
    world.now += 20 * day;
    await ask('StartPipelineExecution', { name: 'web' });
    await settle('v1');
    await polls({ version: 'v1' }, (15 * day) / minute);

    expect(await metadata()).not.toHaveProperty('pollingDisabledAt');
    expect(await record()).toHaveProperty('activeAt');
  });
});

describe('what is polled', () => {
  const followed = async () =>
    (await listPolls(world.pipelineId)).map(({ action, bucket, seen }) => [action, bucket, seen]);

  it('changes with the definition: what was seen of an object stays, and goes with the object', async () => {
    await create('v1');
    await polls({ version: 'v1' });
    await ask('UpdatePipeline', { pipeline: declaration({ AllowOverrideForS3ObjectKey: 'true' }) });
    expect(await followed()).toEqual([['Fetch', 'uploads', 'v1']]);

    await ask('UpdatePipeline', { pipeline: declaration({ S3Bucket: 'others' }) });
    expect(await followed()).toEqual([['Fetch', 'others', undefined]]);

    await ask('UpdatePipeline', { pipeline: declaration({ PollForSourceChanges: 'false' }) });
    expect(await followed()).toEqual([]);

    await ask('UpdatePipeline', { pipeline: declaration({ PollForSourceChanges: 'true' }) });
    expect(await followed()).toEqual([['Fetch', 'uploads', undefined]]);
    await ask('DeletePipeline', { name: 'web' });
    expect(await followed()).toEqual([]);
  });
});
