import { expect, it } from 'vitest';
import {
  actionExecutionNotFound,
  actionNotFound,
  actionTypeNotFound,
  executionNotFound,
  pipelineNotFound,
  sourceActionNotFound,
  stageNotFound,
  webhookNotFound,
} from '../../functions/domain/not-found.ts';
import type { Refusal } from '../../functions/domain/refusal.ts';

const account = '111122223333';
const type = { category: 'Build', owner: 'Custom', provider: 'Jenkins', version: '3' } as const;
const execution = (id: string) => `There is no execution of a deploy action with id '${id}'`;

it.each<[() => Refusal, Refusal['code'], string]>([
  [
    () => pipelineNotFound(account, 'web'),
    'PipelineNotFoundException',
    "Account '111122223333' does not have a pipeline with name 'web'",
  ],
  [
    () => stageNotFound('web', 'Ship'),
    'StageNotFoundException',
    "Pipeline 'web' does not have a stage with name 'Ship'",
  ],
  [
    () => sourceActionNotFound('web', 'Source', 'Fetch'),
    'ActionNotFoundException',
    "Stage 'Source' of pipeline 'web' does not have a source action with name 'Fetch'",
  ],
  [
    () => actionNotFound('web', 'Ship', 'Ask'),
    'ActionNotFoundException',
    "Stage 'Ship' of pipeline 'web' does not have an approval action with name 'Ask'",
  ],
  [
    () => webhookNotFound(account, 'hook'),
    'WebhookNotFoundException',
    "Account '111122223333' does not have a webhook with name 'hook'",
  ],
  [
    () => executionNotFound('web', 'e1'),
    'PipelineExecutionNotFoundException',
    "Pipeline 'web' does not have an execution with id 'e1'",
  ],
  [
    () => actionTypeNotFound(type),
    'ActionTypeNotFoundException',
    "ActionType (Category: 'Build', Owner: 'Custom', Provider: 'Jenkins', Version: '3') is not available",
  ],
  [() => actionExecutionNotFound('d1'), 'ActionExecutionNotFoundException', execution('d1')],
  [() => actionExecutionNotFound('x'.repeat(100)), 'ActionExecutionNotFoundException', execution('x'.repeat(100))],
  [
    () => actionExecutionNotFound(`${'x'.repeat(100)}y`),
    'ActionExecutionNotFoundException',
    execution('x'.repeat(100)),
  ],
])('what is not there is named: %#', (refused, code, message) => {
  expect(refused()).toMatchObject({ name: code, code, message });
});
