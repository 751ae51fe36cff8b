import type { ActionType, ConfigurationProperty, Demand } from '../action-type.ts';
import type { ActionCategory } from '../declaration.ts';

type Further = Pick<ConfigurationProperty, 'secret' | 'values' | 'fault'>;

/** A configuration key that every action of the type has. */
export function required(name: string, description: string, more: Further = {}): ConfigurationProperty {
  return { name, required: true, description, ...more };
}

/** A configuration key that an action may have. */
export function optional(name: string, description: string, more: Further = {}): ConfigurationProperty {
  return { name, required: false, description, ...more };
}

/** A configuration key that an action has when the key `other` is as `is` says. */
export function requiredWhen(
  other: string,
  is: Demand['is'],
  name: string,
  description: string,
): ConfigurationProperty {
  return { name, required: false, requiredWhen: { key: other, is }, description };
}

/** A configuration key that is `true` or `false`. */
export function flag(name: string, description: string): ConfigurationProperty {
  return optional(name, description, { values: ['true', 'false'] });
}

/** How many artifacts an action has: so many, or between two numbers. */
export function count(minimum: number, maximum = minimum): ActionType['inputArtifacts'] {
  return { minimum, maximum };
}

/** The id of an action type of AWS, in its first version. */
export function awsType(category: ActionCategory, provider: string): ActionType['id'] {
  return { category, owner: 'AWS', provider, version: '1' };
}

/** What actions have when nothing else is said (user guide, quotas), in minutes. */
export const hour = 60;
export const day = 24 * hour;
