import { type AccessReader, type AccessRequest, jsonMembers, textMember } from '../access.ts';
import type { StackContext } from '../service.ts';
import { calledBy } from './name.ts';
import type { Permission } from './permission.ts';
import { readPath } from './route.ts';

/** By what `route` answers: the action and whether it is for one function (Lambda Developer Guide, "Resources and conditions for Lambda actions"). */
const ACTIONS: Readonly<Record<string, readonly [action: string, ofFunction: boolean]>> = {
  'POST functions invocations': ['lambda:InvokeFunction', true],
  'GET functions configuration': ['lambda:GetFunctionConfiguration', true],
  'GET functions ': ['lambda:GetFunction', true],
  'POST functions aliases': ['lambda:CreateAlias', true],
  'GET functions aliases': ['lambda:ListAliases', true],
  'GET functions aliases *': ['lambda:GetAlias', true],
  'PUT functions aliases *': ['lambda:UpdateAlias', true],
  'DELETE functions aliases *': ['lambda:DeleteAlias', true],
  'POST functions policy': ['lambda:AddPermission', true],
  'GET functions policy': ['lambda:GetPolicy', true],
  'DELETE functions policy *': ['lambda:RemovePermission', true],
  'GET functions': ['lambda:ListFunctions', false],
  'DELETE functions ': ['lambda:DeleteFunction', true],
  'GET event-source-mappings': ['lambda:ListEventSourceMappings', false],
};

/** What a request to Lambda asks for, with the function's policy. */
export function accessOf(context: StackContext, permissions: () => readonly Permission[]): AccessReader {
  return (call) => {
    const { operation, reference } = readPath(call);
    if (operation === 'POST functions') return creation(context, jsonMembers(call));
    const [action, ofFunction] = ACTIONS[operation] ?? [];
    if (action === undefined) return [];
    if (!ofFunction) return [{ action, resource: '*' }];
    return [{ ...invocation(context, permissions(), calledBy(reference)), action }];
  };
}

/** Who makes a function must be allowed to pass its role. */
function creation(context: StackContext, input: Readonly<Record<string, unknown>>): readonly AccessRequest[] {
  const { resource } = invocation(context, [], textMember(input, 'FunctionName'));
  const passed = { 'iam:PassedToService': 'lambda.amazonaws.com' };
  return [
    { action: 'lambda:CreateFunction', resource },
    { action: 'iam:PassRole', resource: textMember(input, 'Role'), context: passed },
  ];
}

/** What invoking a function asks for; `name` is with the alias by which it is invoked, whose policy is another. */
export function invocation(context: StackContext, permissions: readonly Permission[], name: string): AccessRequest {
  const { account, partition, region } = context;
  const resource = `arn:${partition}:lambda:${region}:${account}:function:${name}`;
  const own = permissions.filter(({ functionName }) => functionName === name);
  const policy = own.length === 0 ? undefined : JSON.stringify(policyOf(context, resource, own));
  return { action: 'lambda:InvokeFunction', resource, policy };
}

/** The policy that Lambda makes of a function's permissions, as GetPolicy answers it. */
function policyOf({ partition }: StackContext, resource: string, permissions: readonly Permission[]): object {
  const statements = permissions.map(({ id, principal, action, sourceArn, sourceAccount }) => ({
    Sid: id,
    Effect: 'Allow',
    Principal: /^\d{12}$/.test(principal)
      ? { AWS: `arn:${partition}:iam::${principal}:root` }
      : principal.startsWith('arn:') || principal === '*'
        ? { AWS: principal }
        : { Service: principal },
    Action: action,
    Resource: resource,
    Condition: {
      ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
      ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
    },
  }));
  return { Version: '2012-10-17', Id: 'default', Statement: statements };
}
