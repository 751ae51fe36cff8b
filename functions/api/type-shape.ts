import type { ActionType, ConfigurationProperty } from '../domain/action-type.ts';

/** ActionConfigurationProperty of the API. What an action must have is a key; no worker asks for a type of Sluice's. */
export function propertyShape({ name, required, secret = false, description }: ConfigurationProperty): object {
  return { name, required, key: required, secret, queryable: false, description, type: 'String' };
}

const mostProperties = 10;

/** The properties of a type that an answer has room for, in their order: those first that an action must have. */
export function shownProperties(properties: readonly ConfigurationProperty[]): readonly ConfigurationProperty[] {
  const optional = properties.filter(({ required }) => !required);
  const room = mostProperties - (properties.length - optional.length);
  const left = new Set(optional.slice(room));
  return properties.filter((property) => !left.has(property));
}

/** ArtifactDetails of the API, which says no more than `most`: 5, or of GetActionType 10. */
export function artifactDetails({ minimum, maximum }: ActionType['inputArtifacts'], most = 5): object {
  return { minimumCount: minimum, maximumCount: Math.min(maximum, most) };
}
