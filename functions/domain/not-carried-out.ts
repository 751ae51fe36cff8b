import { type ActionType, typeName } from './action-type.ts';
import { findActionType } from './action-types.ts';
import type { ActionDeclaration } from './declaration.ts';
import type { At } from './definition/breach.ts';
import { references } from './variables.ts';

/** What of an action Sluice may be unable to carry out (decision 0021). */
export type Obstructed = 'actionTypeId' | keyof typeof byKey;

/** Why an action of an accepted definition fails when it is run. */
export interface Obstacle {
  readonly of: Obstructed;
  /** Where it is in the action. */
  readonly at: At;
  /** A sentence without its full stop. */
  readonly why: string;
  /** Whether the action fails in any case; a variable may stand for what fails and for what does not. */
  readonly isSure: boolean;
}

/** Everything by which a declared action fails before it does anything. What a type that is not carried out makes of its keys does not count. */
export function obstacles(action: ActionDeclaration): readonly Obstacle[] {
  const type = findActionType(action.actionTypeId);
  const ofType = type && whyNotCarriedOut(type);
  return [
    ...(ofType === undefined ? [] : [sure('actionTypeId', ofType, [])]),
    ...(type?.class === undefined ? [] : ofKeys(type, action)),
  ];
}

/** Why an action of a type cannot be carried out; undefined when it can. */
export function whyNotCarriedOut(type: ActionType): string | undefined {
  return type.class === undefined
    ? `Sluice does not carry out actions of the type ${typeName(type.id)} yet`
    : undefined;
}

/** Why no build is started with a value of BatchEnabled: one build instead of a batch would be less than the definition says. */
export function whyNoBuild(enabled = 'false'): string | undefined {
  if (enabled === 'false') return undefined;
  return enabled === 'true'
    ? 'BatchEnabled is true, and Sluice does not carry out batch builds yet'
    : `BatchEnabled must be true or false, not '${enabled.slice(0, 100)}'`;
}

/** Why nothing is fetched with a value of OutputArtifactFormat: a zip file instead of a reference would not be what the definition says. */
export function whyNotFetched(format = 'CODE_ZIP'): string | undefined {
  return format === 'CODE_ZIP'
    ? undefined
    : `OutputArtifactFormat is '${format.slice(0, 100)}', and Sluice makes only CODE_ZIP yet`;
}

const byKey = { BatchEnabled: whyNoBuild, OutputArtifactFormat: whyNotFetched } as const;

function ofKeys({ properties }: ActionType, { configuration = {} }: ActionDeclaration): readonly Obstacle[] {
  return (Object.keys(byKey) as (keyof typeof byKey)[]).flatMap((key) => {
    const value = properties.some(({ name }) => name === key) ? configuration[key] : undefined;
    const why = byKey[key](value);
    if (value === undefined || why === undefined) return [];
    if (references(value).length === 0) return [sure(key, why, ['configuration'])];
    const late = `only a run knows what ${key} '${value}' stands for`;
    return [{ ...sure(key, late, ['configuration']), isSure: false }];
  });
}

function sure(of: Obstructed, why: string, within: At): Obstacle {
  return { of, at: [...within, of], why, isSure: true };
}
