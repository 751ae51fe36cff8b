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
