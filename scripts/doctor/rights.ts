import { type Finding, lookingAt, missing, notChecked, ok } from './finding.ts';
import type { Place } from './place.ts';
import { type Decision, roleName, simulate } from './roles.ts';

/** What a role has to be allowed by its own policies. */
export interface Right {
  /** For what, in the reader's words. */
  readonly purpose: string;
  readonly role: string;
  readonly actions: readonly string[];
  /** What a run will act on; judged. */
  readonly on: readonly string[];
  /** The Resource of a statement that allows it, when that is wider. */
  readonly grant?: string | readonly string[];
  readonly context?: Readonly<Record<string, string>>;
}

/** Looks whether a role's policies allow what an action will do. */
export function mayDo(place: Place, right: Right): Promise<readonly Finding[]> {
  const { purpose, role, actions, on, context } = right;
  const what = `${purpose}: the role ${roleName(role)} may ${actions.join(', ')}`;
  return lookingAt(what, async () => judged(what, right, await simulate(place, role, actions, on, context)));
}

function judged(what: string, right: Right, decisions: readonly Decision[]): Finding | readonly Finding[] {
  const refused = decisions.filter(({ decision }) => decision !== 'allowed');
  if (decisions.length === 0) return notChecked(what, 'IAM decided nothing.');
  if (refused.length === 0) return ok(what);
  const { role, on, grant } = right;
  const actions = [...new Set(refused.map(({ action }) => action))];
  const denied = refused.find(({ decision }) => decision === 'explicitDeny');
  if (denied !== undefined) {
    const why = `a policy denies ${denied.action} on ${denied.resource}`;
    return missing(what, why, {
      do: `Take ${denied.action} on ${denied.resource} out of the Deny, of the role ${role}.`,
    });
  }
  const isBound = refused.every(({ withinBoundary }) => !withinBoundary);
  const Resource = grant ?? (on.length === 1 ? on[0] : on);
  const where = isBound
    ? `the permissions boundary of the role ${role}, and its policies`
    : `a policy of the role ${role}`;
  const why = isBound
    ? `its permissions boundary does not allow ${actions.join(', ')}`
    : `nothing allows ${actions.join(', ')}`;
  const Action = actions.length === 1 ? actions[0] : actions;
  return missing(what, why, { where, statement: { Effect: 'Allow', Action, Resource, ...conditionOf(right) } });
}

function conditionOf({ context = {} }: Right): object {
  return Object.keys(context).length === 0 ? {} : { Condition: { StringEquals: context } };
}
