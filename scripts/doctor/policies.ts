import type { RequestContext } from '../../local/iam/evaluate/context.ts';
import { evaluate } from '../../local/iam/evaluate/evaluate.ts';
import { type Policy, readPolicy } from '../../local/iam/evaluate/policy.ts';
import type { Principal } from '../../local/iam/evaluate/principal.ts';
import { CannotLook } from './finding.ts';
import { roleName } from './roles.ts';

/** What is asked of the policy of a role, bucket, key or topic. */
export interface Question {
  /** A role's ARN, or the name of a service. */
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: RequestContext;
  /** Whether the policy is to admit without any of the caller's own. */
  readonly alone?: boolean;
}

/**
 * Whether a policy of a resource leaves room for a request that the caller's own policies allow, or allows it alone: judged by the very
 * evaluator that the local stack enforces. Statements that it cannot read do not count, unless they could turn the answer: then it cannot be given.
 */
export function admits(kind: 'trust' | 'key' | 'resource', document: unknown, question: Question): boolean {
  const { read, unread } = statementsOf(kind, document);
  const { who, action, resource, context = {}, alone = false } = question;
  const principal = principalOf(who);
  const { decision } = evaluate({
    principal,
    action,
    resource,
    context: { 'aws:SecureTransport': true, ...context },
    identityPolicies: alone || principal.type === 'Service' ? [] : [everything],
    resourcePolicy: { kind, name: 'policy', document: {}, statements: read.flatMap(({ statements }) => statements) },
  });
  const turning = { Allow: 'Deny', ImplicitDeny: 'Allow', ExplicitDeny: undefined }[decision];
  const other = unread.find(({ effect, actions }) => effect === turning && concern(actions, action));
  if (other !== undefined) throw new CannotLook(`its policy has a statement that cannot be judged here: ${other.why}`);
  return decision === 'Allow';
}

const everything = readPolicy('identity', 'all', {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

function statementsOf(kind: 'trust' | 'key' | 'resource', document: unknown) {
  const { Version, Statement } = document as { Version?: string; Statement: unknown };
  const read: Policy[] = [];
  const unread: { effect: unknown; actions: unknown; why: string }[] = [];
  for (const statement of [Statement].flat()) {
    try {
      read.push(readPolicy(kind, 'policy', { ...(Version ? { Version } : {}), Statement: [statement] }));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const { Effect: effect, Action: actions } = statement as { Effect?: unknown; Action?: unknown };
      unread.push({ effect, actions, why: error.message });
    }
  }
  return { read, unread };
}

/** Whether a statement that cannot be read may be about an action: one without Action (NotAction, or malformed) may. */
function concern(actions: unknown, action: string): boolean {
  if (actions === undefined) return true;
  return [actions].flat().some((pattern) => {
    const expression = String(pattern)
      .replace(/[.+^$()|[\]\\{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${expression}$`, 'i').test(action);
  });
}

function principalOf(who: string): Principal {
  if (!who.startsWith('arn:')) return { type: 'Service', service: who };
  const [, partition, , , account = ''] = who.split(':');
  const arn = `arn:${partition}:sts::${account}:assumed-role/${roleName(who)}/session`;
  return { type: 'AssumedRole', arn, account, roleArn: who };
}
