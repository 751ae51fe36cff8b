import { type ActionType, typeName } from '../action-type.ts';
import type { ActionDeclaration } from '../declaration.ts';
import { longestRepository } from '../push.ts';
import { references } from '../variables.ts';
import { actionBreach } from './breach.ts';

const builds = ['Build/AWS/CodeBuild/1', 'Test/AWS/CodeBuild/1'];

/** The rules of an action's configuration: the keys that its type demands and knows, and their values. */
export function checkConfiguration(
  action: ActionDeclaration,
  type: ActionType,
  { region }: { readonly region: string },
): void {
  const { name, configuration = {} } = action;
  const missing = type.properties.find(({ required, name: key }) => required && !Object.hasOwn(configuration, key));
  if (missing) throw missingKey(name, missing.name);
  for (const [key, value] of Object.entries(configuration)) checkEntry(name, key, value, type);
  const of = typeName(type.id);
  if (of === 'Approval/AWS/Manual/1') checkTopic(name, configuration['NotificationArn'], region);
  if (of === 'Source/AWS/CodeStarSourceConnection/1') checkRepository(name, configuration['FullRepositoryId'] ?? '');
  if (of === 'Deploy/AWS/S3/1' && configuration['Extract'] === 'false' && configuration['ObjectKey'] === undefined)
    throw missingKey(name, 'ObjectKey', "which Extract 'false' demands");
  if (builds.includes(of) && (action.inputArtifacts ?? []).length > 1 && configuration['PrimarySource'] === undefined)
    throw missingKey(name, 'PrimarySource', 'which several input artifacts demand');
}

function checkEntry(action: string, key: string, value: string, { properties }: ActionType): void {
  const property = properties.find(({ name }) => name === key);
  if (!property)
    throw actionBreach(
      `The configuration for action '${action}' has the unknown configuration '${key}'. It takes: ${properties.map(({ name }) => name).join(', ')}.`,
    );
  if (property.values && !property.values.includes(value) && references(value).length === 0)
    throw actionBreach(
      `The configuration '${key}' of action '${action}' is '${value.slice(0, 100)}'. It must be one of: ${property.values.join(', ')}.`,
    );
  if (property.queryable && !queryableValue.test(value) && references(value).length === 0)
    throw actionBreach(
      `The configuration '${key}' of action '${action}' is '${value.slice(0, 100)}'. It is queryable: it must be 1 to 50 letters, digits, '_' and '-'.`,
    );
}

const queryableValue = /^[a-zA-Z0-9_-]{1,50}$/;

/** A repository's name is part of a key, under which a push finds its pipelines. */
function checkRepository(action: string, repository: string): void {
  if (repository.length <= longestRepository) return;
  throw actionBreach(
    `The FullRepositoryId of action '${action}' has ${repository.length} characters; at most ${longestRepository} are allowed.`,
  );
}

const topic = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;

/** A topic is of the pipeline's Region. What holds a variable reference is not known yet. */
function checkTopic(action: string, arn: string | undefined, region: string): void {
  if (arn === undefined || references(arn).length > 0 || topic.exec(arn)?.[1] === region) return;
  throw actionBreach(
    `The NotificationArn '${arn.slice(0, 300)}' of action '${action}' is not the ARN of an SNS topic in region ${region}.`,
  );
}

function missingKey(action: string, key: string, why?: string): Error {
  return actionBreach(
    `The configuration for action '${action}' is missing required configuration '${key}'${why === undefined ? '' : `, ${why}`}.`,
  );
}
