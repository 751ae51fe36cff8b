import { ServiceError, type StackContext } from '../service.ts';
import type { RequestContext } from './evaluate/context.ts';
import { type Evaluation, evaluate } from './evaluate/evaluate.ts';
import { type Policy, readPolicy } from './evaluate/policy.ts';
import { type Call, type Operation, text } from './role-operations.ts';
import type { Role } from './roles.ts';
import type { Elements } from './xml.ts';

/** Parameters that would change the answer, and are not there. */
const UNKNOWN = [
  ...['CallerArn', 'PermissionsBoundaryPolicyInputList', 'PolicyInputList', 'ResourceHandlingOption', 'ResourcePolicy'],
  ...['Marker', 'MaxItems'],
];
const DECISIONS = { Allow: 'allowed', ExplicitDeny: 'explicitDeny', ImplicitDeny: 'implicitDeny' } as const;

/**
 * SimulatePrincipalPolicy: what a role's own policies and its boundary decide about each action on each resource. As on AWS, the policies
 * of resources, keys and roles that are acted on do not count (IAM API reference, SimulatePrincipalPolicy), nor does a session policy.
 */
export const simulatePrincipalPolicy: Operation = (call) => {
  const { form, context } = call;
  const other = [...form.keys()].find((key) => UNKNOWN.some((name) => key === name || key.startsWith(`${name}.`)));
  if (other !== undefined)
    throw new ServiceError('ValidationError', `The local stack does not know ${other} of SimulatePrincipalPolicy.`);
  const role = roleOf(call);
  const actions = members(form, 'ActionNames');
  if (actions.length === 0) throw new ServiceError('ValidationError', 'The parameter ActionNames is missing.');
  const given = members(form, 'ResourceArns');
  const resources = given.length > 0 ? given : ['*'];
  const keys = contextOf(form);
  const owner = form.get('ResourceOwner');
  const account = owner === null ? context.account : (/^arn:[^:]+:iam::(\d{12}):root$/.exec(owner)?.[1] ?? owner);
  const simulate = simulationOf(role, context, keys, account);
  return {
    IsTruncated: 'false',
    EvaluationResults: actions.flatMap((action) =>
      resources.map((resource) => shown(action, resource, simulate(action, resource))),
    ),
  };
};

function roleOf({ form, iam }: Call): Role {
  const arn = text(form, 'PolicySourceArn');
  const role = iam.role(arn);
  if (role !== undefined) return role;
  if (/:role\//.test(arn)) throw new ServiceError('NoSuchEntity', `The role with ARN ${arn} cannot be found.`, 404);
  throw new ServiceError('InvalidInput', `The local stack simulates the policies of roles only, not of ${arn}.`);
}

/** A decision, and whether the boundary allows it, of a role that has one. */
interface Simulated extends Evaluation {
  readonly withinBoundary?: boolean;
}

type Simulate = (action: string, resource: string) => Simulated;

function simulationOf(role: Role, place: StackContext, given: RequestContext, resourceAccount: string): Simulate {
  const { account, partition } = place;
  const { permissionsBoundary: boundary } = role;
  const arn = `arn:${partition}:sts::${account}:assumed-role/${role.name}/simulation`;
  const asking = {
    principal: { type: 'AssumedRole', arn, account, roleArn: role.arn } as const,
    identityPolicies: role.policies.map(({ name, document }) => readPolicy('identity', name, document)),
    ...(boundary ? { permissionsBoundary: readPolicy('boundary', boundary.name, boundary.document) } : {}),
  };
  const ofBoundary = boundary && [readPolicy('identity', boundary.name, boundary.document)];
  return (action, resource) => {
    try {
      const resourcePolicy = delegating(action, resource, place);
      // The resource's owner shows in a condition key only: its policy, which would have to allow strangers, does not count.
      const keys = { 'aws:ResourceAccount': resourceAccount, ...given };
      const own = resourcePolicy ? { resourcePolicy } : {};
      const request = { ...asking, context: keys, action, resource, resourceAccount: account, ...own };
      const evaluation = evaluate(request);
      if (ofBoundary === undefined) return evaluation;
      const { decision } = evaluate({ ...request, identityPolicies: ofBoundary });
      return { ...evaluation, withinBoundary: decision === 'Allow' };
    } catch (error) {
      throw new ServiceError('InvalidInput', error instanceof Error ? error.message : String(error));
    }
  };
}

/** Keys and roles allow nothing without a policy of their own: here one that leaves it to the account's, as if it did not count. */
function delegating(action: string, resource: string, { account, partition }: StackContext): Policy | undefined {
  const kind = /^kms:/i.test(action) ? 'key' : /^sts:/i.test(action) ? 'trust' : undefined;
  if (kind === undefined || resource === '*') return undefined;
  const Principal = { AWS: `arn:${partition}:iam::${account}:root` };
  const statement = { Effect: 'Allow', Principal, Action: kind === 'key' ? 'kms:*' : action };
  const own = kind === 'key' ? { ...statement, Resource: '*' } : statement;
  return readPolicy(kind, 'none', { Version: '2012-10-17', Statement: [own] });
}

function shown(action: string, resource: string, { decision, policy, withinBoundary }: Simulated): Elements {
  const within = { AllowedByPermissionsBoundary: String(withinBoundary) };
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: DECISIONS[decision],
    MatchedStatements: policy !== undefined ? [{ SourcePolicyId: policy, SourcePolicyType: 'IAM Policy' }] : [],
    MissingContextValues: [],
    PermissionsBoundaryDecisionDetail: withinBoundary === undefined ? undefined : within,
  };
}

/** The members of a list, as the query protocol numbers them. */
function members(form: URLSearchParams, name: string, member = ''): readonly string[] {
  const found: string[] = [];
  for (let index = 1; ; index++) {
    const value = form.get(`${name}.member.${index}${member}`);
    if (value === null) return found;
    found.push(value);
  }
}

function contextOf(form: URLSearchParams): RequestContext {
  const names = members(form, 'ContextEntries', '.ContextKeyName');
  return Object.fromEntries(
    names.map((name, index) => {
      const entry = `ContextEntries.member.${index + 1}`;
      const values = members(form, `${entry}.ContextKeyValues`);
      const isList = form.get(`${entry}.ContextKeyType`)?.endsWith('List') ?? false;
      return [name, isList ? values : (values[0] ?? '')];
    }),
  );
}
