import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as approval } from '../../functions/actions/approval.ts';
import { operations } from '../../functions/api/operations.ts';
import { actionFrom, listActions } from '../../functions/aws/action-record.ts';
import { listFollowers } from '../../functions/aws/connection-record.ts';
import { readLastApproved } from '../../functions/aws/last-approved.ts';
import { readPipeline, readSummary } from '../../functions/aws/pipeline-record.ts';
import { readRun } from '../../functions/aws/run-record.ts';
import { completeAction } from '../../functions/engine/complete-action.ts';
import { handler as decide } from '../../functions/tasks/decide.ts';
import { type Answer, ask, context } from './ask.ts';
import { Place } from './skipped-writes.ts';

vi.hoisted(() => {
  const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
  Object.assign(process.env, { TABLE: 'table', BUCKET: 'bucket', STATE_MACHINE: arn, POWERTOOLS_LOG_LEVEL: 'SILENT' });
});

const connection = '10ca1000-0000-4000-8000-000000000001';
const repositories = ['team/app', 'team/other'] as const;

let place: Place;
/** Of the pipeline of the trial, once it is there. */
let pipelineId = '';
let now = 1_795_244_400_000;
beforeEach(() => {
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  // Who finds a record changed tries again, after a while each time.
  vi.stubGlobal('setTimeout', (callback: () => void) => setImmediate(callback));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const declaration = (repository: string) => ({
  name: 'web',
  roleArn: 'arn:aws:iam::123456789012:role/web',
  artifactStore: { type: 'S3', location: 'artifacts' },
  stages: [
    {
      name: 'Source',
      actions: [
        {
          name: 'Fetch',
          actionTypeId: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
          configuration: {
            ConnectionArn: `arn:aws:codeconnections:us-east-1:123456789012:connection/${connection}`,
            FullRepositoryId: repository,
            BranchName: 'main',
          },
          outputArtifacts: [{ name: 'Code' }],
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
});

async function create(): Promise<void> {
  await ask('CreatePipeline', { pipeline: declaration(repositories[0]) });
  pipelineId = (await readSummary('web'))?.id ?? '';
}

async function runs(): Promise<readonly string[]> {
  const { output } = await ask('ListPipelineExecutions', { pipelineName: 'web' });
  const found = (output['pipelineExecutionSummaries'] ?? []) as readonly { pipelineExecutionId: string }[];
  return found.map(({ pipelineExecutionId }) => pipelineExecutionId).reverse();
}

const task = (run = '', entry = 1) => ({ execution: run, entry, invocation: 0, token: `task ${entry} of ${run}` });
const decideOn = (run = '', entry = 1) => decide({ run: `${pipelineId}/${run}`, ...task(run, entry) }, context);

/** One run inside the first stage, and another that waits before it. */
async function twoRuns(): Promise<readonly string[]> {
  await create();
  now += 1000;
  await ask('StartPipelineExecution', { name: 'web' });
  const both = await runs();
  for (const run of both) await decideOn(run);
  return both;
}

/** A run at its approval; answers the token that answers it. */
async function atApproval(): Promise<string> {
  await create();
  const [run = ''] = await runs();
  const key = (stage: string) => `${pipelineId}/${run}/${stage}.000.001.00`;
  await decideOn(run);
  await completeAction(key('00'), () => ({ status: 'Succeeded', outputs: [], outputVariables: {} }), now);
  await decideOn(run, 2);
  await approval({ id: key('01'), ...task(run, 2) }, context);
  const { output } = await ask('GetPipelineState', { name: 'web' });
  const { stageStates } = output as { stageStates: { actionStates: { latestExecution: { token: string } }[] }[] };
  return stageStates[1]?.actionStates[0]?.latestExecution.token ?? '';
}

interface Case {
  /** Answers the input of the operation. */
  readonly arrange: () => Promise<object>;
  /** What it writes, in order. */
  readonly writes: readonly string[];
  /** What the readings must hold. */
  readonly effect: object;
  /** Writes that are for a crash in between, and seen by nobody otherwise. */
  readonly unseen?: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  CreatePipeline: {
    arrange: async () => ({ pipeline: declaration(repositories[0]), tags: [{ key: 'team', value: 'web' }] }),
    writes: [
      'object',
      'Put web',
      'Put PIPELINE',
      'Put VERSION',
      'Put follower',
      'Put RUN',
      'Put PIPELINE',
      'Put START',
      'StartExecutionCommand',
    ],
    effect: {
      pipeline: { output: { pipeline: { name: 'web', version: 1 } } },
      list: { output: { pipelines: [{ name: 'web' }] } },
      history: {
        output: {
          pipelineExecutionSummaries: [{ status: 'InProgress', trigger: { triggerType: 'CreatePipeline' } }],
        },
      },
      followers: [[{ action: 'Fetch' }], []],
      told: [expect.stringMatching(/^StartExecution/)],
    },
    // It keeps an opener that is tried again from opening a second first run.
    unseen: ['Put START'],
  },
  UpdatePipeline: {
    arrange: async () => {
      await twoRuns();
      return { pipeline: declaration(repositories[1]) };
    },
    writes: [
      'object',
      'Put web',
      'Put PIPELINE',
      'Put VERSION',
      'Update RUN',
      'Delete follower',
      'Put follower',
      'SendTaskSuccessCommand',
    ],
    effect: {
      pipeline: { output: { pipeline: { version: 2 } } },
      first: { output: { pipeline: { version: 1 } } },
      history: { output: { pipelineExecutionSummaries: [{ status: 'Cancelled' }, { status: 'InProgress' }] } },
      followers: [[], [{ action: 'Fetch' }]],
    },
  },
  StartPipelineExecution: {
    arrange: async () => {
      await create();
      now += 1000;
      return { name: 'web', clientRequestToken: 'once' };
    },
    writes: ['Put RUN', 'Put PIPELINE', 'Put START', 'StartExecutionCommand'],
    effect: {
      state: { output: { stageStates: [{ inboundExecution: { status: 'InProgress' } }, {}] } },
      history: { output: { pipelineExecutionSummaries: [{ status: 'InProgress' }, { status: 'InProgress' }] } },
      after: { output: { pipelineExecutionSummaries: { length: 2 } } },
    },
  },
  PutApprovalResult: {
    arrange: async () => {
      const token = await atApproval();
      const where = { pipelineName: 'web', stageName: 'Approve', actionName: 'Review' };
      return { ...where, token, result: { status: 'Approved', summary: 'good' } };
    },
    writes: ['Put ACTION', 'Put APPROVED', 'SendTaskSuccessCommand'],
    effect: {
      state: {
        output: {
          stageStates: [{}, { actionStates: [{ latestExecution: { status: 'Succeeded', summary: 'good' } }] }],
        },
      },
      approved: { run: expect.any(String) },
      again: { output: { __type: 'ApprovalAlreadyCompletedException' } },
    },
  },
  StopPipelineExecution: {
    arrange: async () => {
      const [pipelineExecutionId = ''] = await twoRuns();
      return { pipelineName: 'web', pipelineExecutionId, abandon: true, reason: 'enough' };
    },
    writes: ['Put ACTION', 'Put RUN', 'Put PIPELINE', 'Update RUN', 'SendTaskSuccessCommand'],
    effect: {
      history: {
        output: {
          pipelineExecutionSummaries: [
            { status: 'InProgress' },
            { status: 'Stopped', stopTrigger: { reason: 'enough' } },
          ],
        },
      },
      state: { output: { stageStates: [{ latestExecution: { status: 'InProgress' } }, {}] } },
      records: [{ action: { status: 'Abandoned' } }],
      again: { output: { __type: 'PipelineExecutionNotStoppableException' } },
    },
  },
  RetryStageExecution: {
    arrange: async () => {
      const pipelineExecutionId = await failed();
      return { pipelineName: 'web', stageName: 'Approve', pipelineExecutionId, retryMode: 'FAILED_ACTIONS' };
    },
    writes: ['Put RUN', 'Put PIPELINE', 'Put ACTION', 'StartExecutionCommand'],
    effect: {
      history: { output: { pipelineExecutionSummaries: [{ status: 'InProgress' }] } },
      state: { output: { stageStates: [{}, { retryStageMetadata: { manualStageRetryAttempt: 1 } }] } },
      again: { output: { __type: 'StageNotRetryableException' } },
    },
  },
  DisableStageTransition: {
    arrange: async () => {
      await create();
      return { pipelineName: 'web', stageName: 'Approve', transitionType: 'Inbound', reason: 'freeze' };
    },
    writes: ['Put PIPELINE'],
    effect: {
      state: {
        output: { stageStates: [{}, { inboundTransitionState: { enabled: false, disabledReason: 'freeze' } }] },
      },
    },
  },
  EnableStageTransition: {
    arrange: async () => {
      const transition = { pipelineName: 'web', stageName: 'Source', transitionType: 'Inbound' };
      await create();
      await ask('DisableStageTransition', { ...transition, reason: 'freeze' });
      const [first = ''] = await runs();
      now += 1000;
      await ask('StartPipelineExecution', { name: 'web' });
      for (const run of await runs()) await decideOn(run);
      await ask('StopPipelineExecution', { pipelineName: 'web', pipelineExecutionId: first, abandon: true });
      return transition;
    },
    writes: ['Put PIPELINE', 'Update RUN', 'SendTaskSuccessCommand'],
    effect: {
      state: {
        output: {
          stageStates: [{ inboundTransitionState: { enabled: true }, latestExecution: { status: 'InProgress' } }, {}],
        },
      },
    },
  },
  DeletePipeline: {
    arrange: async () => {
      await twoRuns();
      return { name: 'web' };
    },
    writes: [
      'Delete web',
      'Put PIPELINE',
      'Delete follower',
      'Put ACTION',
      'Put RUN',
      'Put PIPELINE',
      'Update RUN',
      'SendTaskSuccessCommand',
      'Put RUN',
      'Put PIPELINE',
      'SendTaskSuccessCommand',
    ],
    effect: {
      pipeline: { output: { __type: 'PipelineNotFoundException' } },
      list: { output: { pipelines: [] } },
      runs: [{ run: { status: 'Cancelled' } }, { run: { status: 'Cancelled' } }],
      records: [{ action: { status: 'Abandoned' } }],
      followers: [[], []],
    },
  },
};

/** A run that failed at its approval. */
async function failed(): Promise<string> {
  const token = await atApproval();
  const where = { pipelineName: 'web', stageName: 'Approve', actionName: 'Review' };
  await ask('PutApprovalResult', { ...where, token, result: { status: 'Rejected', summary: 'bad' } });
  const [run = ''] = await runs();
  await decideOn(run, 3);
  return run;
}

/** All that callers, webhooks, reviewers and the engine itself read afterwards; the request once more belongs to it. */
async function look(operation: string, input: object, known: readonly string[]): Promise<object> {
  const here = { pipelineName: 'web' };
  const reading = async () => ({
    pipeline: await ask('GetPipeline', { name: 'web' }),
    first: await ask('GetPipeline', { name: 'web', version: 1 }),
    list: await ask('ListPipelines', {}),
    state: await ask('GetPipelineState', { name: 'web' }),
    history: await ask('ListPipelineExecutions', here),
    actions: await ask('ListActionExecutions', here),
    followers: await Promise.all(repositories.map((repository) => listFollowers(connection, repository))),
    gates: await readPipeline(pipelineId),
    runs: await Promise.all([...new Set([...known, ...(await runs())])].map((run) => readRun(pipelineId, run))),
    records: (await listActions(pipelineId, {}, 100)).items.map(actionFrom),
    approved: await readLastApproved(pipelineId, { stage: 'Approve', action: 'Review' }),
    told: [...place.told],
  });
  const once = await reading();
  return { ...once, again: await ask(operation, input), after: await ask('ListPipelineExecutions', here) };
}

/** The same text for the same readings: ids are told by the order in which they appear. */
function withNumberedIds(text: string): string {
  const seen: string[] = [];
  return text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
    if (!seen.includes(id)) seen.push(id);
    return id === connection ? id : `id ${seen.indexOf(id)}`;
  });
}

/** One trial in a place of its own: the operation, with one of its writes left out, and what is read afterwards. */
async function trial(operation: string, skipped = -1) {
  now = 1_795_244_400_000;
  pipelineId = '';
  place = new Place();
  place.serve();
  try {
    await place.table.create('table');
    const input = (await cases[operation]?.arrange()) ?? {};
    const known = await runs();
    place.watch(skipped);
    const { status } = await ask(operation, input);
    place.rest();
    pipelineId ||= (await readSummary('web'))?.id ?? '';
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

    expect(Object.keys(cases).sort()).toEqual(changing.sort());
  });

  it.each(Object.entries(cases))(
    '%s has its effect read back, and misses each of its writes that is left out',
    async (operation, { writes, effect, unseen = [] }) => {
      const whole = await trial(operation);
      const missed: string[] = [];
      for (const [index, write] of whole.writes.entries()) {
        const { status, text } = await trial(operation, index);
        if (status === 200 && text === whole.text) missed.push(write);
      }

      expect(whole.status).toBe(200);
      expect(whole.seen).toMatchObject(effect);
      expect(whole.writes).toEqual(writes);
      expect(missed).toEqual(unseen);
    },
  );

  it('reads the same when nothing is left out', async () => {
    const texts = new Set<string>();
    for (let times = 0; times < 3; times += 1) {
      for (const operation of Object.keys(cases)) texts.add((await trial(operation)).text);
    }

    expect(texts.size).toBe(Object.keys(cases).length);
  });
});
