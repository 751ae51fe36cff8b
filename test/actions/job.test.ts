import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Work } from '../../functions/engine/work.ts';
import { givenBy } from '../../functions/lambda/given.ts';
import { anAction } from '../domain/given.ts';
import { actionItem, context, now, openWorld, runItem, type World, written } from '../handlers/world.ts';

const type = { category: 'Build', owner: 'Custom', provider: 'Jenkins', version: '1' } as const;
const jobId = '0b0b0b0b-0000-4000-8000-000000000001';
const action = anAction({ type, status: 'Starting', job: jobId });
const token = { value: 't', order: { execution: 1, entry: 1, invocation: 0 } };

let world: World;
beforeEach(() => {
  world = openWorld();
  putType();
});
afterEach(() => world.close());

function putType(more: object = {}): void {
  const definition = {
    id: type,
    actionConfigurationProperties: [{ name: 'ProjectName', required: true, key: true, secret: false, queryable: true }],
    inputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
    outputArtifactDetails: { minimumCount: 0, maximumCount: 5 },
  };
  const place = { pk: 'ACTIONTYPES', sk: 'Build#Jenkins#1' };
  world.put({ ...place, definition: JSON.stringify(definition), deleted: false, tags: [], rev: 1, ...more });
}

function putJob(): void {
  const job = { id: jobId, action: action.key, status: 'Created', deadline: action.deadline, rev: 1 };
  world.put({ pk: `JOB#${jobId}`, sk: 'JOB', ...job });
}

async function start(more: Partial<Work> = {}) {
  const { customJob } = await import('../../functions/actions/job/job.ts');
  const access = { region: 'us-east-1', credentials: async () => ({}) };
  return customJob.start({ action, now, access, configuration: { ProjectName: 'web' }, ...more } as unknown as Work);
}

describe('an action of a custom type', () => {
  it('writes its job with the intent, and queues it when it has been assembled', async () => {
    const { runAction } = await import('../../functions/actions/run-action.ts');
    const { providers } = await import('../../functions/actions/approval-providers.ts');
    world.put(runItem('Build', 1));
    world.put(
      actionItem('Source', { status: 'Succeeded', outputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'k' }] }),
    );
    const item = actionItem('Build', { type });
    world.put(item);

    await runAction(String(item['key']), token, providers, givenBy(context));

    const [intent, running] = written(world, 'ACTION#');
    const [created, queued] = written(world, 'JOB');
    expect(intent).toMatchObject({ status: 'Starting', job: created?.['id'] });
    expect(created).toMatchObject({ status: 'Created', action: item['key'], deadline: item['deadline'] });
    expect(created).not.toHaveProperty('open');
    expect(queued).toMatchObject({ status: 'Queued', open: 'JOBS#Build#Jenkins#1#hello-site', nextCheckAt: now });
    expect(running).toMatchObject({ status: 'Running', job: created?.['id'] });
  });

  it('is queued once when it is started twice', async () => {
    putJob();

    await start();
    const again = await start();

    expect(again).toEqual({ status: 'Running' });
    expect(written(world, 'JOB')).toHaveLength(1);
  });

  it('fails when its type was deleted', async () => {
    putType({ deleted: true });
    putJob();

    await expect(start()).rejects.toThrow('The action type Build/Custom/Jenkins/1 was deleted.');
    expect(written(world, 'JOB')).toEqual([]);
  });

  it.each(['', 'a b', 'a#b', 'x'.repeat(51)])('fails when no worker could ask for it, by %j', async (ProjectName) => {
    putJob();

    await expect(start({ configuration: { ProjectName } })).rejects.toThrow("The configuration 'ProjectName' is");
    expect(written(world, 'JOB')).toEqual([]);
  });

  it('fails before it is offered when the pipeline’s role cannot be assumed', async () => {
    putJob();
    const credentials = () => Promise.reject(new Error('denied'));

    await expect(start({ access: { roleArn: 'r', region: 'us-east-1', credentials } })).rejects.toThrow('denied');
    expect(written(world, 'JOB')).toEqual([]);
  });
});
