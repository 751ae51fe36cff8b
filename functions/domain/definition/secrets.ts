import { typeName } from '../action-type.ts';
import type { FindActionType } from '../action-types.ts';
import type { ActionDeclaration, PipelineDeclaration } from '../declaration.ts';
import { actionBreach, type Breaches } from './breach.ts';
import { placedActions } from './place.ts';

const mask = '****';

/** A definition as it is shown: secret values are `****`. `find` knows the custom types that it names, deleted ones too. */
export function maskSecrets(definition: PipelineDeclaration, find: FindActionType): PipelineDeclaration {
  return mapSecrets(definition, find, () => mask);
}

/** A definition as it is kept: a secret that comes back as `****` is the one before. */
export function keepSecrets(
  definition: PipelineDeclaration,
  before: PipelineDeclaration | undefined,
  find: FindActionType,
): PipelineDeclaration {
  return mapSecrets(definition, find, (value, key, stage, action) =>
    value === mask ? (secretBefore(before, stage, action, key) ?? value) : value,
  );
}

/** The rule of secrets: `****` stands for one that was there before. */
export function* checkSecrets(
  definition: PipelineDeclaration,
  before: PipelineDeclaration | undefined,
  find: FindActionType,
): Breaches {
  for (const { action, stageName, at } of placedActions(definition)) {
    const secrets = secretNames(action, find);
    for (const [key, value] of Object.entries(action.configuration ?? {}))
      if (value === mask && secrets.includes(key) && secretBefore(before, stageName, action, key) === undefined)
        yield actionBreach(
          `The configuration '${key}' of action '${action.name}' is '${mask}', which can be used only when updating an existing action.`,
          ...[...at, 'configuration', key],
        );
  }
}

function secretBefore(
  before: PipelineDeclaration | undefined,
  stage: string,
  action: ActionDeclaration,
  key: string,
): string | undefined {
  const kept = actionBefore(before, stage, action)?.configuration ?? {};
  return Object.hasOwn(kept, key) ? kept[key] : undefined;
}

/** The action of the same stage, name and type: one of another type is a new action, and gets no secret that was given to the old. */
function actionBefore(
  before: PipelineDeclaration | undefined,
  stage: string,
  { name, actionTypeId }: ActionDeclaration,
): ActionDeclaration | undefined {
  const found = before?.stages.find((each) => each.name === stage)?.actions.find((each) => each.name === name);
  return found && typeName(found.actionTypeId) === typeName(actionTypeId) ? found : undefined;
}

type Change = (value: string, key: string, stage: string, action: ActionDeclaration) => string;

function mapSecrets(definition: PipelineDeclaration, find: FindActionType, change: Change): PipelineDeclaration {
  const stages = definition.stages.map((stage) => ({
    ...stage,
    actions: stage.actions.map((action) => mapAction(stage.name, action, find, change)),
  }));
  return { ...definition, stages };
}

function mapAction(stage: string, action: ActionDeclaration, find: FindActionType, change: Change): ActionDeclaration {
  const secrets = secretNames(action, find);
  if (secrets.length === 0 || !action.configuration) return action;
  const entries = Object.entries(action.configuration).map(([key, value]) => [
    key,
    secrets.includes(key) ? change(value, key, stage, action) : value,
  ]);
  return { ...action, configuration: Object.fromEntries(entries) };
}

/** The keys of an action's configuration that hold secrets, or would: of an opaque type each that is there. */
export function secretNames(
  { actionTypeId, configuration = {} }: Pick<ActionDeclaration, 'actionTypeId' | 'configuration'>,
  find: FindActionType,
): readonly string[] {
  const { properties, isOpaque } = find(actionTypeId) ?? { properties: [] };
  return isOpaque ? Object.keys(configuration) : properties.filter(({ secret }) => secret).map(({ name }) => name);
}

/** A configuration as it is recorded of an execution: the values of these keys are `****`. */
export function maskConfiguration(
  secrets: readonly string[],
  configuration: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(configuration).map(([key, value]) => [key, secrets.includes(key) ? mask : value]),
  );
}
