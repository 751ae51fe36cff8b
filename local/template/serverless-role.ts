import { invalid, isList, isMap, type RawResource, type Value, type ValueMap } from './document.ts';
import { asFunction } from './intrinsics.ts';
import { present } from './serverless-properties.ts';

/** An inline policy as an AWS::IAM::Role has it. */
export interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: ValueMap;
}

interface RoleParts {
  readonly service: string;
  readonly properties: ValueMap;
  readonly tags?: readonly Value[];
  /** ARNs of managed policies that the kind of resource needs before those that the template lists. */
  readonly managed?: readonly string[];
  /** The same, after them. */
  readonly managedLast?: readonly string[];
  /** Policies for what the resource is connected to, before those that the template lists, and after them. */
  readonly inline?: readonly InlinePolicy[];
  readonly inlineLast?: readonly InlinePolicy[];
}

/** The role that SAM generates when none is given, made of Policies, RolePath, PermissionsBoundary and AssumeRolePolicyDocument. */
export function generatedRole(roleId: string, parts: RoleParts): RawResource {
  const { properties, managed = [], managedLast = [], inline = [], inlineLast = [] } = parts;
  const listed = policiesOf(roleId, properties['Policies']);
  const own = [...inline, ...listed.inline];
  const documents = new Set(own.map(({ PolicyDocument }) => JSON.stringify(PolicyDocument)));
  const policies = [
    ...own,
    ...inlineLast.filter(({ PolicyDocument }) => !documents.has(JSON.stringify(PolicyDocument))),
  ];
  return {
    Type: 'AWS::IAM::Role',
    Properties: present({
      AssumeRolePolicyDocument: properties['AssumeRolePolicyDocument'] ?? trust(parts.service),
      ManagedPolicyArns: [...new Set<Value>([...managed, ...listed.managed, ...managedLast])],
      Path: properties['RolePath'],
      Policies: policies.length > 0 ? policies.map((policy) => ({ ...policy })) : undefined,
      PermissionsBoundary: properties['PermissionsBoundary'],
      Tags: parts.tags,
    }),
  };
}

/** A policy that allows one action on one resource, as SAM writes it for what it connects. */
export function allow(PolicyName: string, Action: string, Resource: Value): InlinePolicy {
  return { PolicyName, PolicyDocument: { Statement: [{ Action, Effect: 'Allow', Resource }] } };
}

/** A trust policy for a service of AWS. */
export function trust(service: string): ValueMap {
  const statement = { Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } };
  return { Version: '2012-10-17', Statement: [statement] };
}

function policiesOf(
  roleId: string,
  policies: Value = [],
): { managed: readonly Value[]; inline: readonly InlinePolicy[] } {
  const managed: Value[] = [];
  const inline: InlinePolicy[] = [];
  for (const [index, policy] of (isList(policies) ? policies : [policies]).entries()) {
    if (asFunction(policy) !== undefined || (typeof policy === 'string' && policy.startsWith('arn:')))
      managed.push(policy);
    else if (isMap(policy) && policy['Statement'] !== undefined) inline.push(statements(roleId, index, policy));
    else throw invalid(refusal(roleId, policy));
  }
  return { managed, inline };
}

function statements(roleId: string, index: number, policy: ValueMap): InlinePolicy {
  const { Statement = [] } = policy as { Statement?: Value };
  const list = isList(Statement) ? Statement : [Statement];
  return { PolicyName: `${roleId}Policy${index}`, PolicyDocument: { ...policy, Statement: list } };
}

function refusal(roleId: string, policy: Value): string {
  if (!isMap(policy)) return `${roleId} names the policy ${JSON.stringify(policy)}: name a managed policy by its ARN.`;
  const name = Object.keys(policy).join(', ');
  return `The policy ${name} for ${roleId} has no Statement: SAM's policy templates are not expanded, since they grant too much.`;
}
