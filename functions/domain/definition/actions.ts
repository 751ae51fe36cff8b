import type { ActionType } from '../action-type.ts';
import type { FindActionType } from '../action-types.ts';
import type { ActionDeclaration, PipelineDeclaration } from '../declaration.ts';
import { actionBreach } from './breach.ts';
import { checkConfiguration } from './configuration.ts';
import { duplicate } from './duplicate.ts';

interface Home {
  readonly region: string;
}

/** The rules of single actions: name, type, configuration, counts of artifacts, members that not every action may have. */
export function checkActions({ stages }: PipelineDeclaration, home: Home, find: FindActionType): void {
  for (const { name, actions } of stages) {
    const twice = duplicate(actions.map((action) => action.name));
    if (twice !== undefined)
      throw actionBreach(
        `Action name '${twice}' is used more than once in stage '${name}'. Names of actions must be unique within a stage.`,
      );
    for (const action of actions) checkAction(action, home, find);
  }
}

function checkAction(action: ActionDeclaration, home: Home, find: FindActionType): void {
  const type = typeOf(action, home, find);
  checkRegion(action, home);
  checkRole(action);
  checkMembers(action, type);
  checkConfiguration(action, type, home);
  checkCount(action.name, 'input', action.inputArtifacts, type.inputArtifacts);
  checkCount(action.name, 'output', action.outputArtifacts, type.outputArtifacts);
}

function typeOf({ name, actionTypeId }: ActionDeclaration, { region }: Home, find: FindActionType): ActionType {
  const type = find(actionTypeId);
  if (type) return type;
  const { category, owner, provider, version } = actionTypeId;
  const where = region.toUpperCase().replaceAll('-', '_');
  throw actionBreach(
    `ActionType (Category: '${category}', Provider: '${provider}', Owner: '${owner}', Version: '${version}') in action '${name}' is not available in region '${where}'`,
  );
}

function checkRegion({ name, region, actionTypeId }: ActionDeclaration, home: Home): void {
  const isBound = actionTypeId.owner !== 'AWS' || actionTypeId.category === 'Source';
  if (isBound && region !== undefined && region !== home.region)
    throw actionBreach(
      `Action '${name}' is in region ${region}. Source, ThirdParty and Custom actions must be in the region of the pipeline, ${home.region}.`,
    );
}

function checkRole({ name, roleArn, actionTypeId }: ActionDeclaration): void {
  if (actionTypeId.owner === 'Custom' && roleArn !== undefined)
    throw actionBreach(
      `Action '${name}' has a roleArn. Custom actions have none: their workers have roles of their own.`,
    );
}

function checkMembers({ name, commands = [], timeoutInMinutes }: ActionDeclaration, type: ActionType): void {
  if (timeoutInMinutes !== undefined && !type.timeoutDeclarable)
    throw actionBreach(`Action '${name}' has timeoutInMinutes, which only manual approval actions can have.`);
  if (type.id.owner === 'AWS' && type.id.provider === 'Commands' && commands.length === 0)
    throw actionBreach(`Commands action '${name}' must have a non-empty commands field.`);
}

function checkCount(
  name: string,
  kind: 'input' | 'output',
  { length }: readonly unknown[] = [],
  { minimum, maximum }: ActionType['inputArtifacts'],
): void {
  const bound =
    length < minimum ? `less than the minimum count (${minimum})` : `more than the maximum count (${maximum})`;
  if (length < minimum || length > maximum)
    throw actionBreach(`Action '${name}' declares ${length} ${kind} artifacts which is ${bound}.`);
}
