import type { ActionTypeId } from './declaration.ts';
import { Refusal } from './refusal.ts';

/** No pipeline of this name in the account. */
export function pipelineNotFound(account: string, name: string): Refusal {
  return new Refusal('PipelineNotFoundException', `Account '${account}' does not have a pipeline with name '${name}'`);
}

/** No stage of this name in the pipeline. */
export function stageNotFound(pipeline: string, stage: string): Refusal {
  return new Refusal('StageNotFoundException', `Pipeline '${pipeline}' does not have a stage with name '${stage}'`);
}

/** No source action of this name in the stage. */
export function sourceActionNotFound(pipeline: string, stage: string, action: string): Refusal {
  return new Refusal(
    'ActionNotFoundException',
    `Stage '${stage}' of pipeline '${pipeline}' does not have a source action with name '${action}'`,
  );
}

/** No action of this name in the stage. */
export function actionNotFound(pipeline: string, stage: string, action: string): Refusal {
  return new Refusal(
    'ActionNotFoundException',
    `Stage '${stage}' of pipeline '${pipeline}' does not have an approval action with name '${action}'`,
  );
}

/** No webhook of this name in the account. */
export function webhookNotFound(account: string, name: string): Refusal {
  return new Refusal('WebhookNotFoundException', `Account '${account}' does not have a webhook with name '${name}'`);
}

/** No run of this id in the pipeline. */
export function executionNotFound(pipeline: string, id: string): Refusal {
  return new Refusal(
    'PipelineExecutionNotFoundException',
    `Pipeline '${pipeline}' does not have an execution with id '${id}'`,
  );
}

/** No action type of this id. */
export function actionTypeNotFound({ category, owner, provider, version }: ActionTypeId): Refusal {
  return new Refusal(
    'ActionTypeNotFoundException',
    `ActionType (Category: '${category}', Owner: '${owner}', Provider: '${provider}', Version: '${version}') is not available`,
  );
}

/** No execution of a deploy action has this id. The id is any text: only its beginning is told. */
export function actionExecutionNotFound(id: string): Refusal {
  return new Refusal(
    'ActionExecutionNotFoundException',
    `There is no execution of a deploy action with id '${id.slice(0, 100)}'`,
  );
}
