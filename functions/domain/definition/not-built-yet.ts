import type { PipelineDeclaration } from '../declaration.ts';
import { Refusal } from '../refusal.ts';

/** What CodePipeline has and Sluice has not built yet is refused, so that no accepted definition does less than it says. */
export function checkBuilt(
  { executionMode = 'SUPERSEDED', triggers = [], stages }: PipelineDeclaration,
  { region }: { readonly region: string },
): void {
  if (executionMode !== 'SUPERSEDED') throw structure(`Execution mode ${executionMode}`);
  if (triggers.length > 0) throw structure('A trigger with filters');
  const conditional = stages.find(({ onFailure, onSuccess, beforeEntry }) => onFailure ?? onSuccess ?? beforeEntry);
  if (conditional)
    throw new Refusal(
      'InvalidStageDeclarationException',
      `Stage '${conditional.name}' has conditions. This is not built yet in Sluice.`,
    );
  for (const { name, configuration = {}, region: at = region } of stages.flatMap(({ actions }) => actions)) {
    if (at !== region) throw action(name, `region ${at}, which is another than the pipeline's,`);
    if (configuration['OutputArtifactFormat'] === 'CODEBUILD_CLONE_REF')
      throw action(name, 'OutputArtifactFormat CODEBUILD_CLONE_REF');
    if (configuration['BatchEnabled'] === 'true') throw action(name, 'BatchEnabled');
  }
}

function structure(what: string): Refusal {
  return new Refusal('InvalidStructureException', `${what} is not built yet in Sluice.`);
}

function action(name: string, what: string): Refusal {
  return new Refusal(
    'InvalidActionDeclarationException',
    `Action '${name}' has ${what} which is not built yet in Sluice.`,
  );
}
