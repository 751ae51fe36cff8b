import { type RequestContext, readContext } from './context.ts';
import type { Policy } from './policy.ts';
import type { Naming, Principal } from './principal.ts';
import { type Asked, application, askedAction, type CheckedStatement, type PolicyKind } from './statement.ts';

/** A request and every policy that bears on it. */
export interface Evaluated {
  readonly principal: Principal;
  /** `s3:GetObject` */
  readonly action: string;
  /** The ARN, or `*` for an action without a resource. */
  readonly resource: string;
  /** Who owns the resource: without it the account in the ARN, and for an ARN without one the principal's. */
  readonly resourceAccount?: string;
  /** Keys of the request beside those that follow from principal and resource. */
  readonly context?: RequestContext;
  readonly identityPolicies: readonly Policy[];
  readonly resourcePolicy?: Policy;
  /** What the session was given when its role was assumed; none of them is no limit. */
  readonly sessionPolicies?: readonly Policy[];
  readonly permissionsBoundary?: Policy;
}

export interface Evaluation {
  readonly decision: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';
  /** The statement that allowed or denied; undefined for an implicit denial, and for the root user, whom none needs to allow. */
  readonly statement?: CheckedStatement;
  /** The kind of policy that allowed or denied, or that lacks the permission; undefined for the root user. */
  readonly kind?: PolicyKind;
  readonly policy?: string;
  /** A sentence for who reads a log. */
  readonly reason: string;
}

interface Found {
  readonly policy: Policy;
  readonly statement: CheckedStatement;
  readonly naming: Naming;
}

/**
 * Decides whether a request is allowed, as AWS publishes it (IAM User Guide, "Policy evaluation logic"): an explicit deny of any policy
 * wins. In one account the resource's policy or the identity's allows, within boundary and session policies; a resource's policy that names
 * the session or user itself is not limited by those. Keys and roles also need their own policy to allow. From another account, both must.
 */
export function evaluate(request: Evaluated): Evaluation {
  const asked = readRequest(request);
  const denied = find(policiesOf(request), 'Deny', asked);
  if (denied !== undefined) return decided('ExplicitDeny', denied);
  const { principal, resourcePolicy, action, resource } = request;
  const granted = resourcePolicy && best(resourcePolicy, asked);
  const owned = resourcePolicy?.kind ?? ownPolicy(action, resource);
  if (principal.type === 'Service' || principal.type === 'Anonymous') {
    return granted === undefined ? missing(owned ?? 'resource', action) : decided('Allow', granted);
  }
  const foreign = resourceAccount(request) !== principal.account;
  const own = owned === 'key' || owned === 'trust';
  if (principal.type === 'Account') return forRoot(granted, foreign || own ? (owned ?? 'resource') : undefined, action);
  if (!foreign && granted?.naming === 'Direct') return decided('Allow', granted);
  if (!foreign && own && granted === undefined) return missing(owned, action);
  const evaluation = withinLimits(request, asked, foreign || granted?.naming !== 'Role' ? undefined : granted);
  if (foreign && granted === undefined && evaluation.decision === 'Allow') return missing(owned ?? 'resource', action);
  return evaluation;
}

/** What identity, boundary and session allow together. `granted`: what stands for the identity's policies. */
function withinLimits(request: Evaluated, asked: Asked, granted: Found | undefined): Evaluation {
  const { identityPolicies, permissionsBoundary, sessionPolicies = [], action } = request;
  const allowed = granted ?? find(identityPolicies, 'Allow', asked);
  if (allowed === undefined) return missing('identity', action);
  if (permissionsBoundary && find([permissionsBoundary], 'Allow', asked) === undefined)
    return missing('boundary', action);
  if (sessionPolicies.length > 0 && find(sessionPolicies, 'Allow', asked) === undefined)
    return missing('session', action);
  return decided('Allow', allowed);
}

/** The root user may do anything in its own account; `needed`: the policy that has to allow even it. */
function forRoot(granted: Found | undefined, needed: PolicyKind | undefined, action: string): Evaluation {
  if (granted !== undefined) return decided('Allow', granted);
  if (needed !== undefined) return missing(needed, action);
  return { decision: 'Allow', reason: "The account's root user needs no policy." };
}

