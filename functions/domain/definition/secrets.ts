import { findActionType } from '../action-types.ts';
import type { ActionDeclaration, PipelineDeclaration } from '../declaration.ts';
import { Refusal } from '../refusal.ts';

const mask = '****';

/** A definition as it is shown: secret values are `****`. */
export function maskSecrets(definition: PipelineDeclaration): PipelineDeclaration {
  return mapSecrets(definition, () => mask);
}

/** A definition as it is kept: a secret that comes back as `****` is the one before. Refuses `****` where there is none before. */
export function keepSecrets(
  definition: PipelineDeclaration,
  before: PipelineDeclaration | undefined,
): PipelineDeclaration {
  return mapSecrets(definition, (value, key, stage, action) => {
    if (value !== mask) return value;
    const kept = before?.stages.find(({ name }) => name === stage)?.actions.find(({ name }) => name === action.name)
      ?.configuration?.[key];
    if (kept !== undefined) return kept;
    throw new Refusal(
      'InvalidActionDeclarationException',
      `The configuration '${key}' of action '${action.name}' is '${mask}', which can be used only when updating an existing action.`,
    );
  });
}

type Change = (value: string, key: string, stage: string, action: ActionDeclaration) => string;

function mapSecrets(definition: PipelineDeclaration, change: Change): PipelineDeclaration {
  const stages = definition.stages.map((stage) => ({
    ...stage,
    actions: stage.actions.map((action) => mapAction(stage.name, action, change)),
  }));
  return { ...definition, stages };
}

function mapAction(stage: string, action: ActionDeclaration, change: Change): ActionDeclaration {
  const secrets = (findActionType(action.actionTypeId)?.properties ?? [])
    .filter(({ secret }) => secret)
    .map(({ name }) => name);
  if (secrets.length === 0 || !action.configuration) return action;
  const entries = Object.entries(action.configuration).map(([key, value]) => [
    key,
    secrets.includes(key) ? change(value, key, stage, action) : value,
  ]);
  return { ...action, configuration: Object.fromEntries(entries) };
}
