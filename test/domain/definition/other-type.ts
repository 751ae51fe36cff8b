import type { ActionType } from '../../../functions/domain/action-type.ts';
import type { ActionTypeId } from '../../../functions/domain/declaration.ts';

/** An action type as a declaration names it: `Build/AWS/CodeBuild/1`. */
export function typeId(name: string): ActionTypeId {
  const [category, owner, provider, version] = name.split('/');
  return { category, owner, provider, version } as ActionTypeId;
}

/** A type that Sluice does not have, for the rules that types declare and none of its own does yet. */
export function otherType(name: string, more: Partial<ActionType> = {}): ActionType {
  const counts = { minimum: 0, maximum: 5 };
  return {
    id: typeId(name),
    class: 's3',
    properties: [],
    inputArtifacts: counts,
    outputArtifacts: counts,
    timeoutInMinutes: 60,
    ...more,
  };
}
