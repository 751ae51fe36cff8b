import { GetRoleCommand, NoSuchEntityException, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { CannotLook } from './finding.ts';
import type { Place } from './place.ts';

/** A role's name, the last part of its ARN. */
export const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** The trust policy of a role; undefined when there is no such role. */
export function trustOf(place: Place, arn: string): Promise<unknown> {
  const { account } = place;
  return account.once(`role ${arn}`, async () => {
    mustBeOurs(place, arn);
    try {
      const { Role } = await account.iam.send(new GetRoleCommand({ RoleName: roleName(arn) }));
      if (Role?.Arn !== arn) return undefined;
      return JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument ?? ''));
    } catch (error) {
      if (error instanceof NoSuchEntityException) return undefined;
      throw error;
    }
  });
}

/** What IAM decides of one action on one resource. */
export interface Decision {
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** False: no statement of the role's policies can help, its permissions boundary does not allow it. */
  readonly withinBoundary: boolean;
}

/** What a role's own policies decide of each action on a resource. A role that there is not may do nothing. */
export async function simulate(
  place: Pick<Place, 'accountId'> & { readonly account: Pick<Place['account'], 'iam'> },
  role: string,
  actions: readonly string[],
  resource: string,
  context: Readonly<Record<string, string>> = {},
): Promise<readonly Decision[]> {
  mustBeOurs(place, role);
  const ContextEntries = Object.entries(context).map(([ContextKeyName, value]) => {
    return { ContextKeyName, ContextKeyType: 'string' as const, ContextKeyValues: [value] };
  });
  const asked = { PolicySourceArn: role, ActionNames: [...actions], ResourceArns: [resource], ContextEntries };
  try {
    const answer = await place.account.iam.send(new SimulatePrincipalPolicyCommand(asked));
    if (answer.IsTruncated) throw new CannotLook('IAM answered in more than one part.');
    return (answer.EvaluationResults ?? []).map((one) => ({
      action: one.EvalActionName ?? '',
      resource,
      decision: one.EvalDecision as Decision['decision'],
      withinBoundary: one.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary !== false,
    }));
  } catch (error) {
    if (!(error instanceof NoSuchEntityException)) throw error;
    return actions.map((action) => ({ action, resource, decision: 'implicitDeny', withinBoundary: true }) as const);
  }
}

function mustBeOurs({ accountId }: Pick<Place, 'accountId'>, arn: string): void {
  if (arn.split(':')[4] !== accountId) throw new CannotLook(`${arn} is of another account than ${accountId}.`);
}
