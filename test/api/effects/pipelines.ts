import { expect } from 'vitest';
import { readSummary } from '../../../functions/aws/pipeline-record.ts';
import { completeAction } from '../../../functions/engine/complete-action.ts';
import { ask } from '../ask.ts';
import {
  answered,
  atApproval,
  atCondition,
  type Case,
  create,
  decideOn,
  declaration,
  keptOut,
  polled,
  repositories,
  runs,
  twoRuns,
  world,
} from './world.ts';

/** What an update writes that moves one run and changes what is followed. */
const ofAnUpdate = [
  'object',
  'Put web',
  'Put PIPELINE',
  'Put VERSION',
  'Update RUN',
  'Delete follower',
  'Put follower',
  'SendTaskSuccessCommand',
];

const override = (pipelineExecutionId: string) => ({
  pipelineName: 'web',
  stageName: 'Approve',
  pipelineExecutionId,
  conditionType: 'BEFORE_ENTRY',
});

/** Operations on pipelines, runs, approvals and transitions. */
export const ofPipelines: Readonly<Record<string, Case>> = {
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
  'CreatePipeline of an object that is polled': {
    arrange: async () => ({ pipeline: polled() }),
    writes: [
      'object',
      'Put web',
      'Put PIPELINE',
      'Put VERSION',
      'Update POLL',
      'Put RUN',
      'Put PIPELINE',
      'Put START',
      'StartExecutionCommand',
    ],
    effect: { polls: [{ pipelineName: 'web', action: 'Fetch', bucket: 'uploads', key: 'app.zip' }] },
    unseen: ['Put START'],
  },
  'UpdatePipeline to an object that is polled no more': {
    arrange: async () => {
      await ask('CreatePipeline', { pipeline: polled() });
      return { pipeline: polled('false') };
    },
    writes: ['object', 'Put web', 'Put PIPELINE', 'Put VERSION', 'Delete POLL'],
    effect: { polls: [] },
  },
  'DeletePipeline of an object that is polled': {
    arrange: async () => {
      await ask('CreatePipeline', { pipeline: polled() });
      world.pipelineId = (await readSummary('web'))?.id ?? '';
      return { name: 'web' };
    },
    writes: ['Delete web', 'Put PIPELINE', 'Delete POLL', 'Put RUN', 'Put PIPELINE'],
    effect: { polls: [] },
  },
  UpdatePipeline: {
    arrange: async () => {
      await twoRuns();
      return { pipeline: declaration(repositories[1]) };
    },
    writes: ofAnUpdate,
    effect: {
      pipeline: { output: { pipeline: { version: 2 } } },
      first: { output: { pipeline: { version: 1 } } },
      history: { output: { pipelineExecutionSummaries: [{ status: 'Cancelled' }, { status: 'InProgress' }] } },
      followers: [[], [{ action: 'Fetch' }]],
    },
  },
  'UpdatePipeline of a PARALLEL pipeline whose run waits before a stage that goes': {
    arrange: async () => {
      await ask('CreatePipeline', { pipeline: { ...declaration(repositories[0]), executionMode: 'PARALLEL' } });
      world.pipelineId = (await readSummary('web'))?.id ?? '';
      const transition = { pipelineName: 'web', stageName: 'Approve', transitionType: 'Inbound', reason: 'freeze' };
      await ask('DisableStageTransition', transition);
      const [run = ''] = await runs();
      await decideOn(run);
      const fetched = { status: 'Succeeded', outputs: [], outputVariables: {} } as const;
      await completeAction(`${world.pipelineId}/${run}/00.000.001.00`, () => fetched, world.now);
      await decideOn(run, 2);
      const { stages: [source, approve] = [], ...rest } = declaration(repositories[1]);
      return { pipeline: { ...rest, executionMode: 'PARALLEL', stages: [source, { ...approve, name: 'Deliver' }] } };
    },
    writes: ofAnUpdate,
    effect: {
      pipeline: { output: { pipeline: { version: 2 } } },
      runs: [{ run: { status: 'InProgress', place: 'inside', stage: 'Approve', version: 1 } }],
      gates: { pipeline: { parallel: [{ run: expect.any(String) }] } },
    },
  },
  StartPipelineExecution: {
    arrange: async () => {
      await create();
      world.now += 1000;
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
      const pipelineExecutionId = await answered('Rejected');
      return { pipelineName: 'web', stageName: 'Approve', pipelineExecutionId, retryMode: 'FAILED_ACTIONS' };
    },
    writes: ['Put RUN', 'Put PIPELINE', 'Put ACTION', 'StartExecutionCommand'],
    effect: {
      history: { output: { pipelineExecutionSummaries: [{ status: 'InProgress' }] } },
      state: { output: { stageStates: [{}, { retryStageMetadata: { manualStageRetryAttempt: 1 } }] } },
      again: { output: { __type: 'StageNotRetryableException' } },
    },
  },
  'OverrideStageCondition while its rules go on': {
    arrange: async () => override(await atCondition()),
    writes: ['Put RULE', 'Put RUN', 'SendTaskSuccessCommand'],
    effect: {
      state: {
        output: {
          stageStates: [
            {},
            {
              beforeEntryConditionState: {
                latestExecution: { status: 'Overridden' },
                conditionStates: [{ ruleStates: [{ latestExecution: { status: 'Abandoned' } }] }],
              },
            },
          ],
        },
      },
      rules: { output: { ruleExecutionDetails: [{ status: 'Abandoned' }] } },
      again: { output: { __type: 'ConditionNotOverridableException' } },
    },
  },
  'OverrideStageCondition of a run that has ended': {
    arrange: async () => override(await keptOut()),
    writes: ['Put RUN', 'Put PIPELINE', 'StartExecutionCommand'],
    effect: {
      history: { output: { pipelineExecutionSummaries: [{ status: 'InProgress' }] } },
      state: {
        output: {
          stageStates: [
            {},
            {
              latestExecution: { status: 'InProgress' },
              beforeEntryConditionState: { latestExecution: { status: 'Overridden' } },
            },
          ],
        },
      },
      again: { output: { __type: 'ConditionNotOverridableException' } },
    },
  },
  RollbackStage: {
    arrange: async () => {
      const targetPipelineExecutionId = await answered('Approved');
      world.now += 1000;
      return { pipelineName: 'web', stageName: 'Approve', targetPipelineExecutionId };
    },
    writes: ['Put RUN', 'Put PIPELINE', 'ConditionCheck RUN', 'StartExecutionCommand'],
    // It only holds that the target's artifacts are there.
    unseen: ['ConditionCheck RUN'],
    effect: {
      history: {
        output: {
          pipelineExecutionSummaries: [
            {
              status: 'InProgress',
              executionType: 'ROLLBACK',
              rollbackMetadata: { rollbackTargetPipelineExecutionId: expect.any(String) },
              trigger: { triggerType: 'ManualRollback', triggerDetail: 'arn:aws:iam::123456789012:user/me' },
            },
            { status: 'Succeeded', executionType: 'STANDARD' },
          ],
        },
      },
      state: { output: { stageStates: [{}, { latestExecution: { status: 'InProgress', type: 'ROLLBACK' } }] } },
      again: { output: { __type: 'UnableToRollbackStageException' } },
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
      world.now += 1000;
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
