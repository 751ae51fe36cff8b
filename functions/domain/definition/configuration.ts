import { type ActionType, type Demand, typeName } from '../action-type.ts';
import type { ActionDeclaration } from '../declaration.ts';
import { longestRepository } from '../host-events/payload.ts';
import { references } from '../variables.ts';
import type { About, At, Breach, Breaches } from './breach.ts';

const builds = ['Build/AWS/CodeBuild/1', 'Test/AWS/CodeBuild/1', 'Rule/AWS/CodeBuild/1'];

/** The rules of a configuration, of an action or a rule: the keys that its type demands and knows, and their values. */
export function* checkConfiguration(
  about: About,
  action: ActionDeclaration,
  type: ActionType,
  { region }: { readonly region: string },
  ofAction: At,
): Breaches {
  const { configuration = {} } = action;
  const at = [...ofAction, 'configuration'];
  for (const property of type.properties) yield* checkPresence(about, property, configuration, at);
  for (const [key, value] of Object.entries(configuration)) yield* checkEntry(about, key, value, type, at);
  const of = typeName(type.id);
  if (of === 'Approval/AWS/Manual/1') yield* checkTopic(about, configuration['NotificationArn'], region, at);
  if (of === 'Source/AWS/CodeStarSourceConnection/1')
    yield* checkRepository(about, configuration['FullRepositoryId'] ?? '', at);
  if (builds.includes(of) && (action.inputArtifacts ?? []).length > 1 && configuration['PrimarySource'] === undefined)
    yield missingKey(at, about, 'PrimarySource', 'which several input artifacts demand');
}

type Configuration = NonNullable<ActionDeclaration['configuration']>;

function* checkPresence(
  about: About,
  { name, required, requiredWhen }: ActionType['properties'][number],
  configuration: Configuration,
  at: At,
): Breaches {
  if (Object.hasOwn(configuration, name)) return;
  if (required) yield missingKey(at, about, name);
  const why = requiredWhen && demandOf(requiredWhen, configuration);
  if (!required && why !== undefined) yield missingKey(at, about, name, why);
}

/** Why a demand holds; undefined when it does not, or only a run knows. */
function demandOf({ key, is }: Demand, configuration: Configuration): string | undefined {
  const isThere = Object.hasOwn(configuration, key);
  if (is === 'absent') return isThere ? undefined : `which the absence of '${key}' demands`;
  if (!isThere) return undefined;
  if (is === 'present') return `which '${key}' demands`;
  const value = configuration[key] ?? '';
  return is.includes(value) ? `which ${key} '${value}' demands` : undefined;
}

function* checkEntry(about: About, key: string, value: string, { properties, isOpaque }: ActionType, at: At): Breaches {
  const property = properties.find(({ name }) => name === key);
  if (!property && isOpaque) return;
  if (!property)
    yield about.breach(
      `The configuration for ${about.what} has the unknown configuration '${key}'. It takes: ${properties.map(({ name }) => name).join(', ')}.`,
      ...at,
      key,
    );
  if (property?.values && !property.values.includes(value) && references(value).length === 0)
    yield about.breach(
      `The configuration '${key}' of ${about.what} is '${value.slice(0, 100)}'. It must be one of: ${property.values.join(', ')}.`,
      ...at,
      key,
    );
  const fault = references(value).length === 0 ? property?.fault?.(value) : undefined;
  if (fault !== undefined)
    yield about.breach(`The configuration '${key}' of ${about.what} is '${value.slice(0, 100)}'. ${fault}`, ...at, key);
  if (property?.queryable && !queryableValue.test(value) && references(value).length === 0)
    yield about.breach(
      `The configuration '${key}' of ${about.what} is '${value.slice(0, 100)}'. It is queryable: it must be 1 to 50 letters, digits, '_' and '-'.`,
      ...at,
      key,
    );
}

const queryableValue = /^[a-zA-Z0-9_-]{1,50}$/;

/** A repository's name is part of a key, under which a push finds its pipelines. */
function* checkRepository(about: About, repository: string, at: At): Breaches {
  if (repository.length <= longestRepository) return;
  yield about.breach(
    `The FullRepositoryId of ${about.what} has ${repository.length} characters; at most ${longestRepository} are allowed.`,
    ...at,
    'FullRepositoryId',
  );
}

const topic = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;

/** A topic is of the pipeline's Region. What holds a variable reference is not known yet. */
function* checkTopic(about: About, arn: string | undefined, region: string, at: At): Breaches {
  if (arn === undefined || references(arn).length > 0 || topic.exec(arn)?.[1] === region) return;
  yield about.breach(
    `The NotificationArn '${arn.slice(0, 300)}' of ${about.what} is not the ARN of an SNS topic in region ${region}.`,
    ...at,
    'NotificationArn',
  );
}

function missingKey(at: At, about: About, key: string, why?: string): Breach {
  return about.breach(
    `The configuration for ${about.what} is missing required configuration '${key}'${why === undefined ? '' : `, ${why}`}.`,
    ...at,
  );
}
