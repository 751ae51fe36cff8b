import { type Place, PolicyError } from './policy-error.ts';

/** Who makes a request. The types are the values of `aws:PrincipalType`; a service acts as itself, not for a principal. */
export type Principal =
  | { readonly type: 'Account'; readonly arn: string; readonly account: string }
  | { readonly type: 'User'; readonly arn: string; readonly account: string }
  | { readonly type: 'AssumedRole'; readonly arn: string; readonly account: string; readonly roleArn: string }
  | { readonly type: 'Service'; readonly service: string }
  | { readonly type: 'Anonymous' };

/** A Principal or NotPrincipal element. */
export interface PrincipalElement {
  readonly everyone: boolean;
  readonly accounts: ReadonlySet<string>;
  /** Roles, users and sessions. */
  readonly arns: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
}

/**
 * What a Principal element has to do with a principal. `Direct`: it names the principal itself, or everyone. `Role`: it names the role of
 * the session. `Account`: it leaves the decision to the principal's account.
 */
export type Naming = 'Direct' | 'Role' | 'Account';

const ACCOUNT = /^\d{12}$/;
const ACCOUNT_ARN = /^arn:[\w-]+:iam::(\d{12}):root$/;
const PRINCIPAL_ARN = /^arn:[\w-]+:(iam::\d{12}:(role|user)\/|sts::\d{12}:assumed-role\/[^/]+\/)[^*?]+$/;
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)$/;

/** Reads a Principal or NotPrincipal element; refuses a type of principal that the local stack cannot evaluate. */
export function readPrincipals(place: Place, element: unknown): PrincipalElement {
  const given = element === '*' ? { AWS: '*' } : element;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new PolicyError(place, element, "is neither '*' nor an object of principals.");
  }
  const other = Object.keys(given).find((type) => type !== 'AWS' && type !== 'Service');
  if (other !== undefined)
    throw new PolicyError(place, other, 'is a type of principal that the local stack does not know.');
  const { AWS = [], Service = [] } = given as { AWS?: unknown; Service?: unknown };
  const principals = texts(place, AWS);
  for (const principal of principals) checkPrincipal(place, principal);
  const accounts = principals.map((principal) => ACCOUNT_ARN.exec(principal)?.[1] ?? principal);
  return {
    everyone: principals.includes('*'),
    accounts: new Set(accounts.filter((account) => ACCOUNT.test(account))),
    arns: new Set(principals.filter((principal) => PRINCIPAL_ARN.test(principal))),
    services: new Set(texts(place, Service).map((service) => checkedService(place, service))),
  };
}

function texts(place: Place, value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = list.find((each) => typeof each !== 'string');
  if (wrong !== undefined) throw new PolicyError(place, wrong, 'is not a text.');
  return list as readonly string[];
}

function checkPrincipal(place: Place, principal: string): void {
  const known = principal === '*' || [ACCOUNT, ACCOUNT_ARN, PRINCIPAL_ARN].some((form) => form.test(principal));
  if (!known) {
    const forms = "'*', an account, or the ARN of an account's root, a role, a user or a session, without wildcards";
    throw new PolicyError(place, principal, `is not a principal: it is to be ${forms}.`);
  }
}

function checkedService(place: Place, service: string): string {
  if (!SERVICE.test(service)) throw new PolicyError(place, service, 'is not the name of a service principal.');
  return service;
}

/** How a Principal element names a principal; undefined when it does not. */
export function naming(element: PrincipalElement, principal: Principal): Naming | undefined {
  if (element.everyone) return 'Direct';
  if (principal.type === 'Anonymous') return undefined;
  if (principal.type === 'Service') return element.services.has(principal.service) ? 'Direct' : undefined;
  if (element.arns.has(principal.arn)) return 'Direct';
  const ofAccount = element.accounts.has(principal.account);
  if (principal.type === 'Account') return ofAccount ? 'Direct' : undefined;
  if (principal.type === 'AssumedRole' && element.arns.has(principal.roleArn)) return 'Role';
  return ofAccount ? 'Account' : undefined;
}

/**
 * Whether a NotPrincipal element leaves a principal out of its Deny. AWS may judge account, role and session one after the other, so that
 * each of them has to be named (IAM User Guide, "NotPrincipal"); a role that is named alone is named with all its sessions.
 */
export function isExcepted(element: PrincipalElement, principal: Principal): boolean {
  if (principal.type === 'Anonymous' || principal.type === 'Service' || element.everyone) {
    return naming(element, principal) !== undefined;
  }
  if (!element.accounts.has(principal.account)) return false;
  if (principal.type === 'Account') return true;
  if (principal.type === 'User') return element.arns.has(principal.arn);
  const prefix = principal.arn.slice(0, principal.arn.lastIndexOf('/') + 1);
  const sessions = [...element.arns].filter((arn) => arn.startsWith(prefix));
  return element.arns.has(principal.roleArn) && (sessions.length === 0 || sessions.includes(principal.arn));
}
