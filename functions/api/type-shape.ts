import type { ActionType, ConfigurationProperty } from '../domain/action-type.ts';

/** ActionConfigurationProperty of the API. What an action must have is a key; no worker asks for a type of Sluice's. */
export function propertyShape({ name, required, secret = false, description }: ConfigurationProperty): object {
  return { name, required, key: required, secret, queryable: false, description, type: 'String' };
}

/** ArtifactDetails of the API. */
export function artifactDetails({ minimum, maximum }: ActionType['inputArtifacts']): object {
  return { minimumCount: minimum, maximumCount: maximum };
}
