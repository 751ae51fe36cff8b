/** What is recorded of an operation that changes something. Paths name members of its input or output. */
export interface Change {
  /** What it is about. */
  readonly resource: readonly string[];
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  /** The list of the output without whose members nothing was changed. */
  readonly handsOut?: string;
}

const pipeline = ['pipelineName'];
const stage = ['pipelineName', 'stageName'];
const action = ['pipelineName', 'stageName', 'actionName'];
const actionType = ['category', 'provider', 'version'];
const polled = {
  resource: ['actionTypeId.category', 'actionTypeId.owner', 'actionTypeId.provider', 'actionTypeId.version'],
  handsOut: 'jobs',
};
const job = { resource: ['jobId'] };
const failedJob = { ...job, input: ['failureDetails.type', 'failureDetails.externalExecutionId'] };
const finishedJob = {
  ...job,
  input: ['executionDetails.externalExecutionId', 'executionDetails.percentComplete', 'currentRevision.revision'],
};
const webhook = { resource: ['webhookName'] };
const run = ['pipelineExecutionId'];

/**
 * Every operation that changes something, and what its record tells: names, ids and states. Nothing here is a configuration, a
 * variable's value, a token or other free text that could hold a secret, but the reasons that are meant to be read by others.
 */
export const changing: Readonly<Record<string, Change>> = {
  AcknowledgeJob: { ...job, output: ['status'] },
  AcknowledgeThirdPartyJob: { ...job, output: ['status'] },
  CreateCustomActionType: { resource: actionType },
  CreatePipeline: { resource: ['pipeline.name'], output: ['pipeline.version'] },
  DeleteCustomActionType: { resource: actionType },
  DeletePipeline: { resource: ['name'] },
  DeleteWebhook: { resource: ['name'] },
  DeregisterWebhookWithThirdParty: webhook,
  DisableStageTransition: { resource: stage, input: ['transitionType', 'reason'] },
  EnableStageTransition: { resource: stage, input: ['transitionType'] },
  OverrideStageCondition: { resource: stage, input: [...run, 'conditionType'] },
  PollForJobs: polled,
  PollForThirdPartyJobs: polled,
  PutActionRevision: {
    resource: action,
    input: ['actionRevision.revisionId', 'actionRevision.revisionChangeId'],
    output: ['newRevision', ...run],
  },
  PutApprovalResult: { resource: action, input: ['result.status'] },
  PutJobFailureResult: failedJob,
  PutJobSuccessResult: finishedJob,
  PutThirdPartyJobFailureResult: failedJob,
  PutThirdPartyJobSuccessResult: finishedJob,
  PutWebhook: { resource: ['webhook.name'], input: ['webhook.targetPipeline', 'webhook.targetAction'] },
  RegisterWebhookWithThirdParty: webhook,
  RetryStageExecution: { resource: stage, input: [...run, 'retryMode'], output: run },
  RollbackStage: { resource: stage, input: ['targetPipelineExecutionId'], output: run },
  StartPipelineExecution: { resource: ['name'], output: run },
  StopPipelineExecution: { resource: pipeline, input: [...run, 'abandon', 'reason'], output: run },
  TagResource: { resource: ['resourceArn'] },
  UntagResource: { resource: ['resourceArn'] },
  UpdateActionType: { resource: ['actionType.id.category', 'actionType.id.provider', 'actionType.id.version'] },
  UpdatePipeline: { resource: ['pipeline.name'], output: ['pipeline.version'] },
};
