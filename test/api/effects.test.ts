import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { operations } from '../../functions/api/operations.ts';
import { actionFrom, listActions } from '../../functions/aws/action-record.ts';
import { readActionTypeCount } from '../../functions/aws/action-type-record.ts';
import { listFollowers } from '../../functions/aws/connection-record.ts';
import { readJob } from '../../functions/aws/job-record.ts';
import { readLastApproved } from '../../functions/aws/last-approved.ts';
import { readPipeline, readSummary } from '../../functions/aws/pipeline-record.ts';
import { duePolls } from '../../functions/aws/poll-record.ts';
import { readRun } from '../../functions/aws/run-record.ts';
import { read } from '../../functions/aws/table.ts';
import { readListener, readWebhook } from '../../functions/aws/webhook-record.ts';
import { type Answer, ask } from './ask.ts';
import { offered, ofJobs } from './effects/jobs.ts';
import { ofPipelines } from './effects/pipelines.ts';
import { ofWebhooks } from './effects/webhooks.ts';
import { beginTrial, connection, repositories, runs, world } from './effects/world.ts';

vi.hoisted(() => {
  const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
  Object.assign(process.env, { TABLE: 'table', BUCKET: 'bucket', STATE_MACHINE: arn, POWERTOOLS_LOG_LEVEL: 'SILENT' });
});

