/** The codes with which Sluice refuses: CodePipeline's modelled and common errors. */
export type RefusalCode =
  | 'AccessDeniedException'
  | 'ActionExecutionNotFoundException'
  | 'ActionNotFoundException'
  | 'ActionTypeAlreadyExistsException'
  | 'ActionTypeNotFoundException'
  | 'ApprovalAlreadyCompletedException'
  | 'ConcurrentModificationException'
  | 'ConcurrentPipelineExecutionsLimitExceededException'
  | 'ConditionNotOverridableException'
  | 'ConflictException'
  | 'DuplicatedStopRequestException'
  | 'InvalidActionDeclarationException'
  | 'InvalidApprovalTokenException'
  | 'InvalidArnException'
  | 'InvalidBlockerDeclarationException'
  | 'InvalidClientTokenException'
  | 'InvalidJobException'
  | 'InvalidJobStateException'
  | 'InvalidNextTokenException'
  | 'InvalidNonceException'
  | 'InvalidStageDeclarationException'
  | 'InvalidStructureException'
  | 'InvalidTagsException'
  | 'JobNotFoundException'
  | 'InvalidWebhookAuthenticationParametersException'
  | 'InvalidWebhookFilterPatternException'
  | 'LimitExceededException'
  | 'NotLatestPipelineExecutionException'
  | 'OutputVariablesSizeExceededException'
  | 'PipelineExecutionNotFoundException'
  | 'PipelineExecutionNotStoppableException'
  | 'PipelineExecutionOutdatedException'
  | 'PipelineNameInUseException'
  | 'PipelineNotFoundException'
  | 'PipelineVersionNotFoundException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'StageNotFoundException'
  | 'StageNotRetryableException'
  | 'TooManyTagsException'
  | 'UnableToRollbackStageException'
  | 'UnknownOperationException'
  | 'ValidationException'
  | 'WebhookNotFoundException';

/** A refusal that the caller can act on. Its name is the AWS code, so that HTTP answers, events and tests read one word. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = code;
    this.code = code;
  }
}
