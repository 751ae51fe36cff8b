import type { ResourceHandler, StackContext } from '../service.ts';
import { uniqueId } from '../unique-id.ts';
import { type PolicyDocument, policyDocument, refuseOthers } from './policy-document.ts';

/** A policy that is declared apart from the roles that have it. */
export interface DeclaredPolicy {
  readonly name: string;
  /** Only a managed policy has an ARN. */
  readonly arn?: string;
  readonly document: PolicyDocument;
  /** Names of the roles that it is attached to, as the policy lists them. */
  readonly roles: readonly string[];
}

const MANAGED = ['Description', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'];
const INLINE = ['PolicyDocument', 'PolicyName', 'Roles'];

/** Handles AWS::IAM::ManagedPolicy: Ref is its ARN. */
export function managedPolicyHandler(context: StackContext, keep: (policy: DeclaredPolicy) => void): ResourceHandler {
  return ({ logicalId, name, properties }) => {
    refuseOthers(logicalId, properties, MANAGED);
    const policyName: string = properties.ManagedPolicyName ?? name;
    const arn = `arn:${context.partition}:iam::${context.account}:policy${properties.Path ?? '/'}${policyName}`;
    const document = policyDocument(logicalId, properties.PolicyDocument, 'identity');
    keep({ name: policyName, arn, document, roles: properties.Roles ?? [] });
    return { ref: arn, attributes: { PolicyArn: arn, PolicyId: uniqueId('ANPA', arn) } };
  };
}

/** Handles AWS::IAM::Policy, an inline policy of the roles that it lists: Ref is its name. */
export function inlinePolicyHandler(keep: (policy: DeclaredPolicy) => void): ResourceHandler {
  return ({ logicalId, properties }) => {
    refuseOthers(logicalId, properties, INLINE);
    const name: string = properties.PolicyName ?? logicalId;
    keep({
      name,
      document: policyDocument(logicalId, properties.PolicyDocument, 'identity'),
      roles: properties.Roles ?? [],
    });
    return { ref: name, attributes: {} };
  };
}
