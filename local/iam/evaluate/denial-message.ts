import type { Evaluated, Evaluation } from './evaluate.ts';
import type { Principal } from './principal.ts';
import type { PolicyKind } from './statement.ts';

const NAMES: Readonly<Record<PolicyKind, string>> = {
  identity: 'an identity-based policy',
  session: 'a session policy',
  boundary: 'a permissions boundary',
  resource: 'a resource-based policy',
  key: 'a resource-based policy',
  trust: 'the role trust policy',
};

/** The message of AWS's AccessDenied (IAM User Guide, "Troubleshoot access denied error messages"). S3 puts the resource in quotes, and leaves `*` out. */
export function denialMessage(
  { principal, action, resource }: Pick<Evaluated, 'principal' | 'action' | 'resource'>,
  { decision, kind = 'identity' }: Evaluation,
): string {
  const name = NAMES[kind];
  const why =
    decision === 'ExplicitDeny'
      ? `with an explicit deny in ${name}`
      : `because no ${name.replace(/^\w+ /, '')} allows the ${action} action`;
  return `User: ${who(principal)} is not authorized to perform: ${action}${on(action, resource)} ${why}`;
}

function who(principal: Principal): string {
  if (principal.type === 'Anonymous') return 'anonymous';
  return principal.type === 'Service' ? principal.service : principal.arn;
}

function on(action: string, resource: string): string {
  if (!action.startsWith('s3:')) return ` on resource: ${resource}`;
  return resource === '*' ? '' : ` on resource: "${resource}"`;
}
