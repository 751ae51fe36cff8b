import { type ResourceHandler, ServiceError, type StackContext } from '../service.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import { type Alias, aliasHandler, type Key, keyHandler } from './keys.ts';
import { type DeclaredPolicy, inlinePolicyHandler, managedPolicyHandler } from './policies.ts';
import { type DeclaredRole, type Role, type RolePolicy, roleHandler } from './roles.ts';

/** The roles, policies and keys of the template, read from it at every start, and the roles that were made since. */
export interface Iam {
  /** By CloudFormation type. */
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** A role by its ARN, with every policy that it has, wherever it is declared. Throws for a managed policy that nobody knows. */
  role(arn: string): Role | undefined;
  roles(): ReadonlyMap<string, Role>;
  /** A key by its id, ARN or alias. */
  key(name: string): Key | undefined;
}

/** `made`: a role that is not of the template. */
export function openIam(context: StackContext, made: (arn: string) => DeclaredRole | undefined = () => undefined): Iam {
  const roles = new Map<string, DeclaredRole>();
  const policies: DeclaredPolicy[] = [];
  const keys = new Map<string, Key>();
  const aliases = new Map<string, Alias>();
  const keepPolicy = (policy: DeclaredPolicy): void => {
    policies.push(policy);
  };
  const role = (arn: string): Role | undefined => {
    const declared = roles.get(arn) ?? made(arn);
    return declared && withPolicies(declared, policies);
  };
  const key = (name: string): Key | undefined => {
    const alias = /(?:^|:)(alias\/.+)$/.exec(name)?.[1];
    const id = alias === undefined ? name : (aliases.get(alias)?.target ?? '');
    return keys.get(id.slice(id.lastIndexOf('/') + 1));
  };
  return {
    resources: {
      'AWS::IAM::Role': roleHandler(context, (declared) => roles.set(declared.arn, declared)),
      'AWS::IAM::ManagedPolicy': managedPolicyHandler(context, keepPolicy),
      'AWS::IAM::Policy': inlinePolicyHandler(keepPolicy),
      'AWS::KMS::Key': keyHandler(context, (declared) => keys.set(declared.id, declared)),
      'AWS::KMS::Alias': aliasHandler((alias) => aliases.set(alias.name, alias)),
    },
    role,
    roles: () => new Map([...roles].map(([arn, declared]) => [arn, withPolicies(declared, policies)])),
    key,
  };
}

function withPolicies({ inline, managed, boundary, ...role }: DeclaredRole, all: readonly DeclaredPolicy[]): Role {
  const listing: readonly RolePolicy[] = all.filter(({ arn, roles }) => {
    return roles.includes(role.name) && !(arn !== undefined && managed.includes(arn));
  });
  const attached = managed.map((arn) => managedPolicy(role.name, arn, all));
  return {
    ...role,
    policies: [...inline, ...attached, ...listing.map(({ name, document }) => ({ name, document }))],
    permissionsBoundary: boundary === undefined ? undefined : managedPolicy(role.name, boundary, all),
  };
}

function managedPolicy(role: string, arn: string, all: readonly DeclaredPolicy[]): RolePolicy {
  const declared = all.find((policy) => policy.arn === arn);
  if (declared !== undefined) return { name: declared.name, document: declared.document };
  const document = awsManagedPolicy(arn);
  if (document !== undefined) return { name: arn.slice(arn.lastIndexOf('/') + 1), document };
  const message = `The role ${role} has the managed policy ${arn}, whose text the local stack does not know.`;
  throw new ServiceError('NoSuchEntity', message, 404);
}
