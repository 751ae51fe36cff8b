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
  /** Whether the policy of what is acted on allows it alone: then the role's own need not. */
  readonly allowed?: (action: string, resource: string) => Promise<boolean>;
}

/** Looks whether a role's policies allow what an action will do. */
export function mayDo(place: Place, right: Right): Promise<readonly Finding[]> {
  const { purpose, role, actions, on, context } = right;
  const what = `${purpose}: the role ${roleName(role)} may ${actions.join(', ')}`;
  return lookingAt(what, async () => {
    const decisions: Decision[] = [];
    for (const resource of on) decisions.push(...(await simulate(place, role, actions, resource, context)));
    if (decisions.length === 0) return notChecked(what, 'IAM decided nothing.');
    const refused: Decision[] = [];
    for (const one of decisions) if (!(await isAllowed(one, right))) refused.push(one);
    return refused.length === 0 ? ok(what) : lacking(what, right, refused);
  });
}

async function isAllowed({ action, resource, decision, withinBoundary }: Decision, right: Right): Promise<boolean> {
  if (decision !== 'implicitDeny' || !withinBoundary) return decision === 'allowed';
  return (await right.allowed?.(action, resource)) ?? false;
}

function lacking(what: string, right: Right, refused: readonly Decision[]): Finding {
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
