import type { AccessContext, AccessRequest } from '../access.ts';
import type { Clock } from '../clock.ts';
import type { Sender } from '../ports.ts';
import type { Caller, StackContext } from '../service.ts';
import { denialMessage } from './evaluate/denial-message.ts';
import { type Evaluated, evaluate } from './evaluate/evaluate.ts';
import { type Policy, readPolicy } from './evaluate/policy.ts';
import { PolicyError } from './evaluate/policy-error.ts';
import type { Principal } from './evaluate/principal.ts';
import type { PolicyKind } from './evaluate/statement.ts';
import type { Iam } from './iam.ts';
import type { PolicyDocument } from './policy-document.ts';
import type { Role } from './roles.ts';

/** What the authorizer knows of a session beside its ARN. */
export interface KnownSession {
  readonly arn: string;
  readonly userId: string;
  readonly roleArn?: string;
  /** Session policy, JSON. */
  readonly policy?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly sourceIdentity?: string;
}

/** A denial in AWS's words: who, what, on what, and why. */
export interface Denial {
  readonly action: string;
  readonly message: string;
}

/** Decides who may do what, by every policy that bears on it. */
export interface Authorizer {
  /** Why a caller may not have one of these; undefined when it may have all. `sourceIp` is where its request came from, `region` for which it is signed. */
  denialOf(caller: Caller, access: readonly AccessRequest[], sourceIp: string, region?: string): Denial | undefined;
  /** The same for a service of the stack that calls another, as itself or with a role that must trust it. */
  denialOfService(sender: Sender, access: readonly AccessRequest[]): Denial | undefined;
}

/** A request that was judged, with all that it was judged by, and what came of it. */
export interface Judged extends Evaluated {
  readonly decision: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';
}

interface Asking {
  readonly principal: Principal;
  readonly context: AccessContext;
  readonly identityPolicies: readonly Policy[];
  readonly sessionPolicies?: readonly Policy[];
  readonly permissionsBoundary?: Policy;
}

const COMPILED_AT_MOST = 1000;

/**
 * Opens the authorizer. `sessionOf` finds the session of an access key; without one the caller is the account itself. `observe` is told of
 * everything that is judged.
 */
