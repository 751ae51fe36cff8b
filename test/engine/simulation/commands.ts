import type { Context } from 'aws-lambda';
import { deletePipeline } from '../../../functions/api/operations/delete-pipeline.ts';
import { disableStageTransition } from '../../../functions/api/operations/disable-stage-transition.ts';
import { enableStageTransition } from '../../../functions/api/operations/enable-stage-transition.ts';
import { overrideStageCondition } from '../../../functions/api/operations/override-stage-condition.ts';
import { retryStageExecution } from '../../../functions/api/operations/retry-stage-execution.ts';
import { rollbackStage } from '../../../functions/api/operations/rollback-stage.ts';
import { startPipelineExecution } from '../../../functions/api/operations/start-pipeline-execution.ts';
import { stopPipelineExecution } from '../../../functions/api/operations/stop-pipeline-execution.ts';
import { updatePipeline } from '../../../functions/api/operations/update-pipeline.ts';
import type { ActionExecution } from '../../../functions/domain/action.ts';
import type { RetryMode } from '../../../functions/domain/declaration.ts';
import type { Pipeline } from '../../../functions/domain/pipeline.ts';
import type { Run } from '../../../functions/domain/run.ts';
import { givenBy } from '../../../functions/lambda/given.ts';
import { drawDefinition } from './definition.ts';
import { stateOfRun, stateOfStage } from './met.ts';
import type { Users } from './users.ts';
import type { World } from './world.ts';

const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:api',
  getRemainingTimeInMillis: () => 30_000,
} as Context;

/** What a command is about, and how that is when it comes. */
export interface Target {
  readonly state: string;
  readonly stage: string;
  readonly run?: string;
  readonly approval?: ActionExecution;
}

/** A command to the API: what it may be about, and the call. */
export interface Command {
  readonly targets: (world: World) => readonly Target[];
  /** `number`: of the command, which is the same when it is sent again. */
  readonly call: (at: Place, target: Target) => Promise<unknown>;
}

interface Place {
  readonly world: World;
  readonly users: Users;
  readonly pipelineName: string;
  readonly number: string;
}

/** What the API is told of a caller. */
export function givenTo(caller: string) {
  return { ...givenBy(context), caller };
}

function runs(world: World): readonly Target[] {
  return [...world.observer.runs.values()].map((run) => targetOf(world, run));
}

function targetOf(world: World, run: Run): Target {
  return { state: stateOfRun(world, run), stage: run.stage, run: run.id };
}

function stages(world: World): readonly Target[] {
  return [...world.observer.pipelines.values()].flatMap((pipeline) =>
    [...new Set(['Source', ...pipeline.gates.map(({ stage }) => stage)])].map((stage) =>
      stageOf(world, pipeline, stage),
    ),
  );
}

function stageOf(world: World, pipeline: Pipeline, stage: string): Target {
  return { state: stateOfStage(world, pipeline, stage), stage };
}

/** Runs with a stage in which they have been. */
function entries(world: World): readonly Target[] {
  return world.observer.entries.flatMap(({ stage, run }) => {
    const found = world.observer.runs.get(run);
    return found ? [{ ...targetOf(world, found), stage }] : [];
  });
}

function approvals({ observer }: World): readonly Target[] {
  return [...observer.actions.values()]
    .filter(({ approvalToken }) => approvalToken !== undefined)
    .map(targetOfApproval);
}

/** An approval as what a reviewer's answer is about. */
export function targetOfApproval(approval: ActionExecution): Target {
  const mode = approval.parallel ? 'PARALLEL: ' : '';
  return { state: `${mode}approval ${approval.status}`, stage: approval.stage, approval };
}

const nobody = '00000000-0000-7000-8000-000000000000';

function stop(abandon: boolean): Command {
  return {
    targets: runs,
    call: ({ pipelineName }, { run = nobody }) =>
      stopPipelineExecution({ pipelineName, pipelineExecutionId: run, abandon, reason: 'enough' }, givenTo('stop')),
  };
}

function retry(retryMode: RetryMode): Command {
  return {
    targets: runs,
    call: ({ pipelineName }, { run = nobody, stage }) =>
      retryStageExecution({ pipelineName, stageName: stage, pipelineExecutionId: run, retryMode }, givenTo('retry')),
  };
}

function update(changesMode: boolean): Command {
  return {
    targets: stages,
    call: ({ pipelineName, world }) => {
      const { executionMode = 'SUPERSEDED' } = [...world.observer.pipelines.values()][0] ?? {};
      const drawn = drawDefinition(world.choices, pipelineName, world.style.mostActions);
      const others = (['SUPERSEDED', 'QUEUED', 'PARALLEL'] as const).filter((mode) => mode !== executionMode);
      const mode = changesMode ? world.choices.pick('other mode', others) : executionMode;
      return updatePipeline({ pipeline: { ...drawn, executionMode: mode } }, givenTo('update'));
    },
  };
}

/** The commands that there are. */
export const commands = {
  StartPipelineExecution: {
    targets: (world) => stages(world).slice(0, 1),
    call: ({ pipelineName: name, number }) =>
      startPipelineExecution({ name, clientRequestToken: number }, givenTo(number)),
  },
  'StopPipelineExecution wait': stop(false),
  'StopPipelineExecution abandon': stop(true),
  'RetryStageExecution FAILED_ACTIONS': retry('FAILED_ACTIONS'),
  'RetryStageExecution ALL_ACTIONS': retry('ALL_ACTIONS'),
  RollbackStage: {
    targets: entries,
    call: ({ pipelineName, number }, { stage, run = nobody }) =>
      rollbackStage({ pipelineName, stageName: stage, targetPipelineExecutionId: run }, givenTo(number)),
  },
  DisableStageTransition: {
    targets: stages,
    call: ({ pipelineName }, { stage }) => {
      const transition = { pipelineName, stageName: stage, transitionType: 'Inbound' as const };
      return disableStageTransition({ ...transition, reason: 'freeze' }, givenTo('disable'));
    },
  },
  EnableStageTransition: {
    targets: stages,
    call: ({ pipelineName }, { stage }) =>
      enableStageTransition({ pipelineName, stageName: stage, transitionType: 'Inbound' }, givenTo('enable')),
  },
  PutApprovalResult: {
    targets: approvals,
    call: async ({ users }, { approval }) => approval && users.answer(approval),
  },
  UpdatePipeline: update(false),
  'UpdatePipeline mode': update(true),
  DeletePipeline: {
    targets: stages,
    call: ({ pipelineName: name }) => deletePipeline({ name }, givenTo('delete')),
  },
  OverrideStageCondition: {
    targets: runs,
    call: ({ pipelineName, world }, { run = nobody, stage }) => {
      const isAfter = world.observer.runs.get(run)?.condition === 'onSuccess';
      const conditionType = isAfter ? ('ON_SUCCESS' as const) : ('BEFORE_ENTRY' as const);
      return overrideStageCondition(
        { pipelineName, stageName: stage, pipelineExecutionId: run, conditionType },
        givenTo('override'),
      );
    },
  },
} satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;
