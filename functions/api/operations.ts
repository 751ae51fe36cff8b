import type { Operation } from './operation.ts';
import { acknowledgeJob } from './operations/acknowledge-job.ts';
import { acknowledgeThirdPartyJob } from './operations/acknowledge-third-party-job.ts';
import { createCustomActionType } from './operations/create-custom-action-type.ts';
import { createPipeline } from './operations/create-pipeline.ts';
import { deleteCustomActionType } from './operations/delete-custom-action-type.ts';
import { deletePipeline } from './operations/delete-pipeline.ts';
import { deleteWebhook } from './operations/delete-webhook.ts';
import { deregisterWebhookWithThirdParty } from './operations/deregister-webhook-with-third-party.ts';
import { disableStageTransition } from './operations/disable-stage-transition.ts';
import { enableStageTransition } from './operations/enable-stage-transition.ts';
import { getActionType } from './operations/get-action-type.ts';
import { getJobDetails } from './operations/get-job-details.ts';
import { getPipeline } from './operations/get-pipeline.ts';
import { getPipelineExecution } from './operations/get-pipeline-execution.ts';
import { getPipelineState } from './operations/get-pipeline-state.ts';
import { getThirdPartyJobDetails } from './operations/get-third-party-job-details.ts';
import { listActionExecutions } from './operations/list-action-executions.ts';
import { listActionTypes } from './operations/list-action-types.ts';
import { listDeployActionExecutionTargets } from './operations/list-deploy-action-execution-targets.ts';
import { listPipelineExecutions } from './operations/list-pipeline-executions.ts';
import { listPipelines } from './operations/list-pipelines.ts';
import { listRuleExecutions } from './operations/list-rule-executions.ts';
import { listRuleTypes } from './operations/list-rule-types.ts';
import { listTagsForResource } from './operations/list-tags-for-resource.ts';
import { listWebhooks } from './operations/list-webhooks.ts';
import { overrideStageCondition } from './operations/override-stage-condition.ts';
import { pollForJobs } from './operations/poll-for-jobs.ts';
import { pollForThirdPartyJobs } from './operations/poll-for-third-party-jobs.ts';
import { putActionRevision } from './operations/put-action-revision.ts';
import { putApprovalResult } from './operations/put-approval-result.ts';
import { putJobFailureResult } from './operations/put-job-failure-result.ts';
import { putJobSuccessResult } from './operations/put-job-success-result.ts';
import { putThirdPartyJobFailureResult } from './operations/put-third-party-job-failure-result.ts';
import { putThirdPartyJobSuccessResult } from './operations/put-third-party-job-success-result.ts';
import { putWebhook } from './operations/put-webhook.ts';
import { registerWebhookWithThirdParty } from './operations/register-webhook-with-third-party.ts';
import { retryStageExecution } from './operations/retry-stage-execution.ts';
import { rollbackStage } from './operations/rollback-stage.ts';
import { startPipelineExecution } from './operations/start-pipeline-execution.ts';
import { stopPipelineExecution } from './operations/stop-pipeline-execution.ts';
import { tagResource } from './operations/tag-resource.ts';
import { untagResource } from './operations/untag-resource.ts';
import { updateActionType } from './operations/update-action-type.ts';
import { updatePipeline } from './operations/update-pipeline.ts';

/** The operations, by name: all that the service model has. */
export const operations: Readonly<Record<string, Operation<never>>> = {
  AcknowledgeJob: acknowledgeJob,
  AcknowledgeThirdPartyJob: acknowledgeThirdPartyJob,
  CreateCustomActionType: createCustomActionType,
  CreatePipeline: createPipeline,
  DeleteCustomActionType: deleteCustomActionType,
  DeletePipeline: deletePipeline,
  DeleteWebhook: deleteWebhook,
  DeregisterWebhookWithThirdParty: deregisterWebhookWithThirdParty,
  DisableStageTransition: disableStageTransition,
  EnableStageTransition: enableStageTransition,
  GetActionType: getActionType,
  GetJobDetails: getJobDetails,
  GetPipeline: getPipeline,
  GetPipelineExecution: getPipelineExecution,
  GetPipelineState: getPipelineState,
  GetThirdPartyJobDetails: getThirdPartyJobDetails,
  ListActionExecutions: listActionExecutions,
  ListActionTypes: listActionTypes,
  ListDeployActionExecutionTargets: listDeployActionExecutionTargets,
  ListPipelineExecutions: listPipelineExecutions,
  ListPipelines: listPipelines,
  ListRuleExecutions: listRuleExecutions,
  ListRuleTypes: listRuleTypes,
  ListTagsForResource: listTagsForResource,
  ListWebhooks: listWebhooks,
  OverrideStageCondition: overrideStageCondition,
  PollForJobs: pollForJobs,
  PollForThirdPartyJobs: pollForThirdPartyJobs,
  PutActionRevision: putActionRevision,
  PutApprovalResult: putApprovalResult,
  PutJobFailureResult: putJobFailureResult,
  PutJobSuccessResult: putJobSuccessResult,
  PutThirdPartyJobFailureResult: putThirdPartyJobFailureResult,
  PutThirdPartyJobSuccessResult: putThirdPartyJobSuccessResult,
  PutWebhook: putWebhook,
  RegisterWebhookWithThirdParty: registerWebhookWithThirdParty,
  RetryStageExecution: retryStageExecution,
  RollbackStage: rollbackStage,
  StartPipelineExecution: startPipelineExecution,
  StopPipelineExecution: stopPipelineExecution,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateActionType: updateActionType,
  UpdatePipeline: updatePipeline,
};
