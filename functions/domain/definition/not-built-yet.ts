import type { ActionDeclaration, PipelineDeclaration } from '../declaration.ts';
import { type At, actionBreach, type Breach, type Breaches, stageBreach, structureBreach } from './breach.ts';
import { hooks } from './conditions.ts';
import { placedActions } from './place.ts';

/**
 * What CodePipeline has and Sluice has not built yet is refused, so that no accepted definition does less than it says. Comes after
 * every rule of CodePipeline: what is built later is only removed here.
 */
export function* checkBuilt(
  { triggers = [], stages }: PipelineDeclaration,
  { region }: { readonly region: string },
): Breaches {
  for (const index of triggers.keys()) yield structure('A trigger with filters', 'triggers', index);
  for (const [index, stage] of stages.entries()) {
    const [hook] = hooks(stage);
    if (hook)
      yield stageBreach(
        `Stage '${stage.name}' has conditions. This is not built yet in Sluice.`,
        ...['stages', index, hook.name],
      );
  }
  for (const { action, at } of placedActions({ stages })) yield* checkAction(action, region, at);
}

function* checkAction(declared: ActionDeclaration, home: string, at: At): Breaches {
  const { name, configuration = {}, region = home, outputArtifacts = [] } = declared;
  for (const key of ['commands', 'outputVariables', 'environmentVariables'] as const)
    if (declared[key]?.length) yield action(name, key, ...at, key);
  for (const [index, { files = [] }] of outputArtifacts.entries())
    if (files.length > 0) yield action(name, 'outputArtifacts.files', ...at, 'outputArtifacts', index, 'files');
  if (region !== home) yield action(name, `region ${region}, which is another than the pipeline's,`, ...at, 'region');
  // A reference may turn out to be what is not built.
  const { OutputArtifactFormat = 'CODE_ZIP', BatchEnabled = 'false' } = configuration;
  if (OutputArtifactFormat !== 'CODE_ZIP')
    yield action(
      name,
      `OutputArtifactFormat ${OutputArtifactFormat.slice(0, 100)}`,
      ...[...at, 'configuration', 'OutputArtifactFormat'],
    );
  const batch = [...at, 'configuration', 'BatchEnabled'];
  if (BatchEnabled === 'true') yield action(name, 'BatchEnabled', ...batch);
  else if (BatchEnabled !== 'false')
    yield action(name, `a reference as BatchEnabled, ${BatchEnabled.slice(0, 100)},`, ...batch);
}

function structure(what: string, ...at: At): Breach {
  return structureBreach(`${what} is not built yet in Sluice.`, ...at);
}

function action(name: string, what: string, ...at: At): Breach {
  return actionBreach(`Action '${name}' has ${what} which is not built yet in Sluice.`, ...at);
}
