import { type Resource, type ResourceHandler, ServiceError, type StackContext } from '../service.ts';
import { uniqueId } from '../unique-id.ts';
import { type PolicyDocument, policyDocument, refuseOthers } from './policy-document.ts';

/** A policy that a role has, inline or attached. */
export interface RolePolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** A role of the template, with all that its permissions can be judged by. */
export interface Role {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  /** Who may assume it. */
  readonly trust: PolicyDocument;
  /** Its inline policies, and the managed ones. */
  readonly policies: readonly RolePolicy[];
  readonly permissionsBoundary: RolePolicy | undefined;
  readonly maxSessionSeconds: number;
}

/** A role as its own resource declares it, before policies that are declared apart are added. */
export interface DeclaredRole extends Omit<Role, 'policies' | 'permissionsBoundary'> {
  readonly inline: readonly RolePolicy[];
  /** ARNs of managed policies, and of the one that is the boundary. */
  readonly managed: readonly string[];
  readonly boundary: string | undefined;
}

const KNOWN = [
  ...[
    'AssumeRolePolicyDocument',
    'Description',
    'ManagedPolicyArns',
    'MaxSessionDuration',
    'Path',
    'PermissionsBoundary',
  ],
  ...['Policies', 'RoleName', 'Tags'],
];
const AN_HOUR = 3600;

/** Handles AWS::IAM::Role: Ref is the name, Arn has the path in it. */
export function roleHandler(context: StackContext, keep: (role: DeclaredRole) => void): ResourceHandler {
  return (resource) => {
    const role = declaredRole(context, resource);
    keep(role);
    return { ref: role.name, attributes: { Arn: role.arn, RoleId: role.id } };
  };
}

function declaredRole({ account, partition }: StackContext, { logicalId, name, properties }: Resource): DeclaredRole {
  refuseOthers(logicalId, properties, KNOWN);
  const path: string = properties.Path ?? '/';
  if (!/^\/([\x21-\x7e]+\/)?$/.test(path)) {
    throw new ServiceError('ValidationError', `The Path ${path} of ${logicalId} must begin and end with a slash.`);
  }
  const roleName: string = properties.RoleName ?? name;
  const arn = `arn:${partition}:iam::${account}:role${path}${roleName}`;
  const inline: readonly { PolicyName: string; PolicyDocument: unknown }[] = properties.Policies ?? [];
  return {
    arn,
    id: uniqueId('AROA', arn),
    name: roleName,
    path,
    trust: policyDocument(`AssumeRolePolicyDocument of ${logicalId}`, properties.AssumeRolePolicyDocument, 'trust'),
    inline: inline.map(({ PolicyName, PolicyDocument: document }) => ({
      name: PolicyName,
      document: policyDocument(`${PolicyName} of ${logicalId}`, document, 'identity'),
    })),
    managed: properties.ManagedPolicyArns ?? [],
    boundary: properties.PermissionsBoundary,
    maxSessionSeconds: Number(properties.MaxSessionDuration ?? AN_HOUR),
  };
}
