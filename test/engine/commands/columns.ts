import type { Answer, Stage } from './stage.ts';

/** A command, as it is given about a run in the stage Deploy. `before`: the run that succeeded in it first. */
type Column = (stage: Stage, run: string, before: string) => Promise<Answer>;

const unknownToken = '00000000-0000-4000-8000-000000000000';

function stop(abandon: boolean): Column {
  return (stage, run) =>
    stage.call('StopPipelineExecution', { pipelineName: stage.name, pipelineExecutionId: run, abandon });
}

function retry(retryMode: string): Column {
  return (stage, run) =>
    stage.call('RetryStageExecution', {
      pipelineName: stage.name,
      stageName: 'Deploy',
      pipelineExecutionId: run,
      retryMode,
    });
}

function transition(operation: string, more: object = {}): Column {
  return (stage) =>
    stage.call(operation, { pipelineName: stage.name, stageName: 'Deploy', transitionType: 'Inbound', ...more });
}

function override(conditionType: 'BEFORE_ENTRY' | 'ON_SUCCESS'): Column {
  return (stage, run) =>
    stage.call('OverrideStageCondition', {
      pipelineName: stage.name,
      stageName: 'Deploy',
      pipelineExecutionId: run,
      conditionType,
    });
}

/** The commands, in the order of the table. */
export const columns: Readonly<Record<string, Column>> = {
  StopPipelineExecution: stop(false),
  'StopPipelineExecution, abandon': stop(true),
  'RetryStageExecution FAILED_ACTIONS': retry('FAILED_ACTIONS'),
  'RetryStageExecution ALL_ACTIONS': retry('ALL_ACTIONS'),
  'RollbackStage to an earlier run': (stage, _, before) =>
    stage.call('RollbackStage', {
      pipelineName: stage.name,
      stageName: 'Deploy',
      targetPipelineExecutionId: before,
    }),
  'RollbackStage to it': (stage, run) =>
    stage.call('RollbackStage', { pipelineName: stage.name, stageName: 'Deploy', targetPipelineExecutionId: run }),
  DisableStageTransition: transition('DisableStageTransition', { reason: 'freeze' }),
  EnableStageTransition: transition('EnableStageTransition'),
  PutApprovalResult: (stage, run) =>
    stage.call('PutApprovalResult', {
      ...stage.approval,
      token: stage.tokenOf(run) ?? unknownToken,
      result: { status: 'Approved', summary: '' },
    }),
  'OverrideStageCondition BEFORE_ENTRY': override('BEFORE_ENTRY'),
  'OverrideStageCondition ON_SUCCESS': override('ON_SUCCESS'),
  StartPipelineExecution: (stage) => stage.call('StartPipelineExecution', { name: stage.name }),
  UpdatePipeline: (stage) => stage.call('UpdatePipeline', { pipeline: stage.definition }),
  DeletePipeline: (stage) => stage.call('DeletePipeline', { name: stage.name }),
};
