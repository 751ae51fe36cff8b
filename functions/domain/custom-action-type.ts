import type { ActionCategory } from './declaration.ts';

/** What names a custom action type in its account and Region: the owner is always `Custom`. */
export interface CustomTypeId {
  readonly category: ActionCategory;
  readonly provider: string;
  readonly version: string;
}

/** A configuration key of a custom action type (API reference, ActionConfigurationProperty). */
export interface CustomProperty {
  readonly name: string;
  readonly required: boolean;
  readonly key: boolean;
  readonly secret: boolean;
  /** Its value narrows what PollForJobs is offered. */
  readonly queryable?: boolean;
  readonly description?: string;
  readonly type?: 'String' | 'Number' | 'Boolean';
}

/** Links of an action type (API reference, ActionTypeSettings). */
export interface ActionTypeSettings {
  readonly thirdPartyConfigurationUrl?: string;
  readonly entityUrlTemplate?: string;
  readonly executionUrlTemplate?: string;
  readonly revisionUrlTemplate?: string;
}

interface ArtifactDetails {
  readonly minimumCount: number;
  readonly maximumCount: number;
}

/** An action type that an account has made: its actions are jobs, which workers of the account poll for. */
export interface CustomActionType {
  readonly id: CustomTypeId & { readonly owner: 'Custom' };
  readonly settings?: ActionTypeSettings;
  readonly actionConfigurationProperties: readonly CustomProperty[];
  readonly inputArtifactDetails: ArtifactDetails;
  readonly outputArtifactDetails: ArtifactDetails;
}

/** The property of a type by which workers may ask for its jobs, with its value in a configuration; undefined when the type has none. */
export function queryableValue(
  type: CustomActionType,
  configuration: Readonly<Record<string, string>>,
): { readonly name: string; readonly value: string } | undefined {
  const property = type.actionConfigurationProperties.find(({ queryable }) => queryable);
  return property && { name: property.name, value: configuration[property.name] ?? '' };
}

const longestUrl = 2048;

/**
 * The page of the work in the worker's own system, from the template of its type. Values are data: none can leave the part of the address
 * that it stands in but by `/`. Undefined when a part is not known yet.
 */
export function executionUrl(
  type: CustomActionType,
  configuration: Readonly<Record<string, string>>,
  externalId: string | undefined,
): string | undefined {
  return fillIn(type.settings?.executionUrlTemplate, configuration, externalId);
}

/** The pages of what an action works on and of its configuration, likewise; without those that the type has no template for. */
export function actionUrls(
  { settings }: CustomActionType,
  configuration: Readonly<Record<string, string>>,
): { readonly entityUrl?: string; readonly revisionUrl?: string } {
  const entityUrl = fillIn(settings?.entityUrlTemplate, configuration);
  const revisionUrl = fillIn(settings?.revisionUrlTemplate, configuration);
  return { ...(entityUrl === undefined ? {} : { entityUrl }), ...(revisionUrl === undefined ? {} : { revisionUrl }) };
}

function fillIn(
  template: string | undefined,
  configuration: Readonly<Record<string, string>>,
  externalId?: string,
): string | undefined {
  let isKnown = true;
  const url = template?.replace(/\{(?:Config:([^{}]*)|ExternalExecutionId)\}/g, (_, name: string | undefined) => {
    const value = name === undefined ? externalId : configuration[name];
    isKnown &&= value !== undefined;
    return encodeURIComponent((value ?? '').toWellFormed()).replaceAll('%2F', '/');
  });
  return isKnown && url !== undefined && url.length <= longestUrl ? url : undefined;
}