beforeEach(() => {
  vi.spyOn(Date, 'now').mockImplementation(() => world.now);
  // Who finds a record changed tries again, after a while each time.
  vi.stubGlobal('setTimeout', (callback: () => void) => setImmediate(callback));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** By operation; what a case is besides stands after its operation's name. */
const cases = { ...ofPipelines, ...ofJobs, ...ofWebhooks };
const operationOf = (name: string) => name.split(' ')[0] ?? '';

const details = { id: { category: 'Build', owner: 'ThirdParty', provider: 'p', version: '1' } };
const partner = { jobId: 'no-job', clientToken: 'c' };

/** Operations that have nothing to change here, with what they say. */
const refused: Readonly<Record<string, readonly [object, string]>> = {
  AcknowledgeThirdPartyJob: [{ ...partner, nonce: 'n' }, 'JobNotFoundException'],
  PollForThirdPartyJobs: [{ actionTypeId: details.id }, 'ActionTypeNotFoundException'],
  PutThirdPartyJobSuccessResult: [partner, 'JobNotFoundException'],
  PutThirdPartyJobFailureResult: [
    { ...partner, failureDetails: { type: 'JobFailed', message: 'm' } },
    'JobNotFoundException',
  ],
  UpdateActionType: [
    {
      actionType: {
        ...details,
        executor: { type: 'JobWorker', configuration: {} },
        inputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
        outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
      },
    },
    'ActionTypeNotFoundException',
  ],
};

/** What listens at the webhook's URL. */
async function listener(): Promise<object | undefined> {
  const urlId = (await readWebhook('hook'))?.webhook.urlId ?? world.urlId;
  return urlId === '' ? undefined : readListener(urlId);
}

/** All that callers, webhooks, reviewers and the engine itself read afterwards; the request once more belongs to it. */
async function look(operation: string, input: object, known: readonly string[]): Promise<object> {
  const here = { pipelineName: 'web' };
  const records = (await listActions(world.pipelineId, {}, 100)).items.map(actionFrom);
  const once = {
    pipeline: await ask('GetPipeline', { name: 'web' }),
    first: await ask('GetPipeline', { name: 'web', version: 1 }),
    list: await ask('ListPipelines', {}),
    state: await ask('GetPipelineState', { name: 'web' }),
    history: await ask('ListPipelineExecutions', here),
    actions: await ask('ListActionExecutions', here),
    rules: await ask('ListRuleExecutions', here),
    followers: await Promise.all(repositories.map((repository) => listFollowers(connection, repository))),
    polls: await duePolls(world.now + 60_000),
    gates: await readPipeline(world.pipelineId),
    runs: await Promise.all([...new Set([...known, ...(await runs())])].map((run) => readRun(world.pipelineId, run))),
    records,
    jobs: await Promise.all(
      records.flatMap((record) => (record?.action.job === undefined ? [] : [readJob(record.action.job)])),
    ),
    types: await ask('ListActionTypes', { actionOwnerFilter: 'Custom' }),
    count: await readActionTypeCount(),
    webhooks: await ask('ListWebhooks', {}),
    listener: await listener(),
    webhookCount: (await read({ pk: 'LIMITS', sk: 'WEBHOOKS' })) ?? {},
    tags: await Promise.all(
      ['web', 'actiontype:Custom/Build/Bench/1', 'webhook:hook'].map((resource) =>
        ask('ListTagsForResource', { resourceArn: `arn:aws:codepipeline:us-east-1:123456789012:${resource}` }),
      ),
    ),
    approved: await readLastApproved(world.pipelineId, { stage: 'Approve', action: 'Review' }),
    told: [...world.place.told],
  };
  const again = await ask(operation, input);
  return { ...once, again, after: await ask('ListPipelineExecutions', here), offered: await offered() };
}

/** The same text for the same readings: ids are told by the order in which they appear. */
function withNumberedIds(text: string): string {
  const seen: string[] = [];
  return text.replace(
    /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=urlId":"|webhooks\/|webhook\\":\\")[\w-]{32}/g,
    (id) => {
      if (!seen.includes(id)) seen.push(id);
      return id === connection ? id : `id ${seen.indexOf(id)}`;
    },
  );
}

/** One trial in a place of its own: the operation, with one of its writes left out, and what is read afterwards. */
async function trial(name: string, skipped = -1) {
  const operation = operationOf(name);
  beginTrial();
  const { place } = world;
  try {
    await place.table.create('table');
    const input = (await cases[name]?.arrange()) ?? {};
    const known = await runs();
    place.watch(skipped);
    const { status } = await ask(operation, input);
    place.rest();
    world.pipelineId ||= (await readSummary('web'))?.id ?? '';
    const seen = await look(operation, input, known).catch((error: Error) => ({ failed: error.message }));
    const text = withNumberedIds(JSON.stringify(seen));
    return { status, writes: place.writes, seen: JSON.parse(text) as Answer, text };
  } finally {
    await place.table.close();
  }
}

describe('C06 an operation that changes something', () => {
  it('is among those that are tried here', () => {
    const changing = Object.keys(operations).filter((name) => !/^(Get|List)/.test(name));

    const tried = [...Object.keys(cases).map(operationOf), ...Object.keys(refused)];
    expect([...new Set(tried)].sort()).toEqual(changing.sort());
  });

  it.each(Object.entries(cases))(
    '%s has its effect read back, and misses each of its writes that is left out',
    async (name, { writes, effect, unseen = [] }) => {
      const whole = await trial(name);
      const missed: string[] = [];
      for (const [index, write] of whole.writes.entries()) {
        const { status, text } = await trial(name, index);
        if (status === 200 && text === whole.text) missed.push(write);
      }

      expect(whole.status).toBe(200);
      expect(whole.seen).toMatchObject(effect);
      expect(whole.writes).toEqual(writes);
      expect(missed).toEqual(unseen);
    },
  );

  it.each(Object.entries(refused))('%s is always refused, and writes nothing', async (operation, [input, code]) => {
    beginTrial();
    await world.place.table.create('table');
    world.place.watch();

    const { status, output } = await ask(operation, input);
    await world.place.table.close();

    expect([status, output['__type']]).toEqual([400, code]);
    expect(world.place.writes).toEqual([]);
  });

  it('reads the same when nothing is left out', async () => {
    const texts = new Set<string>();
    for (let times = 0; times < 3; times += 1) {
      for (const name of Object.keys(cases)) texts.add((await trial(name)).text);
    }

    expect(texts.size).toBe(Object.keys(cases).length);
  });
});
