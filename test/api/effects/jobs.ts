import { expect } from 'vitest';
import { readActionType } from '../../../functions/aws/action-type-record.ts';
import { ask } from '../ask.ts';
import { atSecondStage, type Case, create } from './world.ts';

const type = { category: 'Build', owner: 'Custom', provider: 'Bench', version: '1' } as const;
const { owner: _, ...typeId } = type;
const none = { minimumCount: 0, maximumCount: 0 };
const given = { ...typeId, inputArtifactDetails: none, outputArtifactDetails: none };
const arn = 'arn:aws:codepipeline:us-east-1:123456789012:actiontype:Custom/Build/Bench/1';

interface Offered {
  readonly id: string;
  readonly nonce: string;
}

async function queued(): Promise<void> {
  await ask('CreateCustomActionType', given);
  await atSecondStage(type);
}

async function polled(): Promise<{ readonly jobId: string; readonly nonce: string }> {
  await queued();
  const { output } = await ask('PollForJobs', { actionTypeId: type });
  const [job] = output['jobs'] as readonly Offered[];
  return { jobId: job?.id ?? '', nonce: job?.nonce ?? '' };
}

async function held(): Promise<{ readonly jobId: string }> {
  const { jobId, nonce } = await polled();
  await ask('AcknowledgeJob', { jobId, nonce });
  return { jobId };
}

const second = (status: string, more: object = {}) => ({
  output: { stageStates: [{}, { actionStates: [{ latestExecution: { status, ...more } }] }] },
});

/** Operations on custom action types, their tags and their jobs. */
export const ofJobs: Readonly<Record<string, Case>> = {
  CreateCustomActionType: {
    arrange: async () => {
      await create();
      return { ...given, tags: [{ key: 'team', value: 'web' }] };
    },
    writes: ['Put Build', 'Put COUNT'],
    effect: { types: { output: { actionTypes: [{ id: type }] } }, count: { live: 1 } },
  },
  DeleteCustomActionType: {
    arrange: async () => {
      await create();
      await ask('CreateCustomActionType', given);
      return typeId;
    },
    writes: ['Put Build', 'Put COUNT'],
    effect: { types: { output: { actionTypes: [] } }, count: { live: 0 } },
  },
  'TagResource of an action type': {
    arrange: async () => {
      await create();
      await ask('CreateCustomActionType', given);
      return { resourceArn: arn, tags: [{ key: 'team', value: 'web' }] };
    },
    writes: ['Put Build'],
    effect: { tags: [{}, { output: { tags: [{ key: 'team', value: 'web' }] } }, {}] },
  },
  PollForJobs: {
    arrange: async () => {
      await queued();
      return { actionTypeId: type };
    },
    writes: ['Put JOB'],
    effect: { jobs: [{ job: { status: 'Dispatched' } }], again: { output: { jobs: [] } } },
  },
  AcknowledgeJob: {
    arrange: polled,
    writes: ['Put JOB'],
    effect: { jobs: [{ job: { status: 'InProgress' } }], again: { output: { status: 'InProgress' } } },
  },
  PutJobSuccessResult: {
    arrange: async () => ({ ...(await held()), executionDetails: { summary: 'built' } }),
    writes: ['Put ACTION', 'Put JOB', 'SendTaskSuccessCommand'],
    effect: {
      state: second('Succeeded', { summary: 'built' }),
      jobs: [{ job: { status: 'Succeeded' } }],
      told: expect.arrayContaining([expect.stringMatching(/^SendTaskSuccess/)]),
      again: { output: { __type: 'InvalidJobStateException' } },
    },
  },
  'PutJobSuccessResult with a continuation token': {
    arrange: async () => ({ ...(await held()), continuationToken: 'more', executionDetails: { percentComplete: 50 } }),
    writes: ['Put ACTION', 'Put JOB', 'Put JOB'],
    effect: {
      state: second('InProgress', { percentComplete: 50 }),
      offered: { output: { jobs: [{ data: { continuationToken: 'more' } }] } },
    },
  },
  PutJobFailureResult: {
    arrange: async () => ({ ...(await held()), failureDetails: { type: 'JobFailed', message: 'red' } }),
    writes: ['Put ACTION', 'Put JOB', 'SendTaskSuccessCommand'],
    effect: {
      state: second('Failed', { errorDetails: { code: 'JobFailed', message: 'red' } }),
      jobs: [{ job: { status: 'Failed' } }],
      again: { output: { __type: 'InvalidJobStateException' } },
    },
  },
};

/** What a worker is offered. */
export async function offered(): Promise<object | undefined> {
  return (await readActionType(type)) && ask('PollForJobs', { actionTypeId: type });
}
