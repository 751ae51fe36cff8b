import type { ActionDeclaration, PipelineDeclaration } from '../declaration.ts';
import type { Refusal } from '../refusal.ts';
import { actionBreach, stageBreach, structureBreach } from './breach.ts';
import { hooks } from './conditions.ts';

/**
 * What CodePipeline has and Sluice has not built yet is refused, so that no accepted definition does less than it says. Comes after
 * every rule of CodePipeline: what is built later is only removed here.
 */
export function checkBuilt(
  { executionMode = 'SUPERSEDED', triggers = [], stages }: PipelineDeclaration,
  { region }: { readonly region: string },
): void {
  if (executionMode !== 'SUPERSEDED') throw structure(`Execution mode ${executionMode}`);
  if (triggers.length > 0) throw structure('A trigger with filters');
  const conditional = stages.find((stage) => hooks(stage).length > 0);
  if (conditional) throw stageBreach(`Stage '${conditional.name}' has conditions. This is not built yet in Sluice.`);
  for (const action of stages.flatMap(({ actions }) => actions)) checkAction(action, region);
}

function checkAction(declared: ActionDeclaration, home: string): void {
  const { name, configuration = {}, region = home, outputArtifacts = [] } = declared;
  const unread = (['commands', 'outputVariables', 'environmentVariables'] as const).find(
    (key) => declared[key]?.length,
  );
  if (unread) throw action(name, unread);
  if (outputArtifacts.some(({ files = [] }) => files.length > 0)) throw action(name, 'outputArtifacts.files');
  if (region !== home) throw action(name, `region ${region}, which is another than the pipeline's,`);
  // A reference may turn out to be what is not built.
  const { OutputArtifactFormat = 'CODE_ZIP', BatchEnabled = 'false' } = configuration;
  if (OutputArtifactFormat !== 'CODE_ZIP')
    throw action(name, `OutputArtifactFormat ${OutputArtifactFormat.slice(0, 100)}`);
  if (BatchEnabled === 'true') throw action(name, 'BatchEnabled');
  if (BatchEnabled !== 'false') throw action(name, `a reference as BatchEnabled, ${BatchEnabled.slice(0, 100)},`);
}

function structure(what: string): Refusal {
  return structureBreach(`${what} is not built yet in Sluice.`);
}

function action(name: string, what: string): Refusal {
  return actionBreach(`Action '${name}' has ${what} which is not built yet in Sluice.`);
}