/** Services and strangers have no policies of their own. */
function policiesOf({ principal, ...request }: Evaluated): readonly Policy[] {
  const { identityPolicies, permissionsBoundary, sessionPolicies = [], resourcePolicy } = request;
  const ofPrincipal = [...identityPolicies, ...(permissionsBoundary ? [permissionsBoundary] : []), ...sessionPolicies];
  const ofResource = resourcePolicy ? [resourcePolicy] : [];
  const alone = principal.type === 'Service' || principal.type === 'Anonymous';
  if (alone && ofPrincipal.length > 0) throw new Error(`A principal of type ${principal.type} has no policies.`);
  return [...ofPrincipal, ...ofResource];
}

/** The policy that a key or role must have: without it nothing is allowed, whatever the identity's policies say. */
function ownPolicy(action: string, resource: string): PolicyKind | undefined {
  const name = action.toLowerCase();
  if (name.startsWith('kms:') && /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(resource)) return 'key';
  return /^sts:(assumerole|tagsession|setsourceidentity)$/.test(name) && resource !== '*' ? 'trust' : undefined;
}

function find(policies: readonly Policy[], effect: 'Allow' | 'Deny', asked: Asked): Found | undefined {
  for (const policy of policies) {
    const [found] = applying(policy, effect, asked);
    if (found !== undefined) return found;
  }
  return undefined;
}

const ORDER: readonly Naming[] = ['Direct', 'Role', 'Account'];

/** The statement that allows with the fewest limits. An account that is named allows nothing by itself, but for keys, roles and strangers. */
function best(policy: Policy, asked: Asked): Found | undefined {
  const found = applying(policy, 'Allow', asked);
  return ORDER.map((naming) => found.find((each) => each.naming === naming)).find((each) => each !== undefined);
}

function applying(policy: Policy, effect: 'Allow' | 'Deny', asked: Asked): readonly Found[] {
  return policy.statements.flatMap((statement) => {
    const naming = statement.effect === effect ? application(statement, asked) : undefined;
    return naming === undefined ? [] : [{ policy, statement, naming }];
  });
}

function decided(decision: 'Allow' | 'ExplicitDeny', { policy, statement }: Found): Evaluation {
  const verb = decision === 'Allow' ? 'allows' : 'denies';
  const reason = `${policy.name}, ${statement.place.statement} ${verb} it.`;
  return { decision, statement, kind: policy.kind, policy: policy.name, reason };
}

function missing(kind: PolicyKind, action: string): Evaluation {
  return { decision: 'ImplicitDeny', kind, reason: `No policy of kind ${kind} allows ${action}.` };
}

function readRequest(request: Evaluated): Asked {
  const { principal, resource, context = {} } = request;
  const action = askedAction(request.action, resource);
  const implied = { ...principalContext(principal), ...resourceContext(resourceAccount(request)) };
  return { principal, action, resource, context: readContext({ ...implied, ...context }) };
}

function resourceAccount({ resource, resourceAccount: given, principal }: Evaluated): string | undefined {
  const inArn = resource.split(':')[4];
  const ofPrincipal = 'account' in principal ? principal.account : undefined;
  return given ?? (inArn === undefined || inArn === '' ? ofPrincipal : inArn);
}

/** The global condition keys that say who asks. A session has its role's ARN as `aws:PrincipalArn`. */
function principalContext(principal: Principal): RequestContext {
  switch (principal.type) {
    case 'Anonymous':
      return { 'aws:PrincipalType': 'Anonymous', 'aws:PrincipalIsAWSService': false };
    case 'Service':
      return { 'aws:PrincipalIsAWSService': true, 'aws:PrincipalServiceName': principal.service };
    case 'Account':
    case 'User':
    case 'AssumedRole': {
      const { type, arn, account } = principal;
      return {
        'aws:PrincipalType': type,
        'aws:PrincipalAccount': account,
        'aws:PrincipalArn': principal.type === 'AssumedRole' ? principal.roleArn : arn,
        'aws:PrincipalIsAWSService': false,
        ...(type === 'User' ? { 'aws:username': arn.slice(arn.lastIndexOf('/') + 1) } : {}),
      };
    }
  }
}

function resourceContext(account: string | undefined): RequestContext {
  return account === undefined ? {} : { 'aws:ResourceAccount': account };
}
