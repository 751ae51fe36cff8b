import { type ActionType, type RareMember, typeName } from '../action-type.ts';
import type { FindActionType } from '../action-types.ts';
import type { ActionDeclaration, PipelineDeclaration } from '../declaration.ts';
import { type About, type At, aboutAction, actionBreach, type Breach, type Breaches } from './breach.ts';
import { checkConfiguration } from './configuration.ts';
import { duplicates } from './duplicates.ts';

interface Home {
  readonly region: string;
}

/** The rules of single actions: name, type, configuration, counts of artifacts, members that not every action may have. */
export function* checkActions({ stages }: PipelineDeclaration, home: Home, find: FindActionType): Breaches {
  for (const [stage, { name, actions }] of stages.entries()) {
    const names = actions.map((action) => action.name);
    for (const index of duplicates(names))
      yield actionBreach(
        `Action name '${names[index]}' is used more than once in stage '${name}'. Names of actions must be unique within a stage.`,
        ...['stages', stage, 'actions', index, 'name'],
      );
    for (const [index, action] of actions.entries())
      yield* checkAction(action, home, find, ['stages', stage, 'actions', index]);
  }
}

function* checkAction(action: ActionDeclaration, home: Home, find: FindActionType, at: At): Breaches {
  const type = action.actionTypeId.category === 'Rule' ? undefined : find(action.actionTypeId);
  if (!type) yield notAvailable(action, home, at);
  yield* checkRegion(action, home, at);
  yield* checkRole(action, at);
  if (type) yield* checkOfType(aboutAction(action.name), action, type, home, at);
}

/** What the type of an action demands of it, or that of a rule: members, configuration, counts of artifacts. */
export function* checkOfType(about: About, action: ActionDeclaration, type: ActionType, home: Home, at: At): Breaches {
  yield* checkMembers(about, action, type, at);
  yield* checkConfiguration(about, action, type, home, at);
  yield* checkCount(about, 'input', action.inputArtifacts, type.inputArtifacts, at);
  yield* checkCount(about, 'output', action.outputArtifacts, type.outputArtifacts, at);
}

function notAvailable({ name, actionTypeId }: ActionDeclaration, { region }: Home, at: At): Breach {
  const { category, owner, provider, version } = actionTypeId;
  const where = region.toUpperCase().replaceAll('-', '_');
  return actionBreach(
    `ActionType (Category: '${category}', Provider: '${provider}', Owner: '${owner}', Version: '${version}') in action '${name}' is not available in region '${where}'`,
    ...at,
    'actionTypeId',
  );
}

function* checkRegion({ name, region, actionTypeId }: ActionDeclaration, home: Home, at: At): Breaches {
  const isBound = actionTypeId.owner !== 'AWS' || actionTypeId.category === 'Source';
  if (isBound && region !== undefined && region !== home.region)
    yield actionBreach(
      `Action '${name}' is in region ${region}. Source, ThirdParty and Custom actions must be in the region of the pipeline, ${home.region}.`,
      ...at,
      'region',
    );
}

function* checkRole({ name, roleArn, actionTypeId }: ActionDeclaration, at: At): Breaches {
  if (actionTypeId.owner === 'Custom' && roleArn !== undefined)
    yield actionBreach(
      `Action '${name}' has a roleArn. Custom actions have none: their workers have roles of their own.`,
      ...at,
      'roleArn',
    );
}

function* checkMembers(about: About, action: ActionDeclaration, type: ActionType, at: At): Breaches {
  const { commands = [], timeoutInMinutes } = action;
  const other = rareMembers(action).find(({ member }) => !type.takes?.includes(member));
  if (other !== undefined)
    yield about.breach(
      `${capital(about.what)} has ${other.member === 'files' ? 'outputArtifacts.files' : other.member}, which ${about.kind}s of the type ${typeName(type.id)} do not have.`,
      ...at,
      ...other.at,
    );
  if (timeoutInMinutes !== undefined && !type.timeoutDeclarable)
    yield about.breach(
      `${capital(about.what)} has timeoutInMinutes, which only manual approval actions can have.`,
      ...at,
      'timeoutInMinutes',
    );
  if (type.id.owner === 'AWS' && type.id.provider === 'Commands' && commands.length === 0)
    yield about.breach(`Commands ${about.what} must have a non-empty commands field.`, ...at, 'commands');
}

/** The members of a declaration that few types take, as far as they are there. */
function rareMembers(action: ActionDeclaration): readonly { readonly member: RareMember; readonly at: At }[] {
  const own = (['commands', 'outputVariables', 'environmentVariables'] as const)
    .filter((member) => action[member]?.length)
    .map((member) => ({ member, at: [member] }));
  const output = (action.outputArtifacts ?? []).findIndex(({ files = [] }) => files.length > 0);
  return output < 0 ? own : [...own, { member: 'files', at: ['outputArtifacts', output, 'files'] }];
}

function* checkCount(
  about: About,
  kind: 'input' | 'output',
  { length }: readonly unknown[] = [],
  { minimum, maximum }: ActionType['inputArtifacts'],
  at: At,
): Breaches {
  const bound =
    length < minimum ? `less than the minimum count (${minimum})` : `more than the maximum count (${maximum})`;
  if (length < minimum || length > maximum)
    yield about.breach(
      `${capital(about.what)} declares ${length} ${kind} artifacts which is ${bound}.`,
      ...at,
      `${kind}Artifacts`,
    );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
