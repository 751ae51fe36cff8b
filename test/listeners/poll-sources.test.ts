import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSummary } from '../../functions/aws/pipeline-record.ts';
import { listPolls } from '../../functions/aws/poll-record.ts';
import { listRuns, putRun, runFrom } from '../../functions/aws/run-record.ts';
import { list, write } from '../../functions/aws/table.ts';
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
async function settle(version: string): Promise<void> {
  const { items } = await listRuns(world.pipelineId, 1);
  const { run, rev } = runFrom(items[0] ?? {});
  const sourceRevisions = [{ actionName: 'Fetch', artifactName: 'Zip', revisionId: version }];
  await write([putRun({ ...run, status: 'Succeeded', sourceRevisions }, rev)]);
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
  return items.map(({ started, why, run, by }) => ({ started, why, run, by }));
};

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
    await polls({ version: 'v2' });

    const [run, ...others] = await runs();
    expect(others).toHaveLength(1);
    expect(run).toMatchObject({
      trigger: { type: 'PollForSourceChanges', detail: 'Fetch', revision: 'v2' },
      sourceOverrides: [{ actionName: 'Fetch', revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: 'v2' }],
    });
    expect(await decided('v2')).toMatchObject([{ started: true, run: run?.id }]);
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
      const send = world.place.table.send.bind(world.place.table);
      let done = 0;
      const dying = vi.spyOn(world.place.table, 'send').mockImplementation(async (...call) => {
        if (done++ >= lived) throw new Error('The sweeper is dead.');
        return send(...call);
      });
      await polls({ version: 'v2' }).catch(() => undefined);
      dying.mockRestore();
      await polls({ version: 'v2' });
      await polls({ version: 'v2' });

      const found = (await runs()).filter(({ trigger }) => trigger.revision === 'v2');
      expect([lived, found.length]).toEqual([lived, 1]);
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

  it('takes what is newest in PARALLEL mode', async () => {
    await create('v1', {}, { executionMode: 'PARALLEL' });

    await polls({ version: 'v2' });

    expect((await runs())[0]).toMatchObject({ sourceOverrides: [], trigger: { revision: 'v2' } });
  });

  it('keeps why a version could not start it, once, and tries again', async () => {
    await create('v1');
    const variables = [{ name: 'Env' }];
    await ask('UpdatePipeline', { pipeline: declaration({}, { variables }) });

    await polls({ version: 'v2' });
    await polls({ version: 'v2' });
    expect(await runs()).toHaveLength(1);
    expect(await decided('v2')).toMatchObject([{ started: false, why: expect.stringContaining("'Env'") }]);

    await ask('UpdatePipeline', { pipeline: declaration() });
    await polls({ version: 'v2' });
    expect(await runs()).toHaveLength(2);
  });

  it('starts nothing where the version is not known', async () => {
    await create('v1');

    expect(await polls({ problem: 'no object' })).toEqual({ looked: 1, failed: 0 });
    expect(await runs()).toHaveLength(1);
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
