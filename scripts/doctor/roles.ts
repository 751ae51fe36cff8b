import { CannotLook } from './finding.ts';
import type { Place } from './place.ts';
import { elementsAt, textAt } from './xml.ts';

/** A role's name, the last part of its ARN. */
export const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** The trust policy of a role; undefined when there is no such role. */
export function trustOf(place: Place, arn: string): Promise<unknown> {
  const { account } = place;
  return account.once(`role ${arn}`, async () => {
    mustBeOurs(place, arn);
    try {
      const xml = await account.query('iam', { Action: 'GetRole', RoleName: roleName(arn) });
      const at = ['GetRoleResponse', 'GetRoleResult', 'Role'];
      if (textAt(xml, ...at, 'Arn') !== arn) return undefined;
      return JSON.parse(decodeURIComponent(textAt(xml, ...at, 'AssumeRolePolicyDocument') ?? ''));
    } catch (error) {
      if (isMissing(error)) return undefined;
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
  place: Place,
  role: string,
  actions: readonly string[],
  resource: string,
  context: Readonly<Record<string, string>> = {},
): Promise<readonly Decision[]> {
  mustBeOurs(place, role);
  const numbered = (name: string, values: readonly string[], member = '') =>
    values.map((value, index) => [`${name}.member.${index + 1}${member}`, value] as const);
  const keys = Object.keys(context);
  const values = keys.flatMap((key, index) =>
    numbered(`ContextEntries.member.${index + 1}.ContextKeyValues`, [context[key] ?? '']),
  );
  const parameters = Object.fromEntries([
    ...numbered('ActionNames', actions),
    ...numbered('ResourceArns', [resource]),
    ...numbered('ContextEntries', keys, '.ContextKeyName'),
    ...numbered(
      'ContextEntries',
      keys.map(() => 'string'),
      '.ContextKeyType',
    ),
    ...values,
  ]);
  try {
    const asked = { Action: 'SimulatePrincipalPolicy', PolicySourceArn: role, ...parameters };
    const xml = await place.account.query('iam', asked);
    const at = ['SimulatePrincipalPolicyResponse', 'SimulatePrincipalPolicyResult'];
    if (textAt(xml, ...at, 'IsTruncated') === 'true') throw new CannotLook('IAM answered in more than one part.');
    return elementsAt(xml, ...at, 'EvaluationResults', 'member').map((one) => ({
      action: textAt(one, 'EvalActionName') ?? '',
      resource,
      decision: textAt(one, 'EvalDecision') as Decision['decision'],
      withinBoundary: textAt(one, 'PermissionsBoundaryDecisionDetail', 'AllowedByPermissionsBoundary') !== 'false',
    }));
  } catch (error) {
    if (!isMissing(error)) throw error;
    return actions.map((action) => ({ action, resource, decision: 'implicitDeny', withinBoundary: true }) as const);
  }
}

function mustBeOurs({ accountId }: Place, arn: string): void {
  if (arn.split(':')[4] !== accountId) throw new CannotLook(`${arn} is of another account than ${accountId}.`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchEntity';
}
