import type { ActionTypeSettings, CustomActionType, CustomProperty, CustomTypeId } from './custom-action-type.ts';
import { duplicates } from './definition/duplicates.ts';
import { Refusal } from './refusal.ts';

/** The most custom action types of an account in a Region (user guide, quotas). */
const mostTypes = 50;

/** What CreateCustomActionType is given: sizes and patterns are held against the service model before. */
export interface GivenActionType extends CustomTypeId {
  readonly settings?: ActionTypeSettings;
  readonly configurationProperties?: readonly CustomProperty[];
  readonly inputArtifactDetails: CustomActionType['inputArtifactDetails'];
  readonly outputArtifactDetails: CustomActionType['outputArtifactDetails'];
}

/** Accepts a custom action type: holds it against the rules between its members (API reference, CreateCustomActionType). Refuses the first breach. */
export function acceptCustomActionType(given: GivenActionType): CustomActionType {
  const { category, provider, version, settings, configurationProperties: properties = [] } = given;
  checkCounts('inputArtifactDetails', given.inputArtifactDetails);
  checkCounts('outputArtifactDetails', given.outputArtifactDetails);
  checkProperties(properties);
  for (const [name, template] of Object.entries(settings ?? {})) checkTemplate(name, template, properties);
  return {
    id: { category, owner: 'Custom', provider, version },
    ...(settings ? { settings } : {}),
    actionConfigurationProperties: properties,
    inputArtifactDetails: given.inputArtifactDetails,
    outputArtifactDetails: given.outputArtifactDetails,
  };
}

/** Lets a type in beside those that there are. `found`: what is kept under its id; `live`: how many types are not deleted. */
export function admitActionType(
  type: CustomActionType,
  found: { readonly type: CustomActionType; readonly deleted: boolean } | undefined,
  live: number,
): void {
  const { category, provider, version } = type.id;
  const name = `ActionType (Category: '${category}', Provider: '${provider}', Owner: 'Custom', Version: '${version}')`;
  if (found && !found.deleted) throw new Refusal('ActionTypeAlreadyExistsException', `${name} already exists.`);
  if (found && canonical(found.type) !== canonical(type))
    throw invalid(
      `${name} was deleted, and may come back only with the definition that it had. Choose a version that was never used.`,
    );
  if (live >= mostTypes)
    throw new Refusal('LimitExceededException', `There are ${live} custom action types; at most ${mostTypes} can be.`);
}

function checkCounts(
  member: string,
  { minimumCount, maximumCount }: { readonly minimumCount: number; readonly maximumCount: number },
): void {
  if (maximumCount < minimumCount)
    throw invalid(
      `The maximum count (${maximumCount}) of ${member} has to be greater than or equal to minimum count (${minimumCount}).`,
    );
}

function checkProperties(properties: readonly CustomProperty[]): void {
  const [twice] = duplicates(properties.map(({ name }) => name));
  if (twice !== undefined)
    throw invalid(`The configuration property '${properties[twice]?.name}' is given more than once.`);
  const queryable = properties.filter((property) => property.queryable);
  if (queryable.length > 1)
    throw invalid(
      `There are multiple queryable configuration properties: ${queryable.map(({ name }) => name).join(', ')}. An action type can have up to one.`,
    );
  const wrong = queryable.find(({ required, secret }) => !required || secret);
  if (wrong) throw invalid(`The queryable configuration property '${wrong.name}' must be required and non-secret.`);
}

const placeholder = /\{(Config:([^{}]*)|ExternalExecutionId)\}/g;

/** A link holds only what every action of the type has, and what may be seen. */
function checkTemplate(member: string, template: string, properties: readonly CustomProperty[]): void {
  for (const [text, , name] of template.matchAll(placeholder)) {
    if (name === undefined && member !== 'executionUrlTemplate')
      throw invalid(`${member} has ${text}, which only executionUrlTemplate can have.`);
    const property = properties.find((each) => each.name === name);
    if (name !== undefined && (!property?.required || property.secret))
      throw invalid(`${member} has ${text}, which must name a required, non-secret configuration property.`);
  }
}

/** A type as a text that is the same for the same definition, whatever the order of members and with the defaults said or not. */
function canonical(type: CustomActionType): string {
  const { id, settings = {}, actionConfigurationProperties, inputArtifactDetails, outputArtifactDetails } = type;
  const properties = actionConfigurationProperties.map(
    ({ name, required, key, secret, queryable = false, description = '', type: of = 'String' }) => [
      ...[name, required, key, secret, queryable, description, of],
    ],
  );
  const counts = [inputArtifactDetails, outputArtifactDetails].map((each) => [each.minimumCount, each.maximumCount]);
  const links = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([id.category, id.provider, id.version, links, properties, counts]);
}

function invalid(message: string): Refusal {
  return new Refusal('ValidationException', message);
}
