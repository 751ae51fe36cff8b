import type { Operation } from './operation.ts';
import { createPipeline } from './operations/create-pipeline.ts';
import { deletePipeline } from './operations/delete-pipeline.ts';
import { disableStageTransition } from './operations/disable-stage-transition.ts';
import { enableStageTransition } from './operations/enable-stage-transition.ts';
import { getPipeline } from './operations/get-pipeline.ts';
import { getPipelineExecution } from './operations/get-pipeline-execution.ts';
import { getPipelineState } from './operations/get-pipeline-state.ts';
import { listActionExecutions } from './operations/list-action-executions.ts';
import { listPipelineExecutions } from './operations/list-pipeline-executions.ts';
import { listPipelines } from './operations/list-pipelines.ts';
import { putApprovalResult } from './operations/put-approval-result.ts';
import { retryStageExecution } from './operations/retry-stage-execution.ts';
import { startPipelineExecution } from './operations/start-pipeline-execution.ts';
import { stopPipelineExecution } from './operations/stop-pipeline-execution.ts';
import { updatePipeline } from './operations/update-pipeline.ts';

/** The operations that are built, by name. */
export const operations: Readonly<Record<string, Operation<never>>> = {
  CreatePipeline: createPipeline,
  DeletePipeline: deletePipeline,
  DisableStageTransition: disableStageTransition,
  EnableStageTransition: enableStageTransition,
  GetPipeline: getPipeline,
  GetPipelineExecution: getPipelineExecution,
  GetPipelineState: getPipelineState,
  ListActionExecutions: listActionExecutions,
  ListPipelineExecutions: listPipelineExecutions,
  ListPipelines: listPipelines,
  PutApprovalResult: putApprovalResult,
  RetryStageExecution: retryStageExecution,
  StartPipelineExecution: startPipelineExecution,
  StopPipelineExecution: stopPipelineExecution,
  UpdatePipeline: updatePipeline,
};
