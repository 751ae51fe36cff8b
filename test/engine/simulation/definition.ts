import type {
  ActionDeclaration,
  ExecutionMode,
  PipelineDeclaration,
  StageDeclaration,
} from '../../../functions/domain/declaration.ts';
import { noOpAction, noOpSourceStage } from '../../no-op/build.ts';
import type { Choices } from './choices.ts';
import { drawConditions } from './conditions.ts';

/** A pipeline's definition, drawn: one or two stages after the source, of any actions, in any mode. */
export function drawDefinition(choices: Choices, name: string, mostActions: number): PipelineDeclaration {
  const executionMode = choices.pick('mode', ['SUPERSEDED', 'QUEUED', 'PARALLEL'] as const);
  const stages = Array.from({ length: 1 + choices.below('stages', 2) }, (_, index) =>
    drawStage(choices, choices.pick('stage', ['A', 'B', 'C']) + index, executionMode, mostActions),
  );
  return {
    name,
    executionMode,
    pipelineType: 'V2',
    roleArn: 'arn:aws:iam::000000000000:role/pipelines',
    artifactStore: { type: 'S3', location: 'artifacts' },
    stages: [noOpSourceStage, ...stages],
  };
}

/** Some stages have more actions side by side than go on at once in PARALLEL mode; they must fit into one execution's history. */
function drawStage(choices: Choices, name: string, mode: ExecutionMode, mostActions: number): StageDeclaration {
  const many = mostActions > 3 && choices.chance('many actions', 0.1);
  const actions = Array.from({ length: many ? mostActions : 1 + choices.below('actions', 3) }, (_, index) =>
    drawAction(choices, `Do${index}`, many ? 1 : 1 + choices.below('run order', 2)),
  );
  const failing = drawOnFailure(choices, mode);
  return { name, actions, ...failing, ...drawConditions(choices, mode, failing.onFailure) };
}

function drawOnFailure(choices: Choices, mode: ExecutionMode): Pick<StageDeclaration, 'onFailure'> {
  const rollback = mode === 'PARALLEL' ? 'none' : 'ROLLBACK';
  const result = choices.pick('on failure', ['none', 'none', 'RETRY', rollback] as const);
  if (result === 'none') return {};
  if (result === 'ROLLBACK') return { onFailure: { result } };
  const retryMode = choices.pick('retry mode', ['ALL_ACTIONS', 'FAILED_ACTIONS'] as const);
  return { onFailure: { result, retryConfiguration: { retryMode } } };
}

function drawAction(choices: Choices, name: string, order: number): ActionDeclaration {
  const kind = choices.pick('action', ['NoOp', 'Approval', 'Token', 'Lookup', 'Unknown', 'Long'] as const);
  const fails = kind === 'NoOp' && choices.chance('action fails', 0.1);
  const plain = noOpAction(name, order, fails ? { Fail: 'It was to fail.' } : {});
  if (kind === 'NoOp') return plain;
  if (kind !== 'Approval') return { ...plain, actionTypeId: { ...plain.actionTypeId, provider: kind } };
  const approval = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } as const;
  return { ...plain, actionTypeId: approval, timeoutInMinutes: 5 + choices.below('time-out', 10) };
}
