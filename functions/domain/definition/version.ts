import { findActionType } from '../action-types.ts';
import type { ActionDeclaration, PipelineDeclaration, PipelineType } from '../declaration.ts';
import { actionBreach, type Breaches, stageBreach, structureBreach } from './breach.ts';
import { hooks } from './conditions.ts';
import { placedActions } from './place.ts';

/** What only pipelines of type V2 have is refused in one that says it is V1. */
export function* checkVersion(pipeline: PipelineDeclaration): Breaches {
  if (pipeline.pipelineType === 'V1') yield* v2Only(pipeline);
}

/** The type of a pipeline: without one, a field of V2 makes it V2. */
export function pipelineType(pipeline: PipelineDeclaration): PipelineType {
  if (pipeline.pipelineType !== undefined) return pipeline.pipelineType;
  for (const _ of v2Only(pipeline)) return 'V2';
  return 'V1';
}

/** What would be said of what only V2 has. */
function* v2Only({
  executionMode = 'SUPERSEDED',
  triggers = [],
  variables = [],
  stages,
}: PipelineDeclaration): Breaches {
  if (executionMode !== 'SUPERSEDED')
    yield structureBreach('QUEUED or PARALLEL mode can only be used with V2 pipelines.', 'executionMode');
  if (triggers.length > 0) yield structureBreach('Triggers on tag can only be used with V2 pipelines.', 'triggers');
  if (variables.length > 0) yield structureBreach('Pipeline variable can only be used with V2 pipelines.', 'variables');
  for (const [index, stage] of stages.entries()) {
    const [hook] = hooks(stage);
    if (hook)
      yield stageBreach(
        `Stage level conditions can only be used with V2 pipelines. Stage '${stage.name}' has some.`,
        ...['stages', index, hook.name],
      );
  }
  for (const { action, at } of placedActions({ stages }))
    if (isV2Only(action))
      yield actionBreach(
        `${action.actionTypeId.provider} Action can only be used with V2 pipelines. Action '${action.name}' is one.`,
        ...at,
        'actionTypeId',
      );
}

function isV2Only({ actionTypeId }: ActionDeclaration): boolean {
  return findActionType(actionTypeId)?.pipelineType === 'V2';
}