export function openAuthorizer(
  context: StackContext,
  iam: Pick<Iam, 'role' | 'key'>,
  sessionOf: (accessKeyId: string) => KnownSession | undefined,
  observe: (judged: Judged) => void = () => {},
): Authorizer {
  const read = compiler();

  function judge(asking: Asking, { action, resource, context: given = {}, policy }: AccessRequest): Denial | undefined {
    const key = action.startsWith('kms:') ? iam.key(resource) : undefined;
    const kind = action.startsWith('sts:') ? 'trust' : 'resource';
    const own = key ? read('key', key.arn, key.policy) : policy && read(kind, `the policy of ${resource}`, policy);
    const asked: Evaluated = {
      ...asking,
      action,
      resource: key?.arn ?? resource,
      context: {
        ...asking.context,
        ...('kms:ViaService' in given ? { 'aws:ViaAWSService': true } : {}),
        ...(key ? { 'kms:CallerAccount': context.account } : {}),
        ...given,
      },
      ...(own ? { resourcePolicy: own } : {}),
    };
    const evaluation = evaluate(asked);
    observe({ ...asked, decision: evaluation.decision });
    return evaluation.decision === 'Allow' ? undefined : { action, message: denialMessage(asked, evaluation) };
  }

  /** What cannot be judged is allowed to nobody but the administrator, who must be able to mend it. */
  function judged(asking: Asking, access: AccessRequest): Denial | undefined {
    try {
      return judge(asking, access);
    } catch (error) {
      if (asking.principal.type === 'Account') return undefined;
      const message = error instanceof Error ? error.message : String(error);
      return { action: access.action, message: `${access.action} on ${access.resource} cannot be judged: ${message}` };
    }
  }

  function firstDenial(asking: Asking, accesses: readonly AccessRequest[]): Denial | undefined {
    for (const access of accesses) {
      const denial = judged(asking, access);
      if (denial !== undefined) return denial;
    }
    return undefined;
  }

  function ofRole(role: Role, arn: string, userId: string): Asking {
    const { permissionsBoundary: boundary } = role;
    return {
      principal: { type: 'AssumedRole', arn, account: context.account, roleArn: role.arn },
      context: { 'aws:userid': userId },
      identityPolicies: role.policies.map(({ name, document }) => read('identity', name, document)),
      ...(boundary ? { permissionsBoundary: read('boundary', boundary.name, boundary.document) } : {}),
    };
  }

  function ofCaller({ arn, accessKeyId }: Caller): Asking {
    const session = sessionOf(accessKeyId);
    if (session?.roleArn === undefined) {
      return { principal: { type: 'Account', arn, account: context.account }, context: {}, identityPolicies: [] };
    }
    const role = iam.role(session.roleArn);
    const { policy, tags, sourceIdentity, userId } = session;
    const principal = { type: 'AssumedRole', arn, account: context.account, roleArn: session.roleArn } as const;
    const asking = role ? ofRole(role, arn, userId) : { principal, context: {}, identityPolicies: [] };
    return {
      ...asking,
      context: {
        ...asking.context,
        ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:PrincipalTag/${name}`, value])),
        ...(sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': sourceIdentity }),
      },
      ...(policy === undefined ? {} : { sessionPolicies: [read('session', 'the session policy', policy)] }),
    };
  }

  function ofService({ service, sourceArn }: Sender): Asking {
    const source = sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn };
    return {
      principal: { type: 'Service', service },
      context: { 'aws:SourceAccount': context.account, ...source },
      identityPolicies: [],
    };
  }

  function ofSender(sender: Sender): Asking | Denial {
    const { role: roleArn, session = 'session' } = sender;
    if (roleArn === undefined) return ofService(sender);
    const role = iam.role(roleArn);
    const policy = role && JSON.stringify(role.trust);
    const denial = judged(withRequest(ofService(sender)), { action: 'sts:AssumeRole', resource: roleArn, policy });
    if (denial !== undefined || role === undefined) return denial ?? noRole(roleArn);
    const arn = `arn:${context.partition}:sts::${context.account}:assumed-role/${role.name}/${session}`;
    return ofRole(role, arn, `${role.id}:${session}`);
  }

  /** Loopback stands for TLS: nothing leaves the machine, and policies that demand it are about the network. */
  function withRequest(asking: Asking, sourceIp?: string, region = context.region): Asking {
    const request = {
      ...timeKeys(context.clock),
      'aws:RequestedRegion': region,
      'aws:SecureTransport': true,
      'aws:ViaAWSService': false,
      ...(sourceIp === undefined ? {} : { 'aws:SourceIp': sourceIp }),
    };
    return { ...asking, context: { ...request, ...asking.context } };
  }

  return {
    denialOf: (caller, access, sourceIp, region) =>
      firstDenial(withRequest(ofCaller(caller), sourceIp, region), access),
    denialOfService(sender, access) {
      const asking = ofSender(sender);
      return 'message' in asking ? asking : firstDenial(withRequest(asking), access);
    },
  };
}

function noRole(roleArn: string): Denial {
  return { action: 'sts:AssumeRole', message: `The role ${roleArn} does not exist.` };
}

function timeKeys(clock: Clock): AccessContext {
  const now = clock.now();
  return { 'aws:CurrentTime': new Date(now).toISOString(), 'aws:EpochTime': Math.floor(now / 1000) };
}

/** Reads each policy once: those of roles are objects that stay, those of resources texts that may change. */
function compiler(): (kind: PolicyKind, name: string, policy: PolicyDocument | string) => Policy {
  const byDocument = new WeakMap<PolicyDocument, Policy>();
  const byText = new Map<string, Policy>();
  return (kind, name, policy) => {
    if (typeof policy === 'object') {
      const made = byDocument.get(policy) ?? readPolicy(kind, name, policy);
      byDocument.set(policy, made);
      return made;
    }
    const text = `${kind}\n${name}\n${policy}`;
    const made = byText.get(text) ?? readPolicy(kind, name, parsed(name, policy));
    if (byText.size >= COMPILED_AT_MOST) byText.clear();
    byText.set(text, made);
    return made;
  };
}

function parsed(name: string, policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch {
    throw new PolicyError({ policy: name }, undefined, 'is not JSON.');
  }
}
