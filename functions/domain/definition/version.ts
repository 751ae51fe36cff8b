import { findActionType } from '../action-types.ts';
import type { ActionDeclaration, PipelineDeclaration, PipelineType } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';
import { actionBreach, stageBreach, structureBreach } from './breach.ts';
import { hooks } from './conditions.ts';

/** What only pipelines of type V2 have is refused in one that says it is V1. */
export function checkVersion(pipeline: PipelineDeclaration): void {
  if (pipeline.pipelineType !== 'V1') return;
  const first = v2Only(pipeline);
  if (first) throw first;
}

/** The type of a pipeline: without one, a field of V2 makes it V2. */
export function pipelineType(pipeline: PipelineDeclaration): PipelineType {
  return pipeline.pipelineType ?? (v2Only(pipeline) ? 'V2' : 'V1');
}

/** What would be said of the first thing that only V2 has; undefined when there is none. */
function v2Only({
  executionMode = 'SUPERSEDED',
  triggers = [],
  variables = [],
  stages,
}: PipelineDeclaration): Refusal | undefined {
  if (executionMode !== 'SUPERSEDED')
    return structureBreach('QUEUED or PARALLEL mode can only be used with V2 pipelines.');
  if (triggers.length > 0) return structureBreach('Triggers on tag can only be used with V2 pipelines.');
  if (variables.length > 0) return structureBreach('Pipeline variable can only be used with V2 pipelines.');
  const conditional = stages.find((stage) => hooks(stage).length > 0);
  if (conditional)
    return stageBreach(
      `Stage level conditions can only be used with V2 pipelines. Stage '${conditional.name}' has some.`,
    );
  const action = stages.flatMap(({ actions }) => actions).find(isV2Only);
  return action
    ? actionBreach(
        `${action.actionTypeId.provider} Action can only be used with V2 pipelines. Action '${action.name}' is one.`,
      )
    : undefined;
}

function isV2Only({ actionTypeId }: ActionDeclaration): boolean {
  return findActionType(actionTypeId)?.pipelineType === 'V2';
}
