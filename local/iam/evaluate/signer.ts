import type { RequestContext } from './context.ts';
import { type Policy, readPolicy } from './policy.ts';
import type { Principal } from './principal.ts';

/** Whom the gateway found to have signed, and what STS agreed with it; no session for who signs with keys of its own. */
export interface Signer {
  readonly arn: string;
  readonly account: string;
  readonly session?: {
    readonly userId: string;
    readonly roleArn?: string;
    /** JSON */
    readonly policy?: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly sourceIdentity?: string;
  };
}

/** What an evaluation takes of the signer. */
export interface Signed {
  readonly principal: Principal;
  readonly context: RequestContext;
  readonly sessionPolicies: readonly Policy[];
}

/** Reads who signs: principal, the keys that its session brings, and the policy that limits it. */
export function readSigner({ arn, account, session }: Signer): Signed {
  const { roleArn, userId, tags = {}, sourceIdentity, policy } = session ?? {};
  const tagged = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const);
  return {
    principal: readPrincipal(arn, account, roleArn),
    context: {
      ...Object.fromEntries(tagged),
      'aws:userid': userId ?? account,
      ...(sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': sourceIdentity }),
    },
    sessionPolicies:
      policy === undefined ? [] : [readPolicy('session', `session policy of ${arn}`, JSON.parse(policy))],
  };
}

function readPrincipal(arn: string, account: string, roleArn: string | undefined): Principal {
  if (roleArn !== undefined) return { type: 'AssumedRole', arn, account, roleArn };
  if (arn.endsWith(':root')) return { type: 'Account', arn, account };
  if (/:user\//.test(arn)) return { type: 'User', arn, account };
  throw new Error(`${arn} signs a request, but is neither an account's root, nor a user, nor the session of a role.`);
}
