import type { PipelineDeclaration } from '../declaration.ts';
import { Refusal } from '../refusal.ts';
import { duplicate } from './duplicate.ts';

/** What only pipelines of type V2 have is refused in one that says it is V1. */
export function checkVersion(pipeline: PipelineDeclaration): void {
  const { pipelineType, executionMode = 'SUPERSEDED', triggers = [], variables = [], stages } = pipeline;
  const twice = duplicate(variables.map(({ name }) => name));
  if (twice !== undefined)
    throw structure(
      `Variable names must be unique within a pipeline. The following name is used more than once: ${twice}`,
    );
  if (pipelineType !== 'V1') return;
  if (executionMode !== 'SUPERSEDED') throw structure('QUEUED or PARALLEL mode can only be used with V2 pipelines.');
  if (triggers.length > 0) throw structure('Triggers on tag can only be used with V2 pipelines.');
  if (variables.length > 0) throw structure('Pipeline variable can only be used with V2 pipelines.');
  const conditional = stages.find(({ onFailure, onSuccess, beforeEntry }) => onFailure ?? onSuccess ?? beforeEntry);
  if (conditional)
    throw new Refusal(
      'InvalidStageDeclarationException',
      `Stage level conditions can only be used with V2 pipelines. Stage '${conditional.name}' has some.`,
    );
}

function structure(message: string): Refusal {
  return new Refusal('InvalidStructureException', message);
}
