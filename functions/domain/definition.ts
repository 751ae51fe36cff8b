import type { ActionDeclaration, PipelineDeclaration } from './declaration.ts';
import { checkActions } from './definition/actions.ts';
import { checkNamespaces } from './definition/namespaces.ts';
import { checkBuilt } from './definition/not-built-yet.ts';
import { keepSecrets } from './definition/secrets.ts';
import { checkStages } from './definition/stages.ts';
import { checkStores } from './definition/stores.ts';
import { checkVersion } from './definition/version.ts';

export { maskSecrets } from './definition/secrets.ts';

/** Where a definition is to run. */
export interface DefinitionHome {
  readonly region: string;
  readonly account: string;
}

/**
 * Accepts a definition whose shape is valid: holds it against every rule of CodePipeline (user guide, pipeline structure reference)
 * and fills in the defaults that CodePipeline adds. Refuses the first breach. `before`: the version that it replaces; a secret sent
 * back as `****` is taken from it.
 */
export function acceptDefinition(
  given: PipelineDeclaration,
  home: DefinitionHome,
  before?: PipelineDeclaration,
): PipelineDeclaration {
  checkStores(given, home);
  checkVersion(given);
  checkStages(given);
  checkActions(given, home);
  checkNamespaces(given);
  const kept = keepSecrets(given, before);
  checkBuilt(kept, home);
  return withDefaults(kept);
}

function withDefaults(given: PipelineDeclaration): PipelineDeclaration {
  return {
    ...given,
    pipelineType: given.pipelineType ?? (usesV2(given) ? 'V2' : 'V1'),
    executionMode: given.executionMode ?? 'SUPERSEDED',
    stages: given.stages.map((stage) => ({ ...stage, actions: stage.actions.map(withActionDefaults) })),
  };
}

function withActionDefaults(action: ActionDeclaration): ActionDeclaration {
  return {
    ...action,
    runOrder: action.runOrder ?? 1,
    configuration: action.configuration ?? {},
    inputArtifacts: action.inputArtifacts ?? [],
    outputArtifacts: action.outputArtifacts ?? [],
  };
}

/** Without a type, a field of V2 makes a pipeline V2. */
function usesV2({ variables = [], triggers = [], executionMode = 'SUPERSEDED', stages }: PipelineDeclaration): boolean {
  const conditions = stages.some(({ onFailure, onSuccess, beforeEntry }) => onFailure ?? onSuccess ?? beforeEntry);
  return variables.length > 0 || triggers.length > 0 || executionMode !== 'SUPERSEDED' || conditions;
}
