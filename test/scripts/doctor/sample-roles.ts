import {
  artifactAccess,
  buildAccess,
  buildTrust,
  logAccess,
  pipelineTrust,
  policy,
} from '../../../local/sample/roles.ts';
import type { Stack } from '../../../local/stack.ts';
import type { Finding, Statement } from '../../../scripts/doctor/finding.ts';

/** The statements of a role. */
export interface RoleStatements {
  readonly trust: readonly Statement[];
  readonly policy: readonly Statement[];
}

/** Roles by their name. */
export type Roles = Readonly<Record<string, RoleStatements>>;

/** The roles of the sample as it is made: each action of a statement on its own, so that one can be taken away. */
export function sampleRoles(stack: Stack): Roles {
  const site = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::hello-site/*' };
  return {
    'hello-site-pipeline': {
      trust: statementsOf(pipelineTrust(stack, 'hello-site')),
      policy: split([...artifactAccess(stack), buildAccess(stack, 'hello-site'), site]),
    },
    'hello-site-build': {
      trust: statementsOf(buildTrust(stack)),
      policy: split([...artifactAccess(stack), logAccess(stack, 'hello-site')]),
    },
  };
}

/** Makes the roles what they are said to be. */
export function putRoles(stack: Stack, roles: Roles): void {
  for (const [name, { trust, policy: own }] of Object.entries(roles))
    stack.putRole({ name, trust: policy(...trust), policies: own.length > 0 ? { run: policy(...own) } : {} });
}

/** The roles without the statements of one of them that a test picks. */
export function without(roles: Roles, name: string, gone: (statement: Statement) => boolean): Roles {
  const { trust, policy: own } = roleIn(roles, name);
  const kept = (statements: readonly Statement[]) => statements.filter((statement) => !gone(statement));
  return { ...roles, [name]: { trust: kept(trust), policy: kept(own) } };
}

/** The roles with the statements that the doctor prints, each put where it says: what a person does who reads it. */
export function mended(roles: Roles, findings: readonly Finding[]): Roles {
  const now = new Map(Object.entries(roles));
  for (const found of findings) {
    if (found.status !== 'MISSING' || !('statement' in found.remedy)) continue;
    const { where, statement } = found.remedy;
    const [, place, name = ''] =
      /^(the trust policy|a policy) of the role arn:aws:iam::\d{12}:role\/(\S+)$/.exec(where) ?? [];
    if (place === undefined) throw new Error(`A test cannot put a statement into ${where}.`);
    const { trust, policy: own } = now.get(name) ?? { trust: [], policy: [] };
    const more = [statement].flat();
    const isTrust = place === 'the trust policy';
    now.set(name, isTrust ? { trust: [...trust, ...more], policy: own } : { trust, policy: [...own, ...more] });
  }
  return Object.fromEntries(now);
}

function roleIn(roles: Roles, name: string): RoleStatements {
  const role = roles[name];
  if (role === undefined) throw new Error(`There is no role ${name}.`);
  return role;
}

function statementsOf(document: object): readonly Statement[] {
  return (document as { Statement: readonly Statement[] }).Statement;
}

function split(statements: readonly object[]): readonly Statement[] {
  return (statements as readonly Statement[]).flatMap((statement) =>
    [statement['Action']].flat().map((Action) => ({ ...statement, Action })),
  );
}
