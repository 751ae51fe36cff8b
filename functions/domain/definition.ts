import { type FindActionType, findActionType } from './action-types.ts';
import type { ActionDeclaration, PipelineDeclaration } from './declaration.ts';
import { checkActions } from './definition/actions.ts';
import { checkArtifacts } from './definition/artifacts.ts';
import { type Breaches, refuseFirst } from './definition/breach.ts';
import { checkConditions } from './definition/conditions.ts';
import { checkNames } from './definition/names.ts';
import { checkNamespaces } from './definition/namespaces.ts';
import { checkReferences } from './definition/references.ts';
import { checkRules } from './definition/rules.ts';
import { checkSecrets, keepSecrets } from './definition/secrets.ts';
import { checkStages } from './definition/stages.ts';
import { checkStores } from './definition/stores.ts';
import { checkStructure } from './definition/structure.ts';
import { checkTriggers } from './definition/triggers.ts';
import { checkVariables } from './definition/variables.ts';
import { checkVersion, pipelineType } from './definition/version.ts';

export { maskSecrets } from './definition/secrets.ts';

/** Where a definition is to run. */
export interface DefinitionHome {
  readonly region: string;
  readonly account: string;
}

/**
 * Accepts a definition whose shape is valid: holds it against every rule of CodePipeline (user guide, pipeline structure reference)
 * and fills in the defaults that CodePipeline adds. Refuses the first breach: of the pipeline, then of a stage, then of an action.
 * `before`: the version that it replaces; a secret sent back as `****` is taken from it.
 * `find`: the action types that may be named; Sluice's own when it is not said.
 */
export function acceptDefinition(
  given: PipelineDeclaration,
  home: DefinitionHome,
  before?: PipelineDeclaration,
  find: FindActionType = findActionType,
): PipelineDeclaration {
  refuseFirst(breachesOf(given, home, before, find));
  const kept = keepSecrets(given, before, find);
  return withDefaults(kept);
}

/** Every breach of a rule of CodePipeline, in the order in which they are refused. */
export function* breachesOf(
  given: PipelineDeclaration,
  home: DefinitionHome,
  before?: PipelineDeclaration,
  find: FindActionType = findActionType,
): Breaches {
  yield* checkNames(given);
  yield* checkStores(given, home);
  yield* checkStructure(given);
  yield* checkVersion(given);
  yield* checkVariables(given);
  yield* checkTriggers(given);
  yield* checkStages(given);
  yield* checkConditions(given);
  yield* checkRules(given, home, find);
  yield* checkActions(given, home, find);
  yield* checkArtifacts(given);
  yield* checkNamespaces(given);
  yield* checkReferences(given);
  yield* checkSecrets(given, before, find);
}

function withDefaults(given: PipelineDeclaration): PipelineDeclaration {
  return {
    ...given,
    pipelineType: pipelineType(given),
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
